package io.cortexreactive.durable;

import io.cortexreactive.error.ErrorInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps runs, and decides who may change them. Each method is one atomic, guarded step; the store's clock alone counts.
 * Every publisher is cold. A step that has begun may or may not have happened when its subscriber cancels, but never
 * half. An answer that was lost is settled by the store, by commit id. What cannot be reached is a
 * {@link StoreUnavailableException}, after which the caller does not know; that is told within a bounded time. A run
 * that cannot be read is a {@link CorruptStateException} where it alone is asked for; where there are others, it is
 * left out, and logged once. An implementation passes {@code RunStoreContract}, in core's tests jar. Thread-safe.
 */
public interface RunLog {

    /** How often a run is recovered in a row, without progress, before it fails. */
    int MOST_RECOVERIES = 10;

    /** Why it does then, in every store. */
    ErrorInfo CRASH_LOOP = new ErrorInfo(
            "crash_loop", "Its worker was lost or its node hung " + MOST_RECOVERIES + " times in a row.", false);

    /**
     * Begins a run.
     *
     * @return the run, or the first one under its idempotency key; {@link IdempotencyConflictException} if that has
     *     another input, {@link QueueFullException} if more runs wait than the terms allow. Where starts are not made
     *     one after the other, as in PostgreSQL, as many more may be let in as are under way at once
     */
    Mono<Started> start(NewRun run);

    /** The run; empty if there is none. */
    Mono<RunRecord> load(RunKey key);

    /**
     * Entries after a sequence, branches before the main entry of the same sequence. A sequence whose main entry is
     * missing comes last, when fewer main entries than the limit are left: branches of a parallel node under way.
     *
     * @param after -1 for the beginning
     * @param limit the most main entries to read
     */
    Flux<JournalEntry> journal(RunKey key, int after, int limit);

    /**
     * Those of these runs that are further than what was seen of them, that have ended, or that are not there. It is
     * asked again and again for all runs that are followed, so a store should answer in one step, as far as it can:
     * where it does not say otherwise, runs are loaded one after the other.
     *
     * @param seen the latest sequence that is known of each
     */
    default Flux<RunKey> changed(Map<RunKey, Integer> seen) {
        return Flux.fromIterable(seen.entrySet())
                .concatMap(known -> load(known.getKey())
                        .map(run -> run.status().isTerminal() || run.progress().seq() > known.getValue())
                        .onErrorResume(CorruptStateException.class, error -> Mono.just(true))
                        .defaultIfEmpty(true)
                        .filter(changed -> changed)
                        .map(changed -> known.getKey()));
    }

    /** Runs, the newest first. */
    Flux<RunRecord> page(Query query);

    /**
     * Answers a paused run, which is pending then. The same request id has the same answer, also later, and then
     * answers no other pause. Empty if there is no such run.
     *
     * @param answer which names the pause that it is for
     */
    Mono<Answered> answer(RunKey key, Answer answer);

    /**
     * Cancels a run; one with compensations to run becomes pending, with the outcome {@link RunStatus#CANCELLED}.
     *
     * @return where it stands; one that had ended or that compensates is left as it is. The same commit id is accepted
     *     again. Empty if there is no such run
     */
    Mono<Cancelled> cancel(RunKey key, UUID commitId);

    /** Adds a worker, whose id is never used again, and gives the store's time. */
    Mono<Instant> register(String worker, Duration ttl);

