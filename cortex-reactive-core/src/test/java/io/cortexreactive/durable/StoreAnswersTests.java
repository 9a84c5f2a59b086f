package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings.Lease;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Those who wait hold nothing of what a store has answered, which a driver keeps with its streams. */
class StoreAnswersTests {

    private final VirtualTimeScheduler time = LastingTime.begin();
    private final Answers log = new Answers();
    private final RunSteps steps = new RunSteps(() -> log);
    private final Worker worker =
            new Worker(log, new Lease(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(10)), time);
    private final Rounds rounds =
            new Rounds(log, worker, new Rounds.Pace(Duration.ofMillis(250), 0, time), new NothingToDo());
    private final Journals journals = new Journals(log, worker, rounds, key -> new IllegalStateException(key.runId()));
    private final Settling settling = new Settling(log, worker, rounds, key -> new IllegalStateException(key.runId()));

    @AfterEach
    void endTime() {
        VirtualTimeScheduler.reset();
    }

    /** One with whose answers something is kept as long as anybody has them. */
    private static final class Answers extends ForwardingRunLog {

        private final List<WeakReference<Object>> given = new ArrayList<>();

        Answers() {
            super(RunLog.inMemory());
        }

        @Override
        public Mono<RunRecord> load(RunKey key) {
            return keeping(log.load(key).flux()).singleOrEmpty();
        }

        @Override
        public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
            return keeping(log.journal(key, after, limit));
        }

        private <T> Flux<T> keeping(Flux<T> answer) {
            return Flux.defer(() -> {
                Object kept = new Object();
                given.add(new WeakReference<>(kept));
                return answer.filter(item -> kept != item);
            });
        }

        long held() {
            return given.stream().filter(answer -> !answer.refersTo(null)).count();
        }
    }

    private enum Wait {
        FOLLOW,
        END,
        SETTLE;

        Publisher<?> of(StoreAnswersTests test, RunKey key) {
            return switch (this) {
                case FOLLOW -> test.journals.follow(key, -1);
                case END -> test.settling.ended(key);
                case SETTLE -> test.settling.settled(new Settling.Awaited(key, 0, hold -> Mono.empty()));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsHoldsNoAnswer(Wait wait) {
        if (wait == Wait.SETTLE) {
            rounds.start().block();
        }
        Disposable waiting = Flux.from(wait.of(this, steps.start().key())).subscribe();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(log.given).isNotEmpty();

        System.gc();

        assertThat(log.held()).isZero();
        assertThat(waiting.isDisposed()).isFalse();
        waiting.dispose();
        rounds.stop(Duration.ZERO).block();
    }
}
