package io.cortexreactive.workflow;

import io.cortexreactive.durable.RunStatus;
import java.util.Locale;

/** Where a run stands. A terminal one never changes. */
public enum WorkflowStatus {
    /** Waits to be claimed by an engine: new, resumed, backing off, delayed, or waiting for a run of its own. */
    PENDING,
    /** An engine works on it. */
    RUNNING,
    /** Waits for {@link Workflow#resume}. */
    PAUSED,
    /** Ended as planned. */
    COMPLETED,
    /** Ended by an error. */
    FAILED,
    /** Ended because somebody asked for it. */
    CANCELLED;

    /** Whether nothing can happen any more. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** The same of a run of any kind. */
    static WorkflowStatus of(RunStatus status) {
        return valueOf(status.name());
    }

    /** The same for a run of any kind. */
    RunStatus toRun() {
        return RunStatus.valueOf(name());
    }

    /** As stores and the wire have it: in lower case. */
    public String value() {
        return name().toLowerCase(Locale.ROOT);
    }
}
