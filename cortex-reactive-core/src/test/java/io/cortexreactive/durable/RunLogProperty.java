package io.cortexreactive.durable;

import static io.cortexreactive.durable.RunSteps.LONG;
import static io.cortexreactive.durable.RunSteps.id;
import static io.cortexreactive.durable.RunSteps.value;
import static io.cortexreactive.durable.RunSteps.values;

import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunModel.ModelRun;
import io.cortexreactive.durable.RunModel.Possible;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Some actors do anything to a few runs, one step after the other, and know more or less how these stand. A model says
 * what the store must answer to each step.
 */
public final class RunLogProperty {

    private static final int TOLD = 12;
    private static final int ALL = 10_000;
    private static final List<String> KEYS = List.of("a", "b");
    private static final List<String> BRANCHES = List.of("left", "right");
    private static final Set<Move> FORWARD = EnumSet.complementOf(EnumSet.of(Move.UNDO));
    private static final Set<Move> BACKWARD = EnumSet.complementOf(EnumSet.of(Move.ADVANCE));

    private final RunLog log;
    private final Mono<Void> aMinute;
    private final Random random;
    private final String description;
    private final RunSteps steps;
    private final Code otherCode;
    private final RunModel model = new RunModel();
    private final List<Actor> actors = new ArrayList<>();
    private final List<RunKey> keys = new ArrayList<>();
    private final List<NewRun> begun = new ArrayList<>();
    private final List<Transition> made = new ArrayList<>();
    private final List<BranchResult> results = new ArrayList<>();
    private final List<Map.Entry<RunKey, Answer>> answers = new ArrayList<>();
    private final Map<RunKey, UUID> cancels = new HashMap<>();
    private final Deque<String> told = new ArrayDeque<>();

    /** Who knows how runs stood when they looked last. */
    private static final class Actor {

        private String worker = id("worker");
        private boolean drains;
        private final Map<RunKey, RunRecord> seen = new HashMap<>();
    }

