package io.cortexreactive.durable;

import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a run wants to commit. It is made only while the run is {@link RunStatus#RUNNING} in this epoch and
 * at this sequence. One that compensates is not paused. Attempts, and recoveries without progress, are counted anew
 * after each move that is in the journal.
 *
 * @param guard what must still be so
 * @param commitId made for it, and never used again
 * @param move what it is
 * @param node the node that it is of
 * @param next the node that comes next; null to leave it
 * @param body what is written
 * @param schedule when it goes on, for a move that gives the run away
 */
public record Transition(
        Guard guard,
        UUID commitId,
        Move move,
        @Nullable String node,
        @Nullable String next,
        Body body,
        Schedule schedule) {

    /** @throws InvalidIdException if a node's id is none that every store can keep */
    public Transition {
        Ids.requireIfAny("A node's id", node);
        Ids.requireIfAny("A node's id", next);
    }

    /**
     * What must still be so.
     *
     * @param key which run
     * @param epoch that the owner claimed it in
     * @param seq of the latest transition
     */
    public record Guard(RunKey key, long epoch, int seq) {}

    /** What a transition is. */
    public enum Move {
        /** A node is done, and the owner goes on with the next. */
        ADVANCE(JournalEntry.Kind.NODE, RunStatus.RUNNING),
        /** The run waits for an answer. */
        PAUSE(JournalEntry.Kind.PAUSE, RunStatus.PAUSED),
        /** A delay begins; it counts as a transition. */
        TIMER(JournalEntry.Kind.TIMER, RunStatus.PENDING),
        /**
         * The run waits for runs of its own, without a transition: its sequence stays, and the claim is not counted as
         * an attempt. It goes on when one has ended, be it before this, whose result is not in the journal.
         */
        PARK(null, RunStatus.PENDING),
        /** The node is tried again later, without a transition: its sequence and its attempts stay. */
        RETRY(null, RunStatus.PENDING),
        /**
         * The run gives itself back, as when a worker stops, and can be claimed at once: its sequence stays, and the
         * claim is not counted as an attempt.
         */
        RELEASE(null, RunStatus.PENDING),
        /** The run has failed, and begins to compensate, once; its outcome is {@link RunStatus#FAILED}. */
        UNWIND(JournalEntry.Kind.UNWIND, RunStatus.PENDING),
        /** A node is compensated, and the owner goes on with the next. */
        UNDO(JournalEntry.Kind.UNDO, RunStatus.RUNNING),
        /** The run has ended as planned. */
        COMPLETE(JournalEntry.Kind.TERMINAL, RunStatus.COMPLETED),
        /** The run has failed. One that compensates can end so only if that is its outcome. */
        FAIL(JournalEntry.Kind.TERMINAL, RunStatus.FAILED),
        /** The run was cancelled, and has compensated; possible only if that is its outcome. */
        CANCELLED(JournalEntry.Kind.TERMINAL, RunStatus.CANCELLED);

        private final JournalEntry.@Nullable Kind kind;
        private final RunStatus to;

        Move(JournalEntry.@Nullable Kind kind, RunStatus to) {
            this.kind = kind;
            this.to = to;
        }

        /** What it is in the journal; null if it is not in there, and the sequence stays. */
        public JournalEntry.@Nullable Kind kind() {
            return kind;
        }

        /** Where the run stands then. */
        public RunStatus to() {
            return to;
        }
    }

    /**
     * What is written.
     *
     * @param payload the entry's, JSON; null for nothing
     * @param snapshot the state with it, JSON; null to leave the one there is
     * @param error why it failed, if it did
     * @param undo how many compensations there are more to run, or less
     */
    public record Body(
            @Nullable String payload,
            @Nullable String snapshot,
            @Nullable ErrorInfo error,
            int undo) {

        /** Nothing. */
        public static final Body NONE = new Body(null, null, null, 0);
    }

    /**
     * When a run goes on.
     *
     * @param delay for a move to {@link RunStatus#PENDING}: null to wait until a run of its own has ended
     * @param nodeTimeout after which the next node counts as hung; null for never. A move without a transition leaves
     *     it as it is
     * @param pause for {@link Move#PAUSE}
     */
    public record Schedule(
            @Nullable Duration delay,
            @Nullable Duration nodeTimeout,
            @Nullable Asked pause) {

        /**
         * 100 years of 365 days: the longest time that a run waits or takes. What is longer counts as this long, so
         * that every store and every clock can add it to now.
         */
        public static final Duration LONGEST = Duration.ofDays(36_500);

        /** At once. */
        public static final Schedule NONE = new Schedule(Duration.ZERO, null, null);

        /** With times of {@link #LONGEST} at most. */
        public Schedule {
            delay = bounded(delay);
            nodeTimeout = bounded(nodeTimeout);
        }

        /** A time, be it before now, or {@link #LONGEST} if that is shorter. */
        public static Duration boundedOf(Duration time) {
            Duration most = time.compareTo(LONGEST) > 0 ? LONGEST : time;
            return most.compareTo(LONGEST.negated()) < 0 ? LONGEST.negated() : most;
        }

        /** The same where there may be none. */
        public static @Nullable Duration bounded(@Nullable Duration time) {
            return time == null ? null : boundedOf(time);
        }
    }

    /**
     * What a paused run waits for.
     *
     * @param token made for it, and never used again
     * @param reason for people
     * @param spec what is needed to judge an answer, JSON; null for nothing
     * @param timeout when it goes on without one; null for never
     */
    public record Asked(
            String token,
            String reason,
            @Nullable String spec,
            @Nullable Duration timeout) {

        /** With a time of {@link Schedule#LONGEST} at most. */
        public Asked {
            timeout = Schedule.bounded(timeout);
        }
    }
}
