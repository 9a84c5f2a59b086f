package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.DelegatingRunLog;
import io.cortexreactive.durable.RunLog;

/** A log as a queue. */
record DelegatedQueue(RunLog runs) implements AgentRunQueue, DelegatingRunLog {}