    private RunLogProperty(RunLog log, Mono<Void> aMinute, long seed) {
        this.log = log;
        this.aMinute = aMinute;
        this.random = new Random(seed);
        this.description = "seed " + seed;
        this.steps = new RunSteps(() -> log);
        this.otherCode = new Code(steps.code.definition(), "2");
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            Actor actor = new Actor();
            actors.add(actor);
            register(actor);
        }
    }

    /**
     * Fails, and tells the seed, if a store answers otherwise than the model.
     *
     * @param aMinute see {@link RunOwnershipContract#afterAMinute()}
     */
    public static void check(RunLog log, Mono<Void> aMinute, long seed, int steps) {
        RunLogProperty property = new RunLogProperty(log, aMinute, seed);
        for (int i = 0; i < steps; i++) {
            property.step();
        }
        property.end();
    }

    private void expect(String step, Object predicted, Object actual) {
        expect(step, predicted.equals(actual), predicted, actual);
    }

    private void expect(String step, boolean holds, Object predicted, Object actual) {
        told.add(step + " -> " + actual);
        if (told.size() > TOLD) {
            told.remove();
        }
        if (!holds) {
            throw new AssertionError(description + ": not " + predicted + " after\n  " + String.join("\n  ", told));
        }
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private void step() {
        Actor actor = one(actors);
        int dice = random.nextInt(100);
        if (keys.isEmpty() || dice < 6) {
            start(actor);
        } else if (dice < 66) {
            stepWithARun(actor, one(keys), dice);
        } else if (dice < 74) {
            claim(actor, null);
        } else if (dice < 76) {
            expire();
        } else if (dice < 82) {
            sweep();
        } else if (dice < 85) {
            orphans();
        } else if (dice < 88) {
            aMinute.block(LONG);
            model.aMinutePasses();
        } else if (dice < 92) {
            comeAndGo(actor);
        } else if (dice < 96) {
            beat(actor);
        } else {
            sendAgain();
        }
    }

    private void stepWithARun(Actor actor, RunKey key, int dice) {
        if (dice < 12) {
            look(actor, key);
        } else if (dice < 20) {
            claim(actor, key);
        } else if (dice < 45) {
            commit(actor, key);
        } else if (dice < 51) {
            branch(actor, key);
        } else if (dice < 57) {
            answer(actor, key);
        } else if (dice < 60) {
            cancel(key);
        } else if (dice < 63) {
            put(actor, key);
        } else if (dice < 64) {
            expect("remove " + key, model.remove(key), value(log.remove(key)));
        } else {
            asAnotherTenant(actor, key);
        }
    }

    private void start(Actor actor) {
        Once once = oneIn(2) ? new Once(one(KEYS), oneIn(4) ? "other" : "hash") : null;
        RunKey from = keys.isEmpty() || oneIn(2) ? null : one(keys);
        RunRecord parent = from == null ? null : actor.seen.get(from);
        Terms terms = new Terms(
                UUID.randomUUID(),
                oneIn(8) ? steps.queue + "2" : steps.queue,
                random.nextInt(3),
                oneIn(12) ? Duration.ZERO : null,
                oneIn(8) ? Duration.ZERO : null,
                oneIn(2) ? actor.worker : null);
        NewRun run = new NewRun(
                steps.key(),
                oneIn(8) ? otherCode : steps.code,
                "first",
                new NewRun.Content("{}", "{}"),
                once,
                parent == null ? Lineage.NONE : new Lineage(below(parent), null, 0),
                terms);
        begun.add(run);
        start(actor, run);
    }

    private Parent below(RunRecord parent) {
        return new Parent(parent.key().runId(), parent.progress().seq() + 1, oneIn(2) ? "" : one(BRANCHES));
    }

    private void start(Actor actor, NewRun run) {
        String predicted = model.start(run);
        String actual = value(log.start(run)
                .doOnNext(started -> meet(actor, started))
                .map(started -> started.run().key() + " " + started.fresh())
                .onErrorReturn(IdempotencyConflictException.class, "conflict"));
        expect("start " + run, predicted, actual);
    }

    private void meet(Actor actor, Started started) {
        RunKey key = started.run().key();
        actor.seen.put(key, started.run());
        if (!keys.contains(key)) {
            keys.add(key);
        }
    }

    private void look(Actor actor, RunKey key) {
        Optional<RunRecord> found = log.load(key).blockOptional(LONG);
        found.ifPresent(run -> actor.seen.put(key, run));
        expect("load " + key, Optional.ofNullable(model.get(key)).map(ModelRun::toString), found.map(ModelRun::told));
    }

    private void claim(Actor actor, @Nullable RunKey only) {
        Claim claim = new Claim(
                oneIn(20) ? id("nobody") : actor.worker,
                steps.queue,
                oneIn(4) ? Set.of(steps.code, otherCode) : Set.of(steps.code),
                only,
                ALL);
        Possible<RunKey> possible = model.claimable(claim);
        List<RunRecord> taken = values(log.claim(claim));
        Set<RunKey> takenKeys = taken.stream().map(RunRecord::key).collect(Collectors.toSet());
        expect("claim " + claim, possible.allows(takenKeys), possible, takenKeys);
        for (RunRecord run : taken) {
            ModelRun known = Objects.requireNonNull(model.get(run.key()));
            known.claim(claim.worker());
            actor.seen.put(run.key(), run);
            expect("claimed " + run.key(), known.toString(), ModelRun.told(run));
        }
    }

    /** Mostly as the actor has seen it. */
    private Guard guard(RunRecord seen) {
        Guard right = RunSteps.guard(seen);
        return switch (random.nextInt(16)) {
            case 0 -> new Guard(right.key(), right.epoch() - 1, right.seq());
            case 1 -> new Guard(right.key(), right.epoch(), right.seq() - 1);
            case 2 -> new Guard(right.key(), right.epoch(), right.seq() + 1);
            default -> right;
        };
    }

    private void commit(Actor actor, RunKey key) {
        RunRecord seen = actor.seen.get(key);
        if (seen == null) {
            return;
        }
        boolean unwinds = seen.progress().outcome() != null;
        Move move = oneIn(2)
                ? unwinds ? Move.UNDO : one(List.of(Move.ADVANCE, Move.ADVANCE, Move.PAUSE))
                : one(List.copyOf(unwinds ? BACKWARD : FORWARD));
        int undo = move == Move.UNDO ? -Math.min(1, seen.progress().undo()) : move == Move.ADVANCE && oneIn(4) ? 1 : 0;
        Transition transition = new Transition(
                guard(seen),
                UUID.randomUUID(),
                move,
                "node",
                one(List.of("x", "y")),
                RunSteps.body(null, undo),
                schedule(move));
        made.add(transition);
        commit(transition);
        look(actor, key);
    }

    private void commit(Transition transition) {
        expect("commit " + transition, model.commit(transition), value(log.commit(transition)));
    }

    private Schedule schedule(Move move) {
        Duration delay = move == Move.PARK ? null : oneIn(8) ? RunSteps.NEVER : Duration.ZERO;
        Asked asked = new Asked(id("token"), "why", null, oneIn(3) ? Duration.ZERO : null);
        return new Schedule(delay, oneIn(8) ? Duration.ZERO : null, move == Move.PAUSE ? asked : null);
    }

    private void branch(Actor actor, RunKey key) {
        RunRecord seen = actor.seen.get(key);
        if (seen != null) {
            BranchResult result = new BranchResult(guard(seen), one(BRANCHES), UUID.randomUUID(), "{}", null);
            results.add(result);
            branch(result);
        }
    }

    private void branch(BranchResult result) {
        expect("branch " + result, model.branch(result), value(log.branch(result)));
    }

    private void answer(Actor actor, RunKey key) {
        RunRecord seen = actor.seen.get(key);
        Waiting pause = seen == null ? null : seen.pause();
        String token = pause == null ? id("token") : pause.token();
        Answer answer = new Answer(token, oneIn(3) ? id("request") : one(KEYS), "{}", UUID.randomUUID());
        answers.add(Map.entry(key, answer));
        answer(key, answer);
        look(actor, key);
    }

    private void answer(RunKey key, Answer answer) {
        expect(
                "answer " + key + " " + answer,
                model.answer(key, answer),
                log.answer(key, answer).blockOptional(LONG));
    }

    private void cancel(RunKey key) {
        UUID commitId = oneIn(4) ? cancels.getOrDefault(key, UUID.randomUUID()) : UUID.randomUUID();
        cancels.put(key, commitId);
        expect(
                "cancel " + key,
                model.cancel(key, commitId),
                log.cancel(key, commitId).blockOptional(LONG));
    }

    private void put(Actor actor, RunKey key) {
        RunRecord seen = actor.seen.get(key);
        if (seen == null || model.get(key) == null) {
            return;
        }
        RunStatus status = one(
                List.of(RunStatus.PENDING, RunStatus.PAUSED, seen.status(), RunStatus.CANCELLED, RunStatus.RUNNING));
        Waiting pause = new Waiting(id("token"), "why", null, seen.times().createdAt(), null);
        RunRecord to = new RunRecord(
                key,
                seen.code(),
                status,
                new Progress(seen.progress().epoch(), seen.progress().seq(), "put", 0, 0, null),
                new Snapshot(seen.progress().seq(), "{}"),
                status == RunStatus.PAUSED ? pause : null,
                seen.lineage(),
                seen.times(),
                null);
        UUID commitId = UUID.randomUUID();
        expect("put " + to, model.put(to, commitId), value(log.put(to, commitId)));
        look(actor, key);
    }

    private void asAnotherTenant(Actor actor, RunKey key) {
        RunKey other = new RunKey(steps.tenant + "2", key.runId());
        look(actor, other);
        expect(
                "cancel " + other,
                Optional.empty(),
                log.cancel(other, UUID.randomUUID()).blockOptional(LONG));
        claim(actor, other);
        RunRecord seen = actor.seen.get(key);
        if (seen != null) {
            answerAsAnotherTenant(other, seen);
            Guard guard =
                    new Guard(other, seen.progress().epoch(), seen.progress().seq());
            commit(new Transition(guard, UUID.randomUUID(), Move.COMPLETE, null, null, Body.NONE, Schedule.NONE));
        }
    }

    private void answerAsAnotherTenant(RunKey other, RunRecord seen) {
        String token = seen.pause() == null ? id("token") : seen.pause().token();
        Answer answer = new Answer(token, id("request"), "{}", UUID.randomUUID());
        expect("answer " + other, Optional.empty(), log.answer(other, answer).blockOptional(LONG));
    }

    private void sweep() {
        Possible<String> possible = model.sweep();
        List<Swept> swept =
                values(log.sweep(ALL).filter(one -> one.key().tenantId().equals(steps.tenant)));
        Set<String> actual = swept.stream()
                .map(one -> one.key() + " " + one.change() + " " + one.seq())
                .collect(Collectors.toSet());
        expect("sweep", possible.allows(actual) && actual.size() == swept.size(), possible, actual);
        swept.stream().filter(one -> one.change() == Change.WOKEN).forEach(one -> model.woken(one.key()));
    }

    private void expire() {
        Possible<String> possible = model.expire();
        Set<String> ended = values(log.expire(ALL, RunSteps.BROKEN)
                        .filter(one -> one.key().tenantId().equals(steps.tenant))
                        .map(one -> one.key() + " " + one.change() + " " + one.seq()))
                .stream()
                .collect(Collectors.toSet());
        expect("expire", possible.allows(ended), possible, ended);
    }

    private void orphans() {
        Set<RunKey> found = new HashSet<>(
                values(log.orphans(ALL).filter(key -> key.tenantId().equals(steps.tenant))));
        expect("orphans", model.orphans(), found);
    }

    private void register(Actor actor) {
        log.register(actor.worker, RunSteps.NEVER.multipliedBy(10)).block(LONG);
        model.register(actor.worker);
    }

    private void comeAndGo(Actor actor) {
        log.leave(actor.worker).block(LONG);
        model.leave(actor.worker);
        told.add("leave " + actor.worker);
        if (!oneIn(4)) {
            actor.worker = id("worker");
            actor.drains = false;
            register(actor);
        }
    }

    private void beat(Actor actor) {
        actor.drains |= oneIn(6);
        Map<RunKey, Long> held = actor.seen.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().progress().epoch()));
        expect(
                "beat " + actor.worker + " " + held,
                model.beat(actor.worker, actor.drains, held),
                value(log.beat(actor.worker, RunSteps.NEVER.multipliedBy(10), actor.drains, held)));
    }

    /** As after an answer that was lost. */
    private void sendAgain() {
        switch (random.nextInt(4)) {
            case 0 -> start(one(actors), one(begun));
            case 1 ->
                made.stream().skip(random.nextInt(made.size() + 1)).findFirst().ifPresent(this::commit);
            case 2 ->
                results.stream()
                        .skip(random.nextInt(results.size() + 1))
                        .findFirst()
                        .ifPresent(this::branch);
            default ->
                answers.stream()
                        .skip(random.nextInt(answers.size() + 1))
                        .findFirst()
                        .ifPresent(sent -> answer(sent.getKey(), sent.getValue()));
        }
    }

    /** Everything is there as the model has it, and told once. */
    private void end() {
        Actor anybody = actors.get(0);
        keys.forEach(key -> look(anybody, key));
        Set<RunKey> listed = values(log.page(new Query(steps.tenant, null, null, null, ALL))).stream()
                .map(RunRecord::key)
                .collect(Collectors.toSet());
        expect("page", model.keys(), listed);
        Map<RunKey, List<String>> notices = notices();
        for (RunKey key : model.keys()) {
            ModelRun known = Objects.requireNonNull(model.get(key));
            List<JournalEntry> journal = steps.journal(key);
            JournalInvariants.check(steps.load(key), journal);
            expect("journal of " + key, Set.copyOf(known.told), places(journal));
            expect("notices of " + key, known.told, notices.getOrDefault(key, List.of()));
        }
    }

    private Map<RunKey, List<String>> notices() {
        List<Notice> mine = values(log.notices(id("reader"), ALL)
                .filter(notice -> notice.key().tenantId().equals(steps.tenant)));
        log.settle(mine).block(LONG);
        return mine.stream()
                .collect(Collectors.groupingBy(
                        Notice::key, Collectors.mapping(one -> one.seq() + "/" + one.branch(), Collectors.toList())));
    }

    private static Set<String> places(List<JournalEntry> journal) {
        return journal.stream().map(entry -> entry.seq() + "/" + entry.branch()).collect(Collectors.toSet());
    }
}
