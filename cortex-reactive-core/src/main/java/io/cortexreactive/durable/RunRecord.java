package io.cortexreactive.durable;

import io.cortexreactive.error.ErrorInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as a store has it, without its journal.
 *
 * @param key which run
 * @param code what runs it
 * @param status where it stands
 * @param progress how far it is
 * @param snapshot its state at some point; the journal has what came after
 * @param pause what it waits for, exactly while it is paused
 * @param lineage which run it comes from
 * @param times when what happened, by the store's clock
 * @param error why it failed
 */
public record RunRecord(
        RunKey key,
        Code code,
        RunStatus status,
        Progress progress,
        Snapshot snapshot,
        @Nullable Waiting pause,
        Lineage lineage,
        Times times,
        @Nullable ErrorInfo error) {

    /**
     * This once it has completed, but for the time of that, which its journal has.
     *
     * @param seq of its last transition
     * @param node that it ended at
     * @param undo compensations that it did not need
     * @param state with which it ended, JSON
     */
    public RunRecord completed(int seq, @Nullable String node, int undo, String state) {
        return new RunRecord(
                key,
                code,
                RunStatus.COMPLETED,
                new Progress(progress.epoch() + 1, seq, node, 0, undo, null),
                new Snapshot(seq, state),
                null,
                lineage,
                new Times(times.createdAt(), times.startedAt(), null, times.deadlineAt()),
                null);
    }

    /**
     * What runs a run. A worker claims only what it has.
     *
     * @param definition the definition's id
     * @param version the definition's version
     */
    public record Code(String definition, String version) {

        /** @throws InvalidIdException if one of them is none that every store can keep */
        public Code {
            Ids.require("A definition's id", definition);
            Ids.require("A definition's version", version);
        }

        @Override
        public String toString() {
            return definition + "@" + version;
        }
    }

    /**
     * How far a run is.
     *
     * @param epoch the fencing token: rises whenever the run changes hands, and never falls
     * @param seq of the latest transition; also their number
     * @param node the one that comes next, or that it ended at
     * @param attempts claims since the latest transition, and retries
     * @param undo compensations that have still to run
     * @param outcome what it will end as, exactly while it compensates
     */
    public record Progress(
            long epoch,
            int seq,
            @Nullable String node,
            int attempts,
            int undo,
            @Nullable RunStatus outcome) {

        /** @throws InvalidIdException if the node's id is none that every store can keep */
        public Progress {
            Ids.requireIfAny("A node's id", node);
        }
    }

    /**
     * The state at some point.
     *
     * @param seq of the transition that it includes
     * @param json whoever's runs it
     */
    public record Snapshot(int seq, String json) {}

    /**
     * What a paused run waits for.
     *
     * @param token consumed by exactly one resume
     * @param reason for people
     * @param spec what is needed to judge an answer, JSON; null for nothing
     * @param since when it was paused
     * @param until when it goes on without an answer; null for never
     */
    public record Waiting(
            String token,
            String reason,
            @Nullable String spec,
            Instant since,
            @Nullable Instant until) {

        /** @throws InvalidIdException if the token is none that every store can keep */
        public Waiting {
            Ids.require("A pause's token", token);
        }
    }

    /**
     * Which run a run comes from.
     *
     * @param parent the node of another run that waits for it
     * @param forkedFrom the run that it is a copy of
     * @param forkedSeq how much of that
     */
    public record Lineage(@Nullable Parent parent, @Nullable String forkedFrom, int forkedSeq) {

        /** From none. */
        public static final Lineage NONE = new Lineage(null, null, 0);
    }

    /**
     * A node that waits for a run of its own.
     *
     * @param runId the waiting run, of the same tenant
     * @param seq the transition that it waits to make
     * @param branch the branch that waits; empty for the main line
     */
    public record Parent(String runId, int seq, String branch) {}

    /**
     * When what happened, by the store's clock.
     *
     * @param createdAt when it was begun
     * @param startedAt when it was claimed first
     * @param completedAt when it ended, exactly if it has; only its journal knows it of a run that was not loaded since
     * @param deadlineAt when it must have ended; null for never
     */
    public record Times(
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt,
            @Nullable Instant deadlineAt) {}
}
