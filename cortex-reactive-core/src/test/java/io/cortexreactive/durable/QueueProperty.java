package io.cortexreactive.durable;

import static io.cortexreactive.durable.RunSteps.LONG;
import static io.cortexreactive.durable.RunSteps.id;
import static io.cortexreactive.durable.RunSteps.value;
import static io.cortexreactive.durable.RunSteps.values;

import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Fairness;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Workers and people do anything to runs of some tenants that wait in a queue, one step after the other. A run changes
 * by what is done to it and by nothing else, its end is its end, and all lists and counts say what the runs do.
 */
final class QueueProperty {

    private static final int ALL = 10_000;
    private static final int STEPS_BETWEEN_LOOKS = 10;
    private static final Duration LATER = Duration.ofSeconds(30);
    private static final List<Move> MOVES = List.of(
            Move.ADVANCE, Move.ADVANCE, Move.ADVANCE, Move.PAUSE, Move.RETRY, Move.RELEASE, Move.COMPLETE, Move.FAIL);

    private final RunLog log;
    private final Surroundings around;
    private final Random random;
    private final RunSteps steps;
    private final List<String> tenants = List.of(id("tenant"), id("tenant"), id("tenant"));
    private final KnownRuns known;
    private final Map<List<String>, RunKey> once = new HashMap<>();

    /** Runs that may be put off. */
    private final Set<RunKey> later = new HashSet<>();

    private final List<String> workers = new ArrayList<>();

    /**
     * What moves a store's time.
     *
     * @param aMinute see {@link RunOwnershipContract#afterAMinute()}
     * @param forget see {@link RunOwnershipContract#forget()}; forgets whatever has ended
     */
    record Surroundings(Mono<Void> aMinute, Mono<Void> forget) {}

    private QueueProperty(RunLog log, Surroundings around, long seed) {
        this.log = log;
        this.around = around;
        this.random = new Random(seed);
        this.steps = new RunSteps(() -> log);
        this.known = new KnownRuns(log, steps, tenants, "seed " + seed);
        for (int i = 0; i < 3; i++) {
            workers.add(steps.worker());
        }
    }

    /** Fails, and tells the seed, if anything is otherwise. */
    static void check(RunLog log, Surroundings around, long seed, int steps) {
        QueueProperty property = new QueueProperty(log, around, seed);
        for (int i = 1; i <= steps; i++) {
            property.step();
            if (i % STEPS_BETWEEN_LOOKS == 0) {
                property.known.look(property.workers);
            }
        }
        property.settle();
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** One of those, if there is any; the same one for the same seed. */
    private Optional<RunRecord> any(Predicate<RunRecord> which) {
        List<RunRecord> found = known.those(which)
                .sorted((a, b) -> order(a).compareTo(order(b)))
                .toList();
        return found.isEmpty() ? Optional.empty() : Optional.of(one(found));
    }

    private String order(RunRecord run) {
        return tenants.indexOf(run.key().tenantId()) + run.key().runId();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 22) {
            dispatch();
        } else if (dice < 40) {
            claim();
        } else if (dice < 66) {
            any(KnownRuns.is(RunStatus.RUNNING)).ifPresent(this::commit);
        } else if (dice < 72) {
            any(run -> true).ifPresent(this::commitLate);
        } else if (dice < 80) {
            any(oneIn(4) ? run -> true : KnownRuns.is(RunStatus.PAUSED)).ifPresent(this::approve);
        } else if (dice < 84) {
            any(run -> true).ifPresent(this::cancel);
        } else if (dice < 88) {
            replace(random.nextInt(workers.size()));
        } else if (dice < 93) {
            sweep();
        } else if (dice < 97) {
            any(KnownRuns.is(RunStatus.FAILED)).ifPresent(this::redrive);
        } else if (dice < 99) {
            aMinutePasses();
        } else {
            purge();
        }
    }

    /** Where no clock is moved, but times are set back, pauses have others. */
    private void aMinutePasses() {
        around.aMinute().block(LONG);
        known.runs.replaceAll((key, run) -> run.status() == RunStatus.PAUSED ? steps.load(key) : run);
    }

