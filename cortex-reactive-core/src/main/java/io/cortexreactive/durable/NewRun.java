package io.cortexreactive.durable;

import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run to be begun. Its journal begins with an entry of kind {@link JournalEntry.Kind#START}, sequence 0, that has the
 * input.
 *
 * @param key a new id
 * @param code what runs it
 * @param node the first node
 * @param content what it begins with
 * @param once if set, a second start gives the first run
 * @param lineage which run it comes from, if from one
 * @param terms when and by whom it is run
 */
public record NewRun(
        RunKey key,
        Code code,
        String node,
        Content content,
        @Nullable Once once,
        Lineage lineage,
        Terms terms) {

    /** @throws InvalidIdException if the node's id is none that every store can keep */
    public NewRun {
        Ids.require("A node's id", node);
    }

    /**
     * What a run begins with.
     *
     * @param input the caller's, JSON
     * @param snapshot the state before the first node, JSON
     */
    public record Content(String input, String snapshot) {}

    /**
     * Makes starting idempotent, for a tenant and a definition.
     *
     * @param idempotencyKey the caller's
     * @param inputHash told apart from another input under the same key, which is refused
     */
    public record Once(String idempotencyKey, String inputHash) {

        /** @throws InvalidIdException if the key is none that every store can keep */
        public Once {
            Ids.requireKey("An idempotency key", idempotencyKey);
        }
    }

    /**
     * When and by whom a run is run.
     *
     * @param commitId of the entry that begins it
     * @param queue which workers take it
     * @param priority the lower, the earlier
     * @param deadline how long it may take in all; null for as long as it likes
     * @param nodeTimeout after which its first node counts as hung; null for never
     * @param worker if set, and if it lives, the run is this one's at once, {@link RunStatus#RUNNING} in epoch 1; not
     *     if there is a delay
     * @param delay after which it can be claimed, once a sweep has woken it; null for at once
     * @param mostWaiting if so many runs of the queue are pending, this one is refused with a
     *     {@link QueueFullException}, and nothing is kept; null for no bound
     */
    public record Terms(
            UUID commitId,
            String queue,
            int priority,
            @Nullable Duration deadline,
            @Nullable Duration nodeTimeout,
            @Nullable String worker,
            @Nullable Duration delay,
            @Nullable Integer mostWaiting) {

        /**
         * With times of {@link Transition.Schedule#LONGEST} at most.
         *
         * @throws InvalidIdException if the queue's name is none that every store can keep
         */
        public Terms {
            Ids.require("A queue's name", queue);
            deadline = Transition.Schedule.bounded(deadline);
            nodeTimeout = Transition.Schedule.bounded(nodeTimeout);
            delay = Transition.Schedule.bounded(delay);
        }

        /** At once, and however many wait. */
        public Terms(
                UUID commitId,
                String queue,
                int priority,
                @Nullable Duration deadline,
                @Nullable Duration nodeTimeout,
                @Nullable String worker) {
            this(commitId, queue, priority, deadline, nodeTimeout, worker, null, null);
        }

        /** These, where the run can be claimed only later. */
        public Terms withDelay(@Nullable Duration value) {
            return new Terms(commitId, queue, priority, deadline, nodeTimeout, worker, value, mostWaiting);
        }

        /** These, where the run is refused if so many wait. */
        public Terms withMostWaiting(@Nullable Integer value) {
            return new Terms(commitId, queue, priority, deadline, nodeTimeout, worker, delay, value);
        }

        /** Whether it can be claimed only later. */
        public boolean isDelayed() {
            return delay != null && delay.compareTo(Duration.ZERO) > 0;
        }
    }
}
