package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.event.Note.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Whatever happens, each event is delivered, dropped or pending, for each subscription on its own. */
class EventDeliveryPropertyTests {

    static List<Long> seeds() {
        return new Random(20261122).longs(40).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void publishedIsDeliveredPlusDroppedPlusPending(long seed) {
        Scenario scenario = new Scenario(new Random(seed));

        scenario.publishFromAllThreads();
        scenario.awaitEverybodyHasBeenToldOf();
        scenario.assertStuckSubscriberHoldsTheRest();
        scenario.release();

        scenario.subscriptions.forEach(scenario::assertNothingIsUnaccountedFor);
        scenario.assertThrowingSubscriberGotOneEvent();
        scenario.assertFailingSubscriberGotTheFirstEvents();
    }

    /** One subscription with a view of its own, so that its drops are counted alone. */
    private static final class Listener {

        private final EventStream view;
        private final int size;
        private final Recorder<Said> recorder;

        private Listener(EventStream view, int size, Recorder<Said> recorder) {
            this.view = view;
            this.size = size;
            this.recorder = recorder;
            view.on(Said.class).subscribe(recorder);
        }
    }

    private static final class Scenario {

        private final Random random;
        private final EventHub hub = Hubs.quiet();
        private final int publishers;
        private final int each;
        private final CountDownLatch release = new CountDownLatch(1);
        private final List<Listener> subscriptions = new ArrayList<>();
        private final Listener stuck;
        private final Listener failing;
        private final Listener throwing;
        private final Listener witness;

        private Scenario(Random random) {
            this.random = random;
            publishers = 1 + random.nextInt(4);
            each = 1 + random.nextInt(3000);
            stuck = listen(Recorder.reacting(event -> Hubs.await(release)));
            listen(Recorder.reacting(event -> dawdle()));
            listen(Recorder.asking(random.nextInt(20)));
            listen(Recorder.unbounded());
            failing = listen(1 + random.nextInt(64), OverflowPolicy.FAIL, Recorder.reacting(event -> dawdle()));
            throwing = listen(1, OverflowPolicy.DROP_OLDEST, Recorder.reacting(event -> {
                throw new IllegalStateException("on purpose");
            }));
            witness = listen(publishers * each, OverflowPolicy.FAIL, Recorder.unbounded());
        }

        private Listener listen(Recorder<Said> recorder) {
            OverflowPolicy policy = random.nextBoolean() ? OverflowPolicy.DROP_OLDEST : OverflowPolicy.DROP_NEWEST;
            Listener listener = listen(1 + random.nextInt(64), policy, recorder);
            subscriptions.add(listener);
            return listener;
        }

        private Listener listen(int size, OverflowPolicy policy, Recorder<Said> recorder) {
            return new Listener(hub.stream().buffer(size, policy), size, recorder);
        }

        private void dawdle() {
            for (int turn = random.nextInt(2000); turn > 0; turn--) {
                Thread.onSpinWait();
            }
        }

        private int published() {
            return publishers * each - (int) hub.lost();
        }

        private void publishFromAllThreads() {
            Flux.range(0, publishers)
                    .flatMap(speaker -> Flux.range(0, each)
                            .doOnNext(number -> hub.publish(Note.said(speaker, number)))
                            .subscribeOn(Schedulers.boundedElastic()))
                    .blockLast(Hubs.LONG);
        }

        /** The witness subscribed last, so whatever it has, everybody else was given before. */
        private void awaitEverybodyHasBeenToldOf() {
            witness.recorder.awaitMore(published());
        }

        private void assertStuckSubscriberHoldsTheRest() {
            stuck.recorder.awaitMore(1);
            long pending = published() - 1 - stuck.view.dropped();
            assertThat(pending).isBetween(Math.min(stuck.size, published()) - 1L, (long) stuck.size);
        }

        private void release() {
            release.countDown();
            subscriptions.forEach(listener -> listener.recorder.request(Long.MAX_VALUE));
            Hubs.close(hub);
        }

        private void assertThrowingSubscriberGotOneEvent() {
            assertThat(throwing.recorder.awaitEnd().received()).hasSize(1);
            assertThat(throwing.recorder.failure()).hasMessage("on purpose");
        }

        private void assertFailingSubscriberGotTheFirstEvents() {
            List<Said> received = failing.recorder.awaitEnd().received();
            assertThat(received).isEqualTo(witness.recorder.received().subList(0, received.size()));
            boolean overflowed = failing.recorder.failure() instanceof EventOverflowException;
            assertThat(failing.view.dropped()).isEqualTo(overflowed ? 1 : 0);
            assertThat(overflowed || received.size() == published()).isTrue();
        }

        private void assertNothingIsUnaccountedFor(Listener listener) {
            List<Said> received = listener.recorder.awaitEnd().received();
            assertThat(received.size() + listener.view.dropped()).isEqualTo(published());
            Map<Integer, List<Integer>> bySpeaker = received.stream()
                    .collect(Collectors.groupingBy(
                            Said::speaker, Collectors.mapping(Said::number, Collectors.toList())));
            assertThat(bySpeaker.values())
                    .allSatisfy(numbers -> assertThat(numbers).isSorted().doesNotHaveDuplicates());
        }
    }
}