    /**
     * Says that a worker lives.
     *
     * @param ttl how long it counts as living from now on
     * @param draining whether it claims no more
     * @param held its runs and the epochs it claimed them in
     */
    Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held);

    /** Takes a worker out; what it still owns is recovered. */
    Mono<Void> leave(String worker);

    /**
     * Takes pending runs, the most urgent first, or fairly; none for a worker that does not live. One that cannot be
     * read is put off for half a minute at least.
     */
    Flux<RunRecord> claim(Claim claim);

    /** What there is to do, by queue and tenant that have runs which have not ended; for people. Counts all of them. */
    Flux<QueueLoad> load();

    /** The workers that live. */
    Flux<WorkerInfo> workers();

    /** Makes a transition. Sent again, one that is in the journal is committed, as it was. */
    Mono<Verdict> commit(Transition transition);

    /** Adds the result of a branch, while its parallel node is open; of several of one branch, the first counts. */
    Mono<Verdict> branch(BranchResult result);

    /**
     * Looks after runs nobody looks after. Any number of processes may do so at any time.
     *
     * <ul>
     *   <li>Runs whose worker is gone or whose node hangs are given back, and can be claimed after 0, 1, 3, 7 … 60 s.
     *       The 10th time without progress they fail with the code {@code crash_loop}, or begin to compensate; one that
     *       compensates goes on for ever. Branches that were committed since the claim are progress.
     *   <li>Runs whose time has come can be claimed, and only then.
     *   <li>Pauses whose time is over are answered by nobody: an entry of kind {@link JournalEntry.Kind#INPUT} without
     *       a payload, with the request id {@code timeout:} and the pause's token.
     *   <li>Notices that nobody has taken off are forgotten when they are an hour old, or what else the store is told.
     * </ul>
     *
     * @param limit the most of each kind of run
     */
    Flux<Swept> sweep(int limit);

    /**
     * Ends runs that wait for longer than they may; none that compensates. Any number of processes may do so at any
     * time: of them, and whoever claims, answers or cancels the same run, one wins.
     *
     * <ul>
     *   <li>Runs that are pending or paused when their deadline has come fail with this error, or begin to compensate.
     *       While a worker has a run, that one sees to it.
     *   <li>Where the store is told how long runs may be paused, those that are for longer are cancelled, as by
     *       {@link #cancel}.
     * </ul>
     *
     * @param limit the most of each kind of run
     * @param late why a run fails whose deadline has come
     */
    Flux<Swept> expire(int limit, ErrorInfo late);

    /** Runs to cancel because the run that waits for them has ended, or compensates. */
    Flux<RunKey> orphans(int limit);

    /**
     * What happened to runs, for whoever tells others; in order for each run. What is not taken off comes again, until
     * it is forgotten.
     *
     * @param reader told apart from every other one; a run's notices are its alone until they are settled, or for 30 s
     *     after it got them last
     */
    Flux<Notice> notices(String reader, int limit);

    /** Takes notices off. */
    Mono<Void> settle(Collection<Notice> notices);

    /**
     * Makes the run as it is, or replaces the snapshot, node and status of one that is not running and whose sequence
     * is this one's. An entry of kind {@link JournalEntry.Kind#PATCH} with the snapshot says so. A run that stays
     * paused keeps its pause, and one that compensates its outcome. The same commit id is written once.
     *
     * @return false if it runs, has ended, or is at another sequence, if this one runs, or if it compensates and this
     *     one is paused or has ended otherwise
     */
    Mono<Boolean> put(RunRecord run, UUID commitId);

    /**
     * Forgets notices as {@link #sweep} does, and runs of all tenants that ended longer ago than they are kept, of
     * which no notice is left, and for which no other run waits that has not ended.
     */
    Mono<Long> purge();

    /** Forgets a run that has ended, or was never claimed; false if it is under way. True also if there is none. */
    Mono<Boolean> remove(RunKey key);

    /** How many runs have been left out here because they cannot be read; each counts once, when it is logged. */
    default long unreadable() {
        return 0;
    }

    /**
     * In the memory of this process; finished runs are kept for 7 days, and notices for an hour. It forgets what is
     * older by itself, when runs are added.
     */
    static RunLog inMemory() {
        return inMemory(Clock.systemUTC(), Duration.ofDays(7));
    }

    /** In the memory of this process, where notices are kept for an hour. */
    static RunLog inMemory(Clock clock, Duration retention) {
        return inMemory(clock, retention, Duration.ofHours(1));
    }

    /**
     * In the memory of this process.
     *
     * @param clock the store's
     * @param retention how long runs are kept that have ended
     * @param keepNotices how long notices are kept that nobody takes off
     */
    static RunLog inMemory(Clock clock, Duration retention, Duration keepNotices) {
        return inMemory(clock, retention, keepNotices, null);
    }

    /**
     * In the memory of this process.
     *
     * @param clock the store's
     * @param retention how long runs are kept that have ended
     * @param keepNotices how long notices are kept that nobody takes off
     * @param keepPaused how long runs may be paused before they are cancelled; null for as long as they like
     */
    static RunLog inMemory(Clock clock, Duration retention, Duration keepNotices, @Nullable Duration keepPaused) {
        return new InMemoryRunLog(clock, retention, keepNotices, keepPaused);
    }

    /**
     * A run that was begun.
     *
     * @param run as it is
     * @param fresh false if it was begun before, under the same idempotency key
     */
    record Started(RunRecord run, boolean fresh) {}

    /**
     * Which runs.
     *
     * @param tenantId whose
     * @param definition of which one; null for all
     * @param status where they stand; null for anywhere
     * @param parent the run whose nodes wait for them, or waited; null for whichever
     * @param before the last one of the page before; null for the newest
     * @param limit the most to give
     */
    record Query(
            String tenantId,
            @Nullable String definition,
            @Nullable RunStatus status,
            @Nullable String parent,
            @Nullable Cursor before,
            int limit) {

        /** @throws InvalidIdException if an id is none that every store can keep */
        public Query {
            Ids.requireIfAny("A tenant's id", tenantId);
            if (definition != null) {
                Ids.require("A definition's id", definition);
            }
            if (parent != null) {
                Ids.require("A run's id", parent);
            }
        }

        /**
         * Of whichever parent, or none.
         *
         * @throws InvalidIdException if an id is none that every store can keep
         */
        public Query(
                String tenantId,
                @Nullable String definition,
                @Nullable RunStatus status,
                @Nullable Cursor before,
                int limit) {
            this(tenantId, definition, status, null, before, limit);
        }
    }

    /** A place in a list of runs. */
    record Cursor(Instant createdAt, String runId) {}

    /**
     * An answer to a paused run.
     *
     * @param token of the pause it answers
     * @param requestId told apart from every other answer of this run
     * @param input JSON
     * @param commitId made for it
     */
    record Answer(String token, String requestId, String input, UUID commitId) {

        /** @throws InvalidIdException if token or request id is none that every store can keep */
        public Answer {
            Ids.requireIfAny("A pause's token", token);
            Ids.requireKey("A request's id", requestId);
        }
    }

    /**
     * What became of an answer.
     *
     * @param accepted whether it counts, be it that it did before, under the same request id
     * @param status where the run stands when this is said
     * @param seq of the answer's entry, or of the run's latest if it does not count
     */
    record Answered(boolean accepted, RunStatus status, int seq) {}

    /**
     * What became of a cancel.
     *
     * @param accepted whether it was this that cancels the run
     * @param status where the run stands then
     * @param seq of its latest transition then
     */
    record Cancelled(boolean accepted, RunStatus status, int seq) {}

    /**
     * What a worker is told.
     *
     * @param alive false if its time was over: it has lost everything, and must take another id
     * @param lost runs that are no longer its own in that epoch
     */
    record Beat(boolean alive, Set<RunKey> lost) {}

    /**
     * Which runs to take.
     *
     * @param worker who takes them
     * @param queue from which queue
     * @param codes what it can run
     * @param only this one, if it is not null
     * @param limit the most to take
     * @param fairness between tenants; null for the most urgent first, whosever they are
     */
    record Claim(
            String worker,
            String queue,
            Collection<RunRecord.Code> codes,
            @Nullable RunKey only,
            int limit,
            @Nullable Fairness fairness) {

        /** The most urgent first, whosever they are. */
        public Claim(String worker, String queue, Collection<RunRecord.Code> codes, @Nullable RunKey only, int limit) {
            this(worker, queue, codes, only, limit, null);
        }
    }

    /**
     * Tenants take turns: those first that have the fewest running runs in the queue, and of several that have as many,
     * any. Which of a tenant's runs is the most urgent counts only among these.
     *
     * @param perTenant a run is not claimed while so many of its tenant are running in that queue, whosever they are
     */
    record Fairness(int perTenant) {

        /** @throws IllegalArgumentException if none of a tenant could run */
        public Fairness {
            if (perTenant < 1) {
                throw new IllegalArgumentException("One run of a tenant at least must be allowed to run.");
            }
        }
    }

    /**
     * What a tenant has in a queue.
     *
     * @param queue which queue
     * @param tenantId whose; empty for none
     * @param waiting runs that can be claimed, or are about to be
     * @param delayed runs that are pending until later
     * @param running runs that a worker has
     * @param paused runs that wait for an answer
     * @param oldestWaiting since when the first of those that wait could have been claimed; null if none waits
     */
    record QueueLoad(
            String queue,
            String tenantId,
            long waiting,
            long delayed,
            long running,
            long paused,
            @Nullable Instant oldestWaiting) {}

    /**
     * A worker that lives.
     *
     * @param id which one
     * @param draining whether it claims no more
     * @param until when it counts as gone without another beat
     * @param runs how many it has
     */
    record WorkerInfo(String id, boolean draining, Instant until, long runs) {}

    /** What became of a step. */
    enum Verdict {
        /** It was made. */
        COMMITTED,
        /** It was not: the run is somebody else's, or has ended. Forget the run. */
        FENCED,
        /** The branch has a result already. Read that. */
        EXISTS
    }

    /**
     * What came of a branch.
     *
     * @param guard what must still be so; its sequence is the one before the parallel node's entry
     * @param branch the node
     * @param commitId made for it
     * @param payload JSON; null for nothing
     * @param error why it failed, if it did
     */
    record BranchResult(
            Transition.Guard guard,
            String branch,
            UUID commitId,
            @Nullable String payload,
            @Nullable ErrorInfo error) {

        /** @throws InvalidIdException if the branch is none that every store can keep */
        public BranchResult {
            Ids.require("A branch's id", branch);
        }
    }

    /**
     * A run that was looked after.
     *
     * @param key which run
     * @param code what runs it
     * @param change what was done
     * @param seq of its latest transition then
     */
    record Swept(RunKey key, RunRecord.Code code, Change change, int seq) {}

    /** What was done with a run that nobody looked after. */
    enum Change {
        /** Its worker is gone, or its node hangs: it is pending. */
        RECOVERED,
        /** It was recovered too often without progress, or its deadline came while it waited: it has failed. */
        FAILED,
        /** It was paused for longer than the store keeps it: it is cancelled. */
        CANCELLED,
        /** One of the two, and it begins to compensate. */
        UNWINDING,
        /** Its time has come, or a run of its own has ended: it can be claimed. */
        WOKEN,
        /** Its pause is over: it is pending. */
        TIMED_OUT
    }

    /**
     * That an entry was committed.
     *
     * @param position for {@link #settle}
     * @param key which run
     * @param code what runs it
     * @param seq which entry
     * @param branch which branch of it; empty for the main one
     */
    record Notice(String position, RunKey key, RunRecord.Code code, int seq, String branch) {}
}
