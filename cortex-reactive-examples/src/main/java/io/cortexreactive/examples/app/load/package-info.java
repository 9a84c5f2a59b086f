/** Load on demand, and what all traffic looks like while it lasts. */
@NullMarked
package io.cortexreactive.examples.app.load;

import org.jspecify.annotations.NullMarked;
