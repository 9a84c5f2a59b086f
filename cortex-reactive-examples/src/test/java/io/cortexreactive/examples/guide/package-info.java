/** What the guides show of WebFlux. */
@NullMarked
package io.cortexreactive.examples.guide;

import org.jspecify.annotations.NullMarked;
