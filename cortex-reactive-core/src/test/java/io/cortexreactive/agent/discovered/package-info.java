/** Agents that a test finds. */
@NullMarked
package io.cortexreactive.agent.discovered;

import org.jspecify.annotations.NullMarked;
