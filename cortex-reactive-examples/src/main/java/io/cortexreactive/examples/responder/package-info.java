/** What the simulated model says: sentences out of the project's own documentation, and failures on request. */
@NullMarked
package io.cortexreactive.examples.responder;

import org.jspecify.annotations.NullMarked;
