package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What tests do with runs. */
record RedisRuns(RunLog log) {

    static final Duration LONG = Duration.ofSeconds(60);
    static final Duration NEVER = Duration.ofDays(1);
    static final Code CODE = new Code("definition", "1");
    static final String QUEUE = "queue";

    static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    static <T> List<T> values(Flux<T> flux) {
        return value(flux.collectList());
    }

    static RunKey key() {
        return new RunKey("acme", Tenancy.newCorrelationId());
    }

    static NewRun run(RunKey key, @Nullable String worker) {
        return new NewRun(
                key,
                CODE,
                "first",
                new NewRun.Content("{}", "{}"),
                null,
                Lineage.NONE,
                new NewRun.Terms(UUID.randomUUID(), QUEUE, 100, null, null, worker));
    }

    String worker() {
        String worker = Tenancy.newCorrelationId();
        log.register(worker, NEVER).block(LONG);
        return worker;
    }

    RunRecord start() {
        return value(log.start(run(key(), null))).run();
    }

    RunRecord startOn(String worker) {
        return value(log.start(run(key(), worker))).run();
    }

    List<RunRecord> claim(String worker) {
        return values(log.claim(new Claim(worker, QUEUE, Set.of(CODE), null, 100)));
    }

    static Transition transition(RunRecord held, Move move, Duration time) {
        Guard guard =
                new Guard(held.key(), held.progress().epoch(), held.progress().seq());
        Asked asked = move == Move.PAUSE ? new Asked(Tenancy.newCorrelationId(), "why", null, time) : null;
        return new Transition(
                guard, UUID.randomUUID(), move, "node", "next", Body.NONE, new Schedule(time, null, asked));
    }

    static Transition advance(RunRecord held) {
        return transition(held, Move.ADVANCE, Duration.ZERO);
    }

    Verdict commit(Transition transition) {
        return value(log.commit(transition));
    }

    RunRecord after(Transition transition) {
        if (commit(transition) != Verdict.COMMITTED) {
            throw new AssertionError("fenced: " + transition);
        }
        return load(transition.guard().key());
    }

    RunRecord load(RunKey key) {
        return value(log.load(key));
    }
}
