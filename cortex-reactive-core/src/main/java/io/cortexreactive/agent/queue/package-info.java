/** Agents in the background: runs that survive the process that began them. */
@NullMarked
package io.cortexreactive.agent.queue;

import org.jspecify.annotations.NullMarked;
