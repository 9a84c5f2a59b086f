/** Agents in the background: their queue, their workers, and the pages that show them. */
@NullMarked
package io.cortexreactive.examples.app.queue;

import org.jspecify.annotations.NullMarked;
