package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.IdempotencyConflictException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.QueueFullException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.UnreadableRuns;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each step is one script, which decides by the run's own fields; lists across runs only say where to look. */
final class RedisRunLog implements RunLog {

    private static final int ENTRIES_AT_ONCE = 200;
    private static final int FORGOTTEN_AT_ONCE = 200;
    private static final int NOTICES_AT_ONCE = 1_000;

    /** So that a sweep is over soon, and yet forgets more than is added until the next one. */
    private static final int TRIMS_A_SWEEP = 10;

    private static final Duration READING = Duration.ofSeconds(30);

    private final RedisScripts<RunScript> scripts;
    private final RunList list;
    private final IndexRepair repair;
    private final RedisSettings settings;
    private final ClaimTokens tokens = new ClaimTokens();

    /** @param edit what becomes of each script before it is used */
    RedisRunLog(RedisConnections connections, RedisSettings settings, UnaryOperator<String> edit) {
        this(connections, settings, settings.tag(), edit);
    }

    /** @param tag what its keys begin with */
    RedisRunLog(RedisConnections connections, RedisSettings settings, String tag, UnaryOperator<String> edit) {
        this.scripts = new RedisScripts<>(connections, tag, "runs", RunScript.class, edit);
        this.list = new RunList(scripts, new UnreadableRuns());
        this.repair = new IndexRepair(connections, list, tag);
        this.settings = settings;
    }

    @Override
    public Mono<Started> start(NewRun run) {
        return Mono.defer(() -> scripts.run(RunScript.START, Requests.start(run, Tenancy.newCorrelationId())))
                .map(reply -> started(run, reply));
    }

    private Started started(NewRun run, List<Object> reply) {
        return switch (Replies.number(reply, 0)) {
            case 2 ->
                throw new IdempotencyConflictException(
                        run.code().definition(),
                        run.once() == null ? "" : run.once().idempotencyKey());
            case 3 ->
                throw new StoreFailedException("There is a run '" + run.key().runId() + "' already.", null);
            case 4 ->
                throw new QueueFullException(
                        run.terms().queue(), Objects.requireNonNull(run.terms().mostWaiting()));
            default -> {
                boolean fresh = Replies.flag(reply, 0);
                List<?> begun = (List<?>) reply.get(1);
                yield new Started(fresh ? held(begun) : Replies.run(begun), fresh);
            }
        };
    }

    /** The run, whose claim is kept in mind if it has one. */
    private RunRecord held(List<?> reply) {
        RunRecord run = Replies.run(reply);
        tokens.keep(run, Replies.claim(reply));
        return run;
    }

    @Override
    public Mono<RunRecord> load(RunKey key) {
        return scripts.run(RunScript.LOAD, of(key))
                .filter(reply -> !reply.isEmpty())
                .map(reply -> Replies.run((List<?>) reply.get(0)));
    }

    private static Arguments of(RunKey key) {
        return Arguments.of(key.tenantId(), key.runId());
    }

