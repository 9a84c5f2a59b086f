/** Proves what pages show of runs in the background. */
@NullMarked
package io.cortexreactive.examples.app.queue;

import org.jspecify.annotations.NullMarked;
