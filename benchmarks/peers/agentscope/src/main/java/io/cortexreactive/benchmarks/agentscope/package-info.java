/** AgentScope's ReAct agent. */
@NullMarked
package io.cortexreactive.benchmarks.agentscope;

import org.jspecify.annotations.NullMarked;
