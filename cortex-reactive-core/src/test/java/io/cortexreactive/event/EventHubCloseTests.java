package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class EventHubCloseTests {

    private final EventHub hub = Hubs.quiet();
    private final EventStream events = hub.stream();

    private void publish(int count) {
        for (int number = 0; number < count; number++) {
            hub.publish(Note.said(number));
        }
    }

    @Test
    void whatIsBufferedIsDeliveredBeforeTheEnd() {
        CountDownLatch go = new CountDownLatch(1);
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.reacting(event -> Hubs.await(go)));
        publish(500);
        Mono<Void> closed = hub.close().cache();
        closed.subscribe();

        go.countDown();
        closed.block(Hubs.LONG);

        assertThat(recorder.awaitEnd().received()).hasSize(500);
        assertThat(recorder.failure()).isNull();
    }

    @Test
    void threadsEnd() throws InterruptedException {
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.unbounded());
        publish(1);
        Thread thread = Objects.requireNonNull(recorder.awaitMore(1).thread());

        Hubs.close(hub);

        thread.join(Hubs.LONG.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void nothingIsWantedAnyMore() {
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.unbounded());

        Hubs.close(hub);
        publish(1);

        assertThat(hub.wants(Note.Said.class)).isFalse();
        assertThat(recorder.awaitEnd().received()).isEmpty();
    }

    @Test
    void lateSubscriberCompletesAtOnce() {
        Hubs.close(hub);

        StepVerifier.create(events.all()).verifyComplete();
    }

    @Test
    void closingTwiceIsFine() {
        Hubs.close(hub);

        StepVerifier.create(hub.close()).verifyComplete();
    }

    @Test
    void closingAtTheSameTimeIsFine() {
        events.all().subscribe();

        StepVerifier.create(Mono.when(hub.close(), hub.close(), hub.close())).verifyComplete();
    }

    @Test
    void nothingEndsBeforeCloseIsSubscribed() {
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.unbounded());
        Mono<Void> close = hub.close();

        publish(1);

        assertThat(recorder.awaitMore(1).received()).hasSize(1);
        close.block(Hubs.LONG);
    }

    @Test
    void subscriberMayCloseTheHub() {
        Recorder<CortexEvent> recorder = events.all()
                .subscribeWith(Recorder.reacting(event -> hub.close().subscribe()));

        publish(1);

        assertThat(recorder.awaitEnd().received()).hasSize(1);
    }

    @Test
    void subscriberWithoutDemandLosesItsBufferAfterFiveSeconds() {
        EventStream view = events.buffer(8, OverflowPolicy.DROP_NEWEST);
        Recorder<CortexEvent> recorder = view.all().subscribeWith(Recorder.asking(0));
        publish(5);

        StepVerifier.withVirtualTime(hub::close)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(4_999))
                .thenAwait(Duration.ofMillis(1))
                .expectComplete()
                .verify(Hubs.LONG);

        assertThat(recorder.awaitEnd().failure()).isNull();
        assertThat(view.dropped()).isEqualTo(5);
    }

    @Test
    void stuckSubscriberIsInterruptedAfterSixSeconds() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.reacting(event -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }));
        publish(3);
        recorder.awaitMore(1);

        StepVerifier.withVirtualTime(hub::close)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(5_999))
                .thenAwait(Duration.ofMillis(1))
                .expectComplete()
                .verify(Hubs.LONG);

        Hubs.await(interrupted);
        recorder.awaitEnd();
        assertThat(recorder.received()).hasSize(1);
        assertThat(events.dropped()).isEqualTo(2);
    }
}
