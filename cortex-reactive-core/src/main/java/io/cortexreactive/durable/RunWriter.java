package io.cortexreactive.durable;

import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Commits the transitions of a run that this process owns, one after the other. Writes the whole state with one of them
 * once what was added since is as much again, or many entries, so that neither a commit nor a recovery costs more the
 * longer a run is. Not thread-safe, but for branches.
 */
public final class RunWriter {

    private static final int MOST_ENTRIES = 50;
    private static final int LEAST_BYTES = 1_024;

    private final RunLog log;
    private final RunKey key;
    private final long epoch;
    private final int maxBytes;

    private int seq;
    private long snapshotBytes;
    private long addedBytes;
    private int added;

    /**
     * Goes on from where the run was when it was taken.
     *
     * @param maxBytes of a state, which is written and so measured before it can have grown beyond
     * @param addedBytes what the entries after the snapshot have
     */
    public RunWriter(RunLog log, RunRecord taken, int maxBytes, long addedBytes) {
        this.log = log;
        this.maxBytes = maxBytes;
        this.addedBytes = addedBytes;
        key = taken.key();
        epoch = taken.progress().epoch();
        seq = taken.progress().seq();
        snapshotBytes = StateJson.bytes(taken.snapshot().json());
        added = seq - taken.snapshot().seq();
    }

    /**
     * An id for a commit, told apart from every other one. Never blocks: the system's own source of random ids may make
     * its caller wait.
     */
    public static UUID newCommitId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong());
    }

    /** The sequence of the latest transition. */
    public int seq() {
        return seq;
    }

    /**
     * Makes a transition.
     *
     * @param draft what it is
     * @param state the state with it, JSON; asked for only where it is written
     * @return false if the run is somebody else's
     */
    public Mono<Boolean> commit(Draft draft, Supplier<String> state) {
        return Mono.defer(() -> {
            boolean whole = draft.move().to() != RunStatus.RUNNING || isDue(draft);
            String snapshot = whole ? state.get() : null;
            Body body = new Body(draft.payload(), snapshot, draft.error(), draft.undo());
            Transition transition = new Transition(
                    new Guard(key, epoch, seq),
                    newCommitId(),
                    draft.move(),
                    draft.node(),
                    draft.next(),
                    body,
                    draft.schedule());
            return log.commit(transition).map(verdict -> verdict == Verdict.COMMITTED && landed(draft, snapshot));
        });
    }

    /**
     * Adds the result of a branch of the transition that is to come.
     *
     * @param payload JSON; null if it has failed
     */
    public Mono<Verdict> branch(String branch, @Nullable String payload, @Nullable ErrorInfo error) {
        return Mono.defer(
                () -> log.branch(new BranchResult(new Guard(key, epoch, seq), branch, newCommitId(), payload, error)));
    }

    private boolean isDue(Draft draft) {
        long bytes = addedBytes + bytes(draft.payload());
        return added + 1 >= MOST_ENTRIES
                || bytes > Math.max(snapshotBytes, LEAST_BYTES)
                || snapshotBytes + bytes > maxBytes;
    }

    private boolean landed(Draft draft, @Nullable String snapshot) {
        if (draft.move().kind() != null) {
            seq++;
            added++;
            addedBytes += bytes(draft.payload());
        }
        if (snapshot != null) {
            snapshotBytes = StateJson.bytes(snapshot);
            addedBytes = 0;
            added = 0;
        }
        return true;
    }

    private static long bytes(@Nullable String text) {
        return text == null ? 0 : StateJson.bytes(text);
    }

    /**
     * What is to be committed.
     *
     * @param move what it is
     * @param node the node that it is of
     * @param next the node that comes next; null to leave it
     * @param payload JSON; null for nothing
     * @param error why it failed, if it did
     * @param undo how many compensations there are more to run, or less
     * @param schedule when it goes on
     */
    public record Draft(
            Move move,
            @Nullable String node,
            @Nullable String next,
            @Nullable String payload,
            @Nullable ErrorInfo error,
            int undo,
            Schedule schedule) {}

    /**
     * A store did not do its part, and nobody knows whether it has: that says nothing of the work in which it happened.
     */
    public static final class Unsettled extends RuntimeException {

        private static final long serialVersionUID = 1;

        /** Because of an error of a store. */
        public Unsettled(Throwable cause) {
            super(cause);
        }

        /** Whether an error is a store's. */
        public static boolean isBy(Throwable error) {
            return error instanceof StoreUnavailableException || error instanceof StoreFailedException;
        }
    }
}