    @Override
    public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
        return entries(key, after, limit)
                .expand(page -> page.left() > 0 ? entries(key, page.last(), page.left()) : Mono.empty())
                .concatMapIterable(JournalPage::entries, 1);
    }

    /** @param left how many main entries there may be more of those that are wanted */
    private record JournalPage(List<JournalEntry> entries, int last, int left) {}

    private Mono<JournalPage> entries(RunKey key, int after, int limit) {
        int count = Math.min(limit, ENTRIES_AT_ONCE);
        return scripts.run(RunScript.JOURNAL, of(key).add(after, count)).map(reply -> {
            List<JournalEntry> entries = Replies.entries(key, (List<?>) reply.get(1));
            int last =
                    entries.isEmpty() ? after : entries.get(entries.size() - 1).seq();
            return new JournalPage(entries, last, Replies.flag(reply, 0) ? limit - count : 0);
        });
    }

    @Override
    public Flux<RunKey> changed(Map<RunKey, Integer> seen) {
        return Flux.defer(() -> {
            List<Map.Entry<RunKey, Integer>> runs = List.copyOf(seen.entrySet());
            Arguments arguments = new Arguments();
            runs.forEach(
                    run -> arguments.add(run.getKey().tenantId(), run.getKey().runId(), run.getValue()));
            return scripts.run(RunScript.CHANGED, arguments)
                    .flatMapIterable(places -> places)
                    .map(place -> runs.get(((Long) place).intValue()).getKey());
        });
    }

    @Override
    public Flux<RunRecord> page(Query query) {
        return list.page(query);
    }

    @Override
    public Mono<Answered> answer(RunKey key, Answer answer) {
        Arguments arguments = of(key).add(answer.token(), answer.requestId(), answer.input(), answer.commitId());
        return scripts.run(RunScript.ANSWER, arguments)
                .filter(reply -> !reply.isEmpty())
                .map(reply -> new Answered(Replies.flag(reply, 0), status(reply), Replies.number(reply, 2)));
    }

    @Override
    public Mono<Cancelled> cancel(RunKey key, UUID commitId) {
        return scripts.run(RunScript.CANCEL, of(key).add(commitId))
                .filter(reply -> !reply.isEmpty())
                .map(reply -> new Cancelled(Replies.flag(reply, 0), status(reply), Replies.number(reply, 2)));
    }

    private static RunStatus status(List<Object> reply) {
        return RunStatus.of(Replies.text(reply, 1));
    }

    @Override
    public Mono<Instant> register(String worker, Duration ttl) {
        return scripts.run(RunScript.REGISTER, Arguments.of(worker, ttl))
                .filter(reply -> Replies.flag(reply, 0))
                .switchIfEmpty(Mono.error(() -> new StoreFailedException(
                        "The worker '" + worker + "' has gone; its id is not used again.", null)))
                .map(reply -> Replies.time(reply, 1));
    }

    @Override
    public Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        return Mono.defer(() -> {
            List<Guard> guards = new ArrayList<>();
            held.forEach((key, epoch) -> guards.add(new Guard(key, epoch, 0)));
            Arguments arguments = Arguments.of(worker, ttl, draining ? 1 : 0);
            guards.forEach(guard ->
                    arguments.add(guard.key().tenantId(), guard.key().runId(), guard.epoch(), tokens.of(guard)));
            return scripts.run(RunScript.BEAT, arguments).map(reply -> beat(guards, reply));
        });
    }

    private Beat beat(List<Guard> held, List<Object> reply) {
        Set<RunKey> lost = new HashSet<>();
        for (Object place : (List<?>) reply.get(1)) {
            Guard guard = held.get(((Long) place).intValue());
            tokens.forget(guard);
            lost.add(guard.key());
        }
        return new Beat(Replies.flag(reply, 0), Set.copyOf(lost));
    }

    @Override
    public Mono<Void> leave(String worker) {
        return scripts.run(RunScript.LEAVE, Arguments.of(worker)).then();
    }

    @Override
    public Flux<RunRecord> claim(Claim claim) {
        return Flux.defer(() -> list.claim(claim, Tenancy.newCorrelationId(), tokens::keep));
    }

    @Override
    public Flux<QueueLoad> load() {
        return scripts.run(RunScript.QUEUES, new Arguments())
                .flatMapIterable(reply -> Replies.each(reply, Replies::load));
    }

    @Override
    public Flux<WorkerInfo> workers() {
        return scripts.run(RunScript.WORKERS, new Arguments())
                .flatMapIterable(reply -> Replies.each(reply, Replies::worker));
    }

    @Override
    public Mono<Verdict> commit(Transition made) {
        return Mono.defer(() -> scripts.run(RunScript.COMMIT, Requests.commit(made, tokens.of(made.guard()))))
                .map(RedisRunLog::verdict)
                .doOnNext(verdict -> {
                    if (verdict == Verdict.FENCED || made.move().to() != RunStatus.RUNNING) {
                        tokens.forget(made.guard());
                    }
                });
    }

    @Override
    public Mono<Verdict> branch(BranchResult result) {
        return Mono.defer(() -> scripts.run(RunScript.BRANCH, Requests.branch(result, tokens.of(result.guard()))))
                .map(RedisRunLog::verdict);
    }

    private static Verdict verdict(List<Object> reply) {
        return switch (Replies.number(reply, 0)) {
            case 1 -> Verdict.COMMITTED;
            case 2 -> Verdict.EXISTS;
            default -> Verdict.FENCED;
        };
    }

    @Override
    public Flux<Swept> sweep(int limit) {
        Mono<List<Object>> swept = Mono.defer(() -> scripts.run(
                RunScript.SWEEP,
                Arguments.of(limit, RunWriter.newCommitId(), Errors.write(CRASH_LOOP), MOST_RECOVERIES)));
        return repair.next()
                .then(swept)
                .flatMapIterable(reply -> Replies.each(reply, Replies::swept))
                .concatWith(trimmed().take(TRIMS_A_SWEEP).thenMany(Flux.empty()));
    }

    @Override
    public Flux<Swept> expire(int limit, ErrorInfo late) {
        return Mono.defer(() -> scripts.run(
                        RunScript.EXPIRE,
                        Arguments.of(limit, RunWriter.newCommitId(), Errors.write(late), settings.keepPaused())))
                .flatMapIterable(reply -> Replies.each(reply, Replies::swept));
    }

    /** Forgets notices that nobody takes off; whether there may be more. */
    private Flux<Boolean> trimmed() {
        return trim().expand(more -> more ? trim() : Mono.empty());
    }

    private Mono<Boolean> trim() {
        return scripts.run(RunScript.TRIM, Arguments.of(settings.keepNotices(), NOTICES_AT_ONCE))
                .map(reply -> Replies.flag(reply, 0));
    }

    /** Whether all runs have been looked after, so that sweeps begin again with the first ones. */
    boolean isRepaired() {
        return repair.isThrough();
    }

    @Override
    public Flux<RunKey> orphans(int limit) {
        return scripts.run(RunScript.ORPHANS, Arguments.of(limit))
                .flatMapIterable(reply -> Replies.each(reply, Replies::key));
    }

    @Override
    public Flux<Notice> notices(String reader, int limit) {
        return scripts.run(RunScript.NOTICES, Arguments.of(reader, limit, READING))
                .flatMapIterable(reply -> Replies.each(reply, Replies::notice));
    }

    @Override
    public Mono<Void> settle(Collection<Notice> notices) {
        return Mono.defer(() -> {
            Arguments arguments = new Arguments();
            notices.forEach(notice ->
                    arguments.add(notice.key().tenantId(), notice.key().runId(), notice.seq(), notice.branch()));
            return scripts.run(RunScript.SETTLE, arguments).then();
        });
    }

    @Override
    public Mono<Boolean> put(RunRecord run, UUID commitId) {
        return Mono.defer(() -> {
            if (run.status() == RunStatus.PAUSED && run.pause() == null) {
                throw new StateNotStorableException("A paused run must say what it waits for.", null);
            }
            return scripts.run(RunScript.PUT, Requests.put(run, commitId)).map(reply -> Replies.flag(reply, 0));
        });
    }

    @Override
    public Mono<Long> purge() {
        return trimmed()
                .then(Mono.defer(() -> forgotten(0)))
                .expand(batch -> batch.next() == null ? Mono.empty() : forgotten(batch.next()))
                .reduce(0L, (sum, batch) -> sum + batch.count());
    }

    /** @param next where to go on; null if there are no more */
    private record Forgotten(int count, @Nullable Integer next) {}

    private Mono<Forgotten> forgotten(int offset) {
        return scripts.run(RunScript.PURGE, Arguments.of(settings.retention(), offset, FORGOTTEN_AT_ONCE))
                .map(reply -> {
                    int looked = Replies.number(reply, 0);
                    int next = offset + looked - Replies.number(reply, 1);
                    return new Forgotten(Replies.number(reply, 2), looked < FORGOTTEN_AT_ONCE ? null : next);
                });
    }

    @Override
    public long unreadable() {
        return list.unreadable().count();
    }

    @Override
    public Mono<Boolean> remove(RunKey key) {
        return scripts.run(RunScript.REMOVE, of(key)).map(reply -> Replies.number(reply, 0) > 0);
    }
}
