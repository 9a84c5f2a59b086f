/** Proves what is measured. */
@NullMarked
package io.cortexreactive.examples.app.load;

import org.jspecify.annotations.NullMarked;
