package io.cortexreactive.durable;

import java.util.Locale;

/** Where a run stands. A terminal one never changes. */
public enum RunStatus {
    /** Waits to be claimed: new, answered, backing off, delayed, or waiting for a run of its own. */
    PENDING,
    /** A worker has it. */
    RUNNING,
    /** Waits for an answer. */
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

    /** As stores and the wire have it: in lower case. */
    public String value() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a {@link #value()}. */
    public static RunStatus of(String value) {
        return valueOf(value.toUpperCase(Locale.ROOT));
    }
}
