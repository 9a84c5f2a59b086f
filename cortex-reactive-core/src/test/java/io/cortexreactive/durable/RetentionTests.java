package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings.Lease;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Wanted;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Rounds have their store forget what is old. */
class RetentionTests {

    private static final Duration SCAN = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final List<Long> purges = new ArrayList<>();
    private final List<String> sweeps = new ArrayList<>();
    private Mono<Long> answer = Mono.just(1L);
    private VirtualTimeScheduler time;
    private Rounds rounds;

    @BeforeEach
    void beginTime() {
        time = VirtualTimeScheduler.getOrSet();
        RunLog log = new ForwardingRunLog(RunLog.inMemory()) {
            @Override
            public Mono<Long> purge() {
                return answer.doOnSubscribe(begun -> purges.add(seconds()));
            }

            @Override
            public Flux<Swept> sweep(int limit) {
                sweeps.add("sweep");
                return super.sweep(limit);
            }
        };
        Worker worker = new Worker(
                log,
                new Lease(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(20)),
                Schedulers.parallel());
        rounds = new Rounds(log, worker, new Rounds.Pace(SCAN, 1, Schedulers.parallel()), new Nothing());
    }

    @AfterEach
    void endTime() {
        VirtualTimeScheduler.reset();
    }

    private long seconds() {
        return time.now(TimeUnit.SECONDS);
    }

    private void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    private static final class Nothing implements Rounds.Runs {

        @Override
        public Wanted wanted() {
            return new Wanted("default", Set.of());
        }

        @Override
        public Mono<Void> work(Hold hold) {
            return Mono.empty();
        }

        @Override
        public ErrorInfo late() {
            return new ErrorInfo("late", "It is late.", false);
        }

        @Override
        public Mono<Void> swept(Swept swept) {
            return Mono.empty();
        }

        @Override
        public Mono<Boolean> cancel(RunKey key) {
            return Mono.empty();
        }
    }

    @Test
    void aMinuteLiesBetweenOneTimeAndTheNext() {
        pass(Duration.ofMinutes(5));
        assertThat(purges).as("before it is started").isEmpty();

        rounds.start().block();
        pass(Duration.ofMinutes(10));

        assertThat(purges).hasSizeBetween(9, 11);
        for (int i = 1; i < purges.size(); i++) {
            assertThat(purges.get(i) - purges.get(i - 1)).isBetween(60L, 62L);
        }
    }

    @Test
    void roundsDoNotWaitForItAndItIsNotDoneTwiceAtOnce() {
        Sinks.One<Long> slow = Sinks.one();
        answer = slow.asMono();
        rounds.start().block();

        pass(Duration.ofMinutes(10));
        assertThat(purges).hasSize(1);
        assertThat(sweeps).hasSizeGreaterThan(400);
        slow.tryEmitValue(1L);
        pass(Duration.ofSeconds(2));
        assertThat(purges).hasSize(2);
    }

    @Test
    void storeThatFailsIsAskedAgainAMinuteLater() {
        answer = Mono.error(new StoreUnavailableException("away", null));
        rounds.start().block();

        pass(Duration.ofMinutes(3).plusSeconds(10));

        assertThat(purges).hasSize(3);
    }

    @Test
    void stoppingEndsIt() {
        List<String> cancelled = new ArrayList<>();
        answer = Mono.<Long>never().doOnCancel(() -> cancelled.add("yes"));
        rounds.start().block();
        pass(Duration.ofMinutes(2));

        rounds.stop(DRAIN).block();
        pass(Duration.ofMinutes(10));

        assertThat(cancelled).hasSize(1);
        assertThat(purges).hasSize(1);
    }
}
