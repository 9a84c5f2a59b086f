package io.cortexreactive.durable;

import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import io.cortexreactive.error.ErrorInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One lock, held for a few steps. What is old is forgotten when runs are added, once a minute at most. */
final class InMemoryRunLog implements RunLog {

    private static final String DEFAULT_QUEUE = "default";
    private static final int DEFAULT_PRIORITY = 100;
    private static final Duration PURGES = Duration.ofMinutes(1);

    private final Clock clock;
    private final Duration retention;
    private final Duration keepNotices;
    private final @Nullable Duration keepPaused;
    private final KeptNotices notices = new KeptNotices();
    private final KeptRuns runs = new KeptRuns();
    private final Map<String, Worker> workers = new HashMap<>();
    private Instant nextPurge = Instant.MIN;

    private record Worker(Instant until, boolean claims) {}

    InMemoryRunLog(Clock clock, Duration retention, Duration keepNotices, @Nullable Duration keepPaused) {
        this.clock = clock;
        this.retention = Transition.Schedule.boundedOf(retention);
        this.keepNotices = Transition.Schedule.boundedOf(keepNotices);
        this.keepPaused = Transition.Schedule.bounded(keepPaused);
    }

    /** As exact as databases are. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public Mono<Started> start(NewRun run) {
        return Mono.fromSupplier(() -> begin(run));
    }

    private synchronized Started begin(NewRun run) {
        KeptRun first = runs.first(run);
        if (first != null) {
            return new Started(first.toRecord(), first.journal.has(run.terms().commitId()));
        }
        KeptRun there = runs.get(run.key());
        if (there != null) {
            return again(there, run.terms().commitId());
        }
        Instant now = makeRoom();
        Integer most = run.terms().mostWaiting();
        if (most != null && runs.waits(run.terms().queue(), most)) {
            throw new QueueFullException(run.terms().queue(), most);
        }
        KeptRun begun = new KeptRun(atFirst(run, now), KeptRun.Origin.of(run), notices);
        String worker = run.terms().worker();
        if (run.terms().isDelayed()) {
            begun.delay(Objects.requireNonNull(run.terms().delay()), now);
        } else if (worker != null && claims(worker, now)) {
            begun.claim(worker, now);
        }
        begun.begin(JournalEntry.Kind.START, run.content().input(), run.terms().commitId(), now);
        runs.add(begun);
        return new Started(begun.toRecord(), true);
    }

    private Instant makeRoom() {
        Instant now = now();
        if (!now.isBefore(nextPurge)) {
            nextPurge = now.plus(PURGES);
            forgetOld();
        }
        return now;
    }

    private static Started again(KeptRun there, UUID commitId) {
        if (!there.journal.has(commitId)) {
            throw new StoreFailedException("There is a run '" + there.key.runId() + "' already.", null);
        }
        return new Started(there.toRecord(), true);
    }

    private static RunRecord atFirst(NewRun run, Instant now) {
        Duration deadline = run.terms().deadline();
        return new RunRecord(
                run.key(),
                run.code(),
                RunStatus.PENDING,
                new Progress(0, 0, run.node(), 0, 0, null),
                new Snapshot(0, run.content().snapshot()),
                null,
                run.lineage(),
                new Times(now, null, null, deadline == null ? null : now.plus(deadline)),
                null);
    }

    @Override
    public Mono<RunRecord> load(RunKey key) {
        return read(key, KeptRun::toRecord);
    }

    private <T> Mono<T> read(RunKey key, Function<KeptRun, T> look) {
        return Mono.fromSupplier(() -> {
            synchronized (this) {
                KeptRun run = runs.get(key);
                return run == null ? null : look.apply(run);
            }
        });
    }

    /** Empty if there is none. Whatever was done, the indexes know. */
    private <T> Mono<T> change(RunKey key, Function<KeptRun, T> step) {
        return Mono.fromSupplier(() -> changed(key, step));
    }

    private synchronized <T> @Nullable T changed(RunKey key, Function<KeptRun, T> step) {
        KeptRun run = runs.get(key);
        if (run == null) {
            return null;
        }
        T result = step.apply(run);
        runs.changed(run, now());
        return result;
    }