    private void dispatch() {
        Integer most = oneIn(4) ? 1 + random.nextInt(4) : null;
        Duration delay = oneIn(5) ? LATER : null;
        RunKey key = new RunKey(one(tenants), id("run"));
        Once under = oneIn(4) ? new Once(one(List.of("a", "b")), "hash") : null;
        start(key, under, Lineage.NONE, terms(delay, most));
    }

    private Terms terms(@Nullable Duration delay, @Nullable Integer most) {
        return new Terms(UUID.randomUUID(), steps.queue, random.nextInt(3), null, null, null, delay, most);
    }

    private void start(RunKey key, @Nullable Once under, Lineage lineage, Terms terms) {
        RunKey first = under == null ? null : once.get(List.of(key.tenantId(), under.idempotencyKey()));
        Integer most = terms.mostWaiting();
        boolean full = first == null
                && most != null
                && known.those(KnownRuns.is(RunStatus.PENDING)).count() >= most;
        NewRun run = steps.run(key, under, lineage, terms);
        Optional<Started> started =
                value(log.start(run).map(Optional::of).onErrorReturn(QueueFullException.class, Optional.empty()));
        known.expect("start " + run, full, started.isEmpty());
        started.ifPresent(begun -> {
            known.expect(
                    "begun " + key, first == null ? key : first, begun.run().key());
            if (first == null) {
                known.expect("fresh " + key, RunStatus.PENDING, begun.run().status());
                begin(begun.run(), under, terms);
            } else {
                known.expect("known " + first, Objects.requireNonNull(known.runs.get(first)), begun.run());
            }
        });
    }

    private void begin(RunRecord run, @Nullable Once under, Terms terms) {
        known.runs.put(run.key(), run);
        if (under != null) {
            once.put(List.of(run.key().tenantId(), under.idempotencyKey()), run.key());
        }
        if (terms.isDelayed()) {
            later.add(run.key());
        }
    }

    /** The same each time. */
    private void redrive(RunRecord failed) {
        RunKey key = failed.key();
        Lineage lineage = new Lineage(null, key.runId(), failed.progress().seq());
        Once under = new Once("redrive:" + key.runId(), key.runId());
        start(new RunKey(key.tenantId(), id("run")), under, lineage, terms(null, null));
    }

    private void claim() {
        String worker = one(workers);
        int most = 1 + random.nextInt(3);
        int perTenant = 1 + random.nextInt(2);
        RunKey only = oneIn(4) ? any(run -> true).map(RunRecord::key).orElse(null) : null;
        Claim claim = new Claim(worker, steps.queue, Set.of(steps.code), only, most, new Fairness(perTenant));
        List<RunRecord> taken = values(log.claim(claim));
        for (RunRecord run : taken) {
            RunRecord before = Objects.requireNonNull(known.runs.get(run.key()), "a run of nobody: " + run);
            known.expect("claim " + claim, true, only == null || only.equals(run.key()));
            known.expect("claim of " + before, RunStatus.PENDING, before.status());
            known.changed(before, run, RunStatus.RUNNING, 0, 1);
            known.owners.put(run.key(), worker);
        }
        taken.forEach(
                run -> known.expect("a share", true, known.running(run.key().tenantId()) <= perTenant));
        known.expect("as many as may be", true, taken.size() <= most);
        if (only == null && taken.size() < most) {
            known.expect("left", Set.of(), left(perTenant));
        }
    }

    /** What could have been claimed too. */
    private Set<RunKey> left(int perTenant) {
        return known.those(KnownRuns.is(RunStatus.PENDING))
                .map(RunRecord::key)
                .filter(key -> !later.contains(key) && known.running(key.tenantId()) < perTenant)
                .collect(Collectors.toSet());
    }

    private void commit(RunRecord run) {
        Move move = one(MOVES);
        boolean delayed = move == Move.RETRY && oneIn(2);
        Transition transition = RunSteps.transition(
                run,
                move,
                RunSteps.body(move == Move.FAIL ? RunSteps.BROKEN : null, 0),
                move == Move.PAUSE ? RunSteps.asked(null) : RunSteps.in(delayed ? LATER : Duration.ZERO));
        known.expect("commit " + transition, Verdict.COMMITTED, steps.commit(transition));
        RunRecord now = steps.load(run.key());
        known.changed(run, now, move.to(), move.kind() == null ? 0 : 1, move.to() == RunStatus.RUNNING ? 0 : 1);
        Verdict again = move.kind() == null ? Verdict.FENCED : Verdict.COMMITTED;
        known.expect("again " + transition, again, steps.commit(transition));
        known.unchanged(now);
        if (delayed) {
            later.add(run.key());
        } else {
            later.remove(run.key());
        }
    }

