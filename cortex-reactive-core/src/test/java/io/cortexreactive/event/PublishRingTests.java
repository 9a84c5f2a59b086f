package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.event.Note.Said;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class PublishRingTests {

    @Test
    void fullRingRefusesTheNewest() {
        PublishRing ring = new PublishRing(2);

        assertThat(ring.offer(Note.said(0))).isTrue();
        assertThat(ring.offer(Note.said(1))).isTrue();
        assertThat(ring.offer(Note.said(2))).isFalse();
        assertThat(ring.poll())
                .isInstanceOfSatisfying(
                        Said.class, said -> assertThat(said.number()).isZero());
    }

    @Test
    void emptyRingGivesNull() {
        assertThat(new PublishRing(2).poll()).isNull();
    }

    /** The hub's ring is so large that only a machine under stress fills it; one of two places fills at once. */
    @Test
    void whatTheHubLosesIsCounted() {
        DefaultEventHub hub = DefaultEventHub.start(EventSettings.DEFAULTS, 2);
        EventStream view = hub.stream().buffer(4, OverflowPolicy.DROP_OLDEST);
        LongAdder delivered = new LongAdder();
        CountDownLatch ended = new CountDownLatch(1);
        view.all().subscribe(event -> delivered.increment(), error -> {}, ended::countDown);
        AtomicInteger published = new AtomicInteger();

        Flux.range(0, 4)
                .flatMap(speaker -> Flux.range(0, 5_000_000)
                        .takeUntil(number -> hub.lost() > 100)
                        .doOnNext(number -> hub.publish(Note.said(published.getAndIncrement())))
                        .subscribeOn(Schedulers.boundedElastic()))
                .blockLast(Hubs.LONG);
        Hubs.close(hub);
        Hubs.await(ended);

        assertThat(hub.lost()).isPositive();
        assertThat(delivered.sum() + view.dropped() + hub.lost()).isEqualTo(published.get());
    }
}
