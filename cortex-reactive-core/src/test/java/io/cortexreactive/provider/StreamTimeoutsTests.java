package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.TextDelta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

class StreamTimeoutsTests {

    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration TOTAL = Duration.ofMinutes(5);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final ProviderTimeouts TIMEOUTS = new ProviderTimeouts(FIRST, FIRST, IDLE, TOTAL);
    private static final ProviderFailure CALL = ProviderFailure.of("test", "model");

    private final TestPublisher<ChatChunk> source = TestPublisher.create();
    private final Consumer consumer = new Consumer();
    private VirtualTimeScheduler time;

    @BeforeEach
    void startTime() {
        time = VirtualTimeScheduler.create();
    }

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    private Flux<ChatChunk> timed(ProviderTimeouts timeouts) {
        return StreamTimeouts.apply(source.flux(), timeouts, new ChatAccumulator(), () -> CALL, time);
    }

    private void subscribe(long demand) {
        timed(TIMEOUTS).subscribe(consumer);
        if (demand > 0) {
            consumer.request(demand);
        }
    }

    /** Runs its first task before it returns from scheduling it, as may happen between threads. */
    private static final class Hurried implements Scheduler {

        private final VirtualTimeScheduler time;
        private boolean begun;

        Hurried(VirtualTimeScheduler time) {
            this.time = time;
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            if (begun) {
                return time.schedule(task, delay, unit);
            }
            begun = true;
            task.run();
            return Disposables.disposed();
        }

        @Override
        public Disposable schedule(Runnable task) {
            return time.schedule(task);
        }

        @Override
        public Worker createWorker() {
            return time.createWorker();
        }

        @Override
        public long now(TimeUnit unit) {
            return time.now(unit);
        }
    }

    private static ChatChunk text(String text) {
        return new TextDelta(0, text);
    }

    @Test
    void firstTokenRunsOutAtItsLimit() {
        subscribe(1);
        time.advanceTimeBy(FIRST.minus(MOMENT));
        assertThat(consumer.signals).isEmpty();

        time.advanceTimeBy(MOMENT);

        assertThat(consumer.error())
                .isInstanceOf(ProviderTimeoutException.class)
                .hasMessageContaining("within 30 s");
        source.assertCancelled();
    }

    @Test
    void checkThatRunsBeforeItsSchedulingReturnsIsNotTheLast() {
        StreamTimeouts.apply(source.flux(), TIMEOUTS, new ChatAccumulator(), () -> CALL, new Hurried(time))
                .subscribe(consumer);
        consumer.request(1);
        time.advanceTimeBy(FIRST);

        assertThat(consumer.error()).isInstanceOf(ProviderTimeoutException.class);
    }

    @Test
    void firstTokenWaitsForDemand() {
        subscribe(0);
        time.advanceTimeBy(TOTAL.minusSeconds(60));
        consumer.request(1);
        time.advanceTimeBy(FIRST.minus(MOMENT));
        assertThat(consumer.signals).isEmpty();

        time.advanceTimeBy(MOMENT);

        assertThat(consumer.error()).isInstanceOf(ProviderTimeoutException.class);
    }

    @Test
    void stallRunsOutAtTheIdleLimitWithWhatHadCome() {
        subscribe(Long.MAX_VALUE);
        time.advanceTimeBy(Duration.ofSeconds(4));
        source.next(text("Hel"));
        time.advanceTimeBy(IDLE.minus(MOMENT));
        source.next(text("lo"));
        time.advanceTimeBy(IDLE.minus(MOMENT));
        assertThat(consumer.signals).isEmpty();

        time.advanceTimeBy(MOMENT);

        assertThat(consumer.error())
                .isInstanceOfSatisfying(
                        StreamStalledException.class,
                        error -> assertThat(error)
                                .hasMessageContaining("Nothing came for " + IDLE.toSeconds() + " s although")
                                .extracting(StreamStalledException::partialText)
                                .isEqualTo("Hello"));
        source.assertCancelled();
    }

    @Test
    void pausedConsumerNeverTimesOut() {
        subscribe(1);
        source.next(text("one"));
        time.advanceTimeBy(TOTAL.minus(MOMENT));

        assertThat(consumer.signals).isEmpty();
        source.assertNotCancelled();
    }

    @Test
    void idleClockStartsWhenDemandComesBack() {
        subscribe(1);
        source.next(text("one"));
        time.advanceTimeBy(IDLE.multipliedBy(3).plusSeconds(7));
        consumer.request(1);
        time.advanceTimeBy(IDLE.minus(MOMENT));
        assertThat(consumer.signals).isEmpty();

        time.advanceTimeBy(MOMENT);

        assertThat(consumer.error()).isInstanceOf(StreamStalledException.class);
    }

    @Test
    void totalRunsOutWhoeverWaits() {
        subscribe(1);
        source.next(text("one"));
        time.advanceTimeBy(TOTAL);

        assertThat(consumer.error())
                .hasMessageContaining("longer than 300 s")
                .isInstanceOfSatisfying(
                        ProviderTimeoutException.class,
                        error -> assertThat(error.partialText()).isEqualTo("one"));
        source.assertCancelled();
    }

