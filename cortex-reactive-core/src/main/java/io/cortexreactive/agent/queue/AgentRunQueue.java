package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.RunLog;
import java.time.Clock;
import java.time.Duration;

/** Keeps the runs of agents until a worker takes them, and what has become of them. Thread-safe. */
public interface AgentRunQueue extends RunLog {

    /** In the memory of this process; finished runs are kept for a day. */
    static AgentRunQueue inMemory() {
        return of(RunLog.inMemory(Clock.systemUTC(), Duration.ofDays(1)));
    }

    /** Keeps them in there, which should have no other runs: whoever sweeps it looks after all of them. */
    static AgentRunQueue of(RunLog runs) {
        return new DelegatedQueue(runs);
    }
}
