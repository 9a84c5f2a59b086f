/** Proves what the simulated model says. */
@NullMarked
package io.cortexreactive.examples.responder;

import org.jspecify.annotations.NullMarked;