    @Test
    void chunksUpToTheLimitsPassAndEndTheClocks() {
        subscribe(Long.MAX_VALUE);
        source.next(text("one")).complete();
        time.advanceTimeBy(TOTAL.multipliedBy(2));

        assertThat(consumer.chunks).containsExactly(text("one"));
        assertThat(consumer.signals).containsExactly("complete");
    }

    @Test
    void errorOfTheSourcePasses() {
        IllegalStateException broken = new IllegalStateException("broken");
        subscribe(Long.MAX_VALUE);
        source.error(broken);
        time.advanceTimeBy(TOTAL);

        assertThat(consumer.signals).containsExactly(broken);
    }

    @Test
    void cancelPassesAndEndsTheClocks() {
        subscribe(1);
        consumer.cancel();
        time.advanceTimeBy(TOTAL);

        source.assertCancelled();
        assertThat(consumer.signals).isEmpty();
        assertThat(time.getScheduledTaskCount()).isLessThanOrEqualTo(1);
    }

    @Test
    void demandPassesAsItIs() {
        List<Long> requests = new ArrayList<>();
        Flux<ChatChunk> never = Flux.<ChatChunk>never().doOnRequest(requests::add);
        StreamTimeouts.apply(never, TIMEOUTS, new ChatAccumulator(), () -> CALL, time)
                .subscribe(consumer);
        consumer.request(3);
        consumer.request(1);

        assertThat(requests).containsExactly(3L, 1L);
    }

    @Test
    void noTimerTaskForEachChunk() {
        subscribe(Long.MAX_VALUE);
        long before = time.getScheduledTaskCount();
        for (int i = 0; i < 10_000; i++) {
            source.next(text("x"));
        }

        assertThat(time.getScheduledTaskCount()).isEqualTo(before);
    }

    @Test
    void totalThatRunsOutWhileTheConsumerWorksComesAfterTheChunk() {
        Consumer slow = new Consumer() {
            @Override
            protected void hookOnNext(ChatChunk chunk) {
                time.advanceTimeBy(TOTAL);
                super.hookOnNext(chunk);
                signals.add("chunk");
            }
        };
        timed(TIMEOUTS).subscribe(slow);
        slow.request(Long.MAX_VALUE);
        source.next(text("one"));

        assertThat(slow.signals).hasSize(2).first().isEqualTo("chunk");
        assertThat(slow.signals.get(1)).isInstanceOf(ProviderTimeoutException.class);
    }

    @Test
    void timeThatTheConsumerTakesIsNotIdle() {
        Consumer slow = new Consumer() {
            @Override
            protected void hookOnNext(ChatChunk chunk) {
                time.advanceTimeBy(IDLE.multipliedBy(2));
            }
        };
        timed(TIMEOUTS).subscribe(slow);
        slow.request(Long.MAX_VALUE);
        source.next(text("one"));
        time.advanceTimeBy(IDLE.minus(MOMENT));

        assertThat(slow.signals).isEmpty();
    }

    @Test
    void shortIdleIsNoticedBehindALongFirstToken() {
        ProviderTimeouts timeouts = TIMEOUTS.withIdle(Duration.ofMillis(50));
        timed(timeouts).subscribe(consumer);
        consumer.request(Long.MAX_VALUE);
        source.next(text("one"));
        time.advanceTimeBy(Duration.ofMillis(50));

        assertThat(consumer.error()).isInstanceOf(StreamStalledException.class);
    }

    @Test
    void endlessTimeoutsDoNotOverflow() {
        Duration endless = Duration.ofDays(365);
        timed(new ProviderTimeouts(endless, endless, endless, endless)).subscribe(consumer);
        consumer.request(1);
        source.next(text("one"));
        time.advanceTimeBy(Duration.ofDays(364));

        assertThat(consumer.chunks).hasSize(1);
        assertThat(consumer.signals).isEmpty();
    }

    @Test
    void timeoutsThatNoTimerTakesAreRefused() {
        assertThatThrownBy(() -> TIMEOUTS.withFirstToken(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContaining("firstToken");
    }

    @Test
    void contextPasses() {
        Mono<String> tenant = StreamTimeouts.apply(
                        Flux.deferContextual(view -> Flux.just(text(view.get("tenant")))),
                        TIMEOUTS,
                        new ChatAccumulator(),
                        () -> CALL)
                .next()
                .map(chunk -> ((TextDelta) chunk).text())
                .contextWrite(Context.of("tenant", "acme"));

        assertThat(tenant.block(Duration.ofSeconds(10))).isEqualTo("acme");
    }

    /** Requests by hand, and keeps every terminal signal there is. */
    private static class Consumer extends BaseSubscriber<ChatChunk> {

        final List<ChatChunk> chunks = new ArrayList<>();
        final List<Object> signals = new ArrayList<>();

        Throwable error() {
            assertThat(signals).hasSize(1);
            return (Throwable) signals.get(0);
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(ChatChunk chunk) {
            chunks.add(chunk);
        }

        @Override
        protected void hookOnComplete() {
            signals.add("complete");
        }

        @Override
        protected void hookOnError(Throwable error) {
            signals.add(error);
        }

        @Override
        protected void hookFinally(SignalType type) {}
    }
}
