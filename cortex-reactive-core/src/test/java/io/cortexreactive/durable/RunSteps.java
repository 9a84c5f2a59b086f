package io.cortexreactive.durable;

import io.cortexreactive.durable.NewRun.Content;
import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the tests of a store do, with a tenant, a definition and a queue that nobody else has. */
final class RunSteps {

    /** Far longer than anything takes that comes at all. */
    static final Duration LONG = Duration.ofSeconds(60);

    static final Duration NEVER = Duration.ofDays(2);
    static final ErrorInfo BROKEN = new ErrorInfo("broken", "It is broken.", true);

    final String tenant = id("tenant");
    final Code code = new Code(id("definition"), "1");
    final String queue = id("queue");
    private final Supplier<RunLog> log;

    RunSteps(Supplier<RunLog> log) {
        this.log = log;
    }

    static String id(String kind) {
        return kind + "-" + UUID.randomUUID();
    }

    static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    static <T> List<T> values(Flux<T> flux) {
        return value(flux.collectList());
    }

    RunKey key() {
        return new RunKey(tenant, id("run"));
    }

    NewRun run(RunKey key, @Nullable Once once, Lineage lineage, Terms terms) {
        return new NewRun(key, code, "first", new Content("{\"in\":1}", "{\"at\":0}"), once, lineage, terms);
    }

    Terms terms(@Nullable Duration nodeTimeout, @Nullable String worker) {
        return new Terms(UUID.randomUUID(), queue, 100, null, nodeTimeout, worker);
    }

    RunRecord start() {
        return start(run(key(), null, Lineage.NONE, terms(null, null)));
    }

    RunRecord start(NewRun run) {
        return value(log.get().start(run)).run();
    }

    /** A run that a worker has. */
    RunRecord startOn(String worker) {
        return start(run(key(), null, Lineage.NONE, terms(null, worker)));
    }

    RunRecord startChild(RunRecord parent, String branch) {
        Parent from = new Parent(parent.key().runId(), parent.progress().seq() + 1, branch);
        return start(run(key(), null, new Lineage(from, null, 0), terms(null, null)));
    }

    String worker() {
        return worker(NEVER);
    }

    String worker(Duration ttl) {
        String worker = id("worker");
        log.get().register(worker, ttl).block(LONG);
        return worker;
    }

    Claim claimOf(String worker, @Nullable RunKey only) {
        return new Claim(worker, queue, Set.of(code), only, 100);
    }

    /** Nothing, or the run. */
    List<RunRecord> tryClaim(String worker, RunKey key) {
        return values(log.get().claim(claimOf(worker, key)));
    }

    RunRecord claim(String worker, RunKey key) {
        List<RunRecord> claimed = tryClaim(worker, key);
        if (claimed.size() != 1) {
            throw new AssertionError("not to be claimed: " + log.get().load(key).block(LONG));
        }
        return claimed.get(0);
    }

    /** A worker of its own takes it. */
    RunRecord claim(RunKey key) {
        return claim(worker(), key);
    }

    static Transition transition(RunRecord held, Move move, Body body, Schedule schedule) {
        return new Transition(guard(held), UUID.randomUUID(), move, "node", "next", body, schedule);
    }

    static Transition transition(RunRecord held, Move move) {
        Schedule schedule = move == Move.PAUSE ? asked(null) : move == Move.PARK ? waiting() : Schedule.NONE;
        return transition(held, move, Body.NONE, schedule);
    }

    static Guard guard(RunRecord held) {
        return new Guard(held.key(), held.progress().epoch(), held.progress().seq());
    }

    static Schedule waiting() {
        return new Schedule(null, null, null);
    }

    static Schedule in(Duration delay) {
        return new Schedule(delay, null, null);
    }

    static Schedule asked(@Nullable Duration timeout) {
        return new Schedule(Duration.ZERO, null, new Asked(id("token"), "May I?", "{\"ask\":1}", timeout));
    }

    static Body body(@Nullable ErrorInfo error, int undo) {
        return new Body("{\"out\":1}", null, error, undo);
    }

    Verdict commit(Transition transition) {
        return value(log.get().commit(transition));
    }

    /** The run after a move that must be made. */
    RunRecord after(Transition transition) {
        Verdict verdict = commit(transition);
        if (verdict != Verdict.COMMITTED) {
            throw new AssertionError(transition + " is " + verdict);
        }
        return load(transition.guard().key());
    }

    RunRecord after(RunRecord held, Move move) {
        return after(transition(held, move));
    }

    static BranchResult result(RunRecord held, String branch) {
        return new BranchResult(guard(held), branch, UUID.randomUUID(), "{\"branch\":1}", null);
    }

    Verdict branch(BranchResult result) {
        return value(log.get().branch(result));
    }

    RunRecord load(RunKey key) {
        return value(log.get().load(key));
    }

    List<JournalEntry> journal(RunKey key) {
        return values(log.get().journal(key, -1, 10_000));
    }

    static Answer answerTo(RunRecord paused, String requestId) {
        String token = Objects.requireNonNull(paused.pause()).token();
        return new Answer(token, requestId, "{\"yes\":true}", UUID.randomUUID());
    }

    Answered answer(RunKey key, Answer answer) {
        return value(log.get().answer(key, answer));
    }

    Cancelled cancel(RunKey key) {
        return value(log.get().cancel(key, UUID.randomUUID()));
    }

    List<RunRecord> page(@Nullable RunStatus status, int limit) {
        return values(log.get().page(new Query(tenant, null, status, null, limit)));
    }
}