    @Override
    public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
        return read(key, run -> run.journal.after(after, limit)).flatMapIterable(Function.identity());
    }

    @Override
    public Flux<RunKey> changed(Map<RunKey, Integer> seen) {
        return all(() -> seen.entrySet().stream()
                .filter(known -> isFurther(runs.get(known.getKey()), known.getValue()))
                .map(Map.Entry::getKey)
                .toList());
    }

    private static boolean isFurther(@Nullable KeptRun run, int seen) {
        return run == null || run.isFurther(seen);
    }

    @Override
    public Flux<RunRecord> page(Query query) {
        return all(() -> runs.newest(query));
    }

    private <T> Flux<T> all(Supplier<List<T>> step) {
        return Flux.defer(() -> {
            synchronized (this) {
                return Flux.fromIterable(step.get());
            }
        });
    }

    @Override
    public Mono<Answered> answer(RunKey key, Answer answer) {
        return change(key, run -> run.answer(answer, now()));
    }

    @Override
    public Mono<Cancelled> cancel(RunKey key, UUID commitId) {
        return change(key, run -> run.cancel(commitId, now()));
    }

    @Override
    public Mono<Instant> register(String worker, Duration ttl) {
        return Mono.fromSupplier(() -> add(worker, ttl));
    }

    private synchronized Instant add(String worker, Duration ttl) {
        Instant now = now();
        if (workers.containsKey(worker) && !lives(worker, now)) {
            throw new StoreFailedException("The worker '" + worker + "' has gone; its id is not used again.", null);
        }
        workers.put(worker, new Worker(until(now, ttl), true));
        return now;
    }

    private static Instant until(Instant now, Duration ttl) {
        return now.plus(Transition.Schedule.boundedOf(ttl));
    }

    private boolean lives(String worker, Instant now) {
        Worker known = workers.get(worker);
        return known != null && now.isBefore(known.until());
    }

    private boolean claims(String worker, Instant now) {
        Worker known = workers.get(worker);
        return known != null && now.isBefore(known.until()) && known.claims();
    }

    @Override
    public Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        return Mono.fromSupplier(() -> renew(worker, ttl, draining, held));
    }

    private synchronized Beat renew(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        Instant now = now();
        if (!lives(worker, now)) {
            return new Beat(false, Set.copyOf(held.keySet()));
        }
        workers.put(worker, new Worker(until(now, ttl), !draining));
        Set<RunKey> lost = new HashSet<>();
        held.forEach((key, epoch) -> {
            KeptRun run = runs.get(key);
            if (run == null || !run.isHeld(epoch)) {
                lost.add(key);
            }
        });
        return new Beat(true, Set.copyOf(lost));
    }

    @Override
    public Mono<Void> leave(String worker) {
        return Mono.fromRunnable(() -> goneFrom(worker));
    }

    private synchronized void goneFrom(String worker) {
        workers.computeIfPresent(worker, (id, known) -> new Worker(now(), false));
    }

    @Override
    public Flux<RunRecord> claim(Claim claim) {
        return all(() -> take(claim));
    }

    private List<RunRecord> take(Claim claim) {
        Instant now = now();
        if (!claims(claim.worker(), now)) {
            return List.of();
        }
        List<RunRecord> taken = new ArrayList<>();
        for (KeptRun run : runs.claimable(claim, now)) {
            run.claim(claim.worker(), now);
            runs.changed(run, now);
            taken.add(run.toRecord());
        }
        return taken;
    }

    @Override
    public Flux<QueueLoad> load() {
        return all(() -> runs.load(now()));
    }

    @Override
    public Flux<WorkerInfo> workers() {
        return all(this::living);
    }

    private List<WorkerInfo> living() {
        Instant now = now();
        Map<String, Long> held = runs.held();
        return workers.entrySet().stream()
                .filter(each -> lives(each.getKey(), now))
                .map(each -> info(each.getKey(), each.getValue(), held.getOrDefault(each.getKey(), 0L)))
                .toList();
    }

    private static WorkerInfo info(String id, Worker worker, long runs) {
        return new WorkerInfo(id, !worker.claims(), worker.until(), runs);
    }

    @Override
    public Mono<Verdict> commit(Transition transition) {
        return change(transition.guard().key(), run -> run.commit(transition, now()))
                .defaultIfEmpty(Verdict.FENCED);
    }

    @Override
    public Mono<Verdict> branch(BranchResult result) {
        return change(result.guard().key(), run -> run.branch(result, now())).defaultIfEmpty(Verdict.FENCED);
    }

    @Override
    public Flux<Swept> sweep(int limit) {
        return all(() -> lookAfter(limit));
    }

    private List<Swept> lookAfter(int limit) {
        Instant now = now();
        List<Swept> swept = new ArrayList<>();
        each(runs.due(now, limit), run -> run.wake(now), swept, now);
        each(runs.timedOut(now, limit), run -> run.timeOut(now), swept, now);
        each(runs.lost(worker -> lives(worker, now), now, limit), run -> run.recover(now), swept, now);
        notices.forgetBefore(now.minus(keepNotices));
        return swept;
    }

    @Override
    public Flux<Swept> expire(int limit, ErrorInfo late) {
        return all(() -> endWaiting(limit, late));
    }

    private List<Swept> endWaiting(int limit, ErrorInfo late) {
        Instant now = now();
        List<Swept> ended = new ArrayList<>();
        each(runs.late(now, limit), run -> run.fail(late, now), ended, now);
        if (keepPaused != null) {
            each(runs.pausedBefore(now.minus(keepPaused), limit), run -> run.giveUp(now), ended, now);
        }
        return ended;
    }

    private void each(List<KeptRun> found, Function<KeptRun, Change> step, List<Swept> swept, Instant now) {
        for (KeptRun run : found) {
            Change change = step.apply(run);
            runs.changed(run, now);
            swept.add(new Swept(run.key, run.code, change, run.seq()));
        }
    }

    @Override
    public Flux<RunKey> orphans(int limit) {
        return all(() -> runs.orphans(limit));
    }

    @Override
    public Flux<Notice> notices(String reader, int limit) {
        return all(() -> notices.take(reader, limit, now()));
    }

    @Override
    public Mono<Void> settle(Collection<Notice> settled) {
        return Mono.fromRunnable(() -> takeOff(settled));
    }

    private synchronized void takeOff(Collection<Notice> settled) {
        notices.settle(settled);
    }

    @Override
    public Mono<Boolean> put(RunRecord run, UUID commitId) {
        return Mono.fromSupplier(() -> write(run, commitId));
    }

    private synchronized boolean write(RunRecord run, UUID commitId) {
        if (run.status() == RunStatus.PAUSED && run.pause() == null) {
            throw new StateNotStorableException("A paused run must say what it waits for.", null);
        }
        Instant now = makeRoom();
        KeptRun there = runs.get(run.key());
        if (there != null) {
            boolean written = there.patch(run, commitId, now);
            runs.changed(there, now);
            return written;
        }
        if (run.status() == RunStatus.RUNNING) {
            return false;
        }
        KeptRun.Origin origin = new KeptRun.Origin(null, DEFAULT_QUEUE, DEFAULT_PRIORITY, null);
        KeptRun made = new KeptRun(asStored(run, now), origin, notices);
        made.begin(JournalEntry.Kind.PATCH, run.snapshot().json(), commitId, now);
        runs.add(made);
        return true;
    }

    /** What a status forbids is left out. */
    private static RunRecord asStored(RunRecord run, Instant now) {
        boolean ended = run.status().isTerminal();
        Times times = run.times();
        Instant completedAt = times.completedAt() == null ? now : times.completedAt();
        return new RunRecord(
                run.key(),
                run.code(),
                run.status(),
                ended ? withoutOutcome(run.progress()) : run.progress(),
                run.snapshot(),
                run.status() == RunStatus.PAUSED ? run.pause() : null,
                run.lineage(),
                new Times(times.createdAt(), times.startedAt(), ended ? completedAt : null, times.deadlineAt()),
                run.error());
    }

    private static Progress withoutOutcome(Progress is) {
        return new Progress(is.epoch(), is.seq(), is.node(), is.attempts(), is.undo(), null);
    }

    @Override
    public Mono<Long> purge() {
        return Mono.fromSupplier(this::forgetOld);
    }

    private synchronized long forgetOld() {
        Instant now = now();
        notices.forgetBefore(now.minus(keepNotices));
        Instant before = now.minus(retention);
        workers.values().removeIf(worker -> worker.until().isBefore(before));
        List<KeptRun> old = runs.endedBefore(before).stream()
                .filter(run -> !notices.has(run.key))
                .toList();
        old.forEach(runs::remove);
        return old.size();
    }

    @Override
    public Mono<Boolean> remove(RunKey key) {
        return Mono.fromSupplier(() -> forget(key));
    }

    private synchronized boolean forget(RunKey key) {
        KeptRun run = runs.get(key);
        boolean free = run == null || run.status().isTerminal() || run.neverRan();
        if (run != null && free) {
            runs.remove(run);
            notices.forget(key);
        }
        return free;
    }
}
