package io.cortexreactive.durable;

import io.cortexreactive.error.ErrorInfo;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transition of a run, as it was committed. The journal only grows; its main entries, those without a branch, are
 * numbered without a gap.
 *
 * @param seq its number, from 0
 * @param branch the branch of a parallel node; empty for the main line
 * @param kind what it is
 * @param node the node that it is of; null if of none
 * @param payload what it adds to the state, JSON; null for nothing
 * @param error why it failed, if it did
 * @param requestId of the resume that it is; null otherwise
 * @param commit who wrote it
 */
public record JournalEntry(
        int seq,
        String branch,
        Kind kind,
        @Nullable String node,
        @Nullable String payload,
        @Nullable ErrorInfo error,
        @Nullable String requestId,
        Commit commit) {

    /** What an entry is. */
    public enum Kind {
        /** The run begins; its payload is the input. */
        START,
        /** A node is done. */
        NODE,
        /** A branch of a parallel node is done, or has failed. */
        BRANCH,
        /** The run waits for an answer. */
        PAUSE,
        /** The answer; without a payload, the time is over. */
        INPUT,
        /** A delay begins. */
        TIMER,
        /** The run begins to compensate. */
        UNWIND,
        /** A node is compensated. */
        UNDO,
        /** Somebody saved another state. */
        PATCH,
        /** The run has ended. */
        TERMINAL;

        /** As stores have it: in lower case. */
        public String value() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The kind of a {@link #value()}. */
        public static Kind of(String value) {
            return valueOf(value.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Who wrote an entry.
     *
     * @param id made by the writer: tells whether a commit whose answer was lost has landed
     * @param epoch the run's, after it
     * @param at by the store's clock
     */
    public record Commit(UUID id, long epoch, Instant at) {}
}