    /** As one who does not know yet that the run is another's, or further. */
    private void commitLate(RunRecord run) {
        Guard right = RunSteps.guard(run);
        Guard late = oneIn(2)
                ? new Guard(right.key(), right.epoch() - 1, right.seq())
                : new Guard(right.key(), right.epoch(), right.seq() - 1);
        Transition now = RunSteps.transition(run, one(MOVES));
        Transition transition =
                new Transition(late, now.commitId(), now.move(), now.node(), now.next(), now.body(), now.schedule());
        known.expect("late " + transition, Verdict.FENCED, steps.commit(transition));
        known.unchanged(run);
    }

    private void approve(RunRecord run) {
        boolean right = run.pause() != null && !oneIn(4);
        Answer answer = new Answer(
                right ? Objects.requireNonNull(run.pause()).token() : id("token"),
                id("request"),
                "{}",
                UUID.randomUUID());
        known.expect(
                "answer " + run.key(), right, steps.answer(run.key(), answer).accepted());
        if (right) {
            RunRecord now = steps.load(run.key());
            known.changed(run, now, RunStatus.PENDING, 1, 1);
            known.expect(
                    "again " + run.key(), true, steps.answer(run.key(), answer).accepted());
            known.unchanged(now);
            later.remove(run.key());
        } else {
            known.unchanged(run);
        }
    }

    private void cancel(RunRecord run) {
        boolean over = run.status().isTerminal();
        known.expect("cancel " + run, !over, steps.cancel(run.key()).accepted());
        if (over) {
            known.unchanged(run);
        } else {
            known.changed(run, steps.load(run.key()), RunStatus.CANCELLED, 1, 1);
        }
    }

    /** A worker that is gone claims nothing more. */
    private void replace(int place) {
        String gone = workers.set(place, steps.worker());
        log.leave(gone).block(LONG);
        Claim claim = new Claim(gone, steps.queue, Set.of(steps.code), null, 1, new Fairness(ALL));
        known.expect("claim of one who is gone", List.of(), values(log.claim(claim)));
    }

    private void sweep() {
        Set<RunKey> lost = known.those(KnownRuns.is(RunStatus.RUNNING))
                .map(RunRecord::key)
                .filter(key -> !workers.contains(known.owners.get(key)))
                .collect(Collectors.toSet());
        List<Swept> swept =
                values(log.sweep(ALL).filter(one -> tenants.contains(one.key().tenantId())));
        Set<RunKey> recovered = swept.stream()
                .filter(one -> one.change() != Change.WOKEN)
                .map(Swept::key)
                .collect(Collectors.toSet());
        known.expect("sweep", lost, recovered);
        swept.forEach(this::swept);
    }

    private void swept(Swept swept) {
        RunRecord before = Objects.requireNonNull(known.runs.get(swept.key()));
        switch (swept.change()) {
            case WOKEN -> {
                later.remove(before.key());
                known.unchanged(before);
            }
            case FAILED -> known.changed(before, steps.load(before.key()), RunStatus.FAILED, 1, 1);
            default -> {
                known.changed(before, steps.load(before.key()), RunStatus.PENDING, 0, 1);
                later.add(before.key());
            }
        }
    }

    private void purge() {
        settle();
        around.forget().block(LONG);
        List<RunKey> ended = known.those(run -> run.status().isTerminal())
                .map(RunRecord::key)
                .toList();
        ended.forEach(key -> {
            known.expect("purged " + key, Optional.empty(), log.load(key).blockOptional(LONG));
            known.expect("journal of " + key, List.of(), steps.journal(key));
        });
        known.runs.keySet().removeAll(ended);
        once.values().removeAll(ended);
    }

    /** Runs are kept as long as somebody has to be told of them. */
    private void settle() {
        List<Notice> mine = values(log.notices(id("reader"), ALL)
                .filter(one -> tenants.contains(one.key().tenantId())));
        log.settle(mine).block(LONG);
    }
}
