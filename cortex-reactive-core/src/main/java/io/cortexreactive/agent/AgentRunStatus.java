package io.cortexreactive.agent;

/** Where a run in the background stands. */
public enum AgentRunStatus {
    /** It waits for a worker, for its time to come, or to be tried again. */
    PENDING,
    /** A worker works on it. */
    RUNNING,
    /** It waits for somebody to decide on a call of a tool. */
    PAUSED,
    /** It has ended as it should. */
    COMPLETED,
    /** It has failed, and nobody tries again by himself. */
    FAILED,
    /** Somebody has cancelled it. */
    CANCELLED;

    /** Whether it has ended, however. */
    public boolean isComplete() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** Whether a worker works on it. */
    public boolean isRunning() {
        return this == RUNNING;
    }
}
