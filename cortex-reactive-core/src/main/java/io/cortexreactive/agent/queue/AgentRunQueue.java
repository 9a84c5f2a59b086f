package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.RunLog;
import java.time.Clock;
import java.time.Duration;

/** Keeps the runs of agents until a worker takes them, and what has become of them. Thread-safe. */
public interface AgentRunQueue extends RunLog {

    /** How long queues keep what has become of runs where nobody says otherwise: 24 hours. */
    Duration RETENTION = Duration.ofHours(24);

    /** In the memory of this process; runs are kept for {@link #RETENTION} after their end. */
    static AgentRunQueue inMemory() {
        return inMemory(Clock.systemUTC(), RETENTION);
    }

    /**
     * In the memory of this process.
     *
     * @param clock what counts
     * @param retention how long runs are kept after their end
     */
    static AgentRunQueue inMemory(Clock clock, Duration retention) {
        return of(RunLog.inMemory(clock, retention));
    }

    /** Keeps them in there, which should have no other runs: whoever sweeps it looks after all of them. */
    static AgentRunQueue of(RunLog runs) {
        return new DelegatedQueue(runs);
    }
}
