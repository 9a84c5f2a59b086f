/** What the model may ask this application to do. */
@NullMarked
package io.cortexreactive.examples.tools;

import org.jspecify.annotations.NullMarked;
