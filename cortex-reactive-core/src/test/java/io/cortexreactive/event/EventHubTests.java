package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.cortexreactive.event.Note.Failed;
import io.cortexreactive.event.Note.Heard;
import io.cortexreactive.event.Note.Said;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

class EventHubTests {

    private final EventHub hub = Hubs.quiet();
    private final EventStream events = hub.stream();

    @AfterEach
    void close() {
        Hubs.close(hub);
    }

    private <E extends CortexEvent> Recorder<E> record(Flux<E> events) {
        return events.subscribeWith(Recorder.unbounded());
    }

    private void publish(int count) {
        for (int number = 0; number < count; number++) {
            hub.publish(Note.said(number));
        }
    }

    private static List<Integer> numbers(Recorder<? extends CortexEvent> recorder) {
        return recorder.received().stream()
                .map(event -> ((Said) event).number())
                .toList();
    }

    @Test
    void everySubscriberGetsEveryEvent() {
        Recorder<CortexEvent> first = record(events.all());
        Recorder<CortexEvent> second = record(events.all());

        publish(100);

        assertThat(numbers(first.awaitMore(100))).isEqualTo(numbers(second.awaitMore(100)));
    }

    @Test
    void subscriberSeesNothingFromBeforeItsSubscription() {
        Recorder<CortexEvent> early = record(events.all());
        hub.publish(Note.heard("before"));
        early.awaitMore(1);
        Recorder<CortexEvent> late = record(events.all());

        hub.publish(Note.heard("after"));

        assertThat(late.awaitMore(1).received())
                .extracting(event -> ((Heard) event).text())
                .containsExactly("after");
    }

    @Test
    void whatIsPublishedWhileSubscribingIsSeen() {
        Recorder<CortexEvent> recorder =
                record(events.all().doOnSubscribe(subscription -> hub.publish(Note.heard("at once"))));

        assertThat(recorder.awaitMore(1).received()).hasSize(1);
    }

    @Test
    void leafTypeGivesItsOwnEventsOnly() {
        Recorder<Heard> heard = record(events.on(Heard.class));

        hub.publish(Note.said(1));
        hub.publish(Note.heard("this"));

        assertThat(heard.awaitMore(1).received()).extracting(Heard::text).containsExactly("this");
    }

    @Test
    void familyGivesAllOfItsMembers() {
        Recorder<Note> notes = record(events.on(Note.class));

        hub.publish(Note.said(1));
        hub.publish(Note.heard("this"));

        assertThat(notes.awaitMore(2).received()).hasOnlyElementsOfTypes(Said.class, Heard.class);
    }

    @Test
    void failuresOfAllFeaturesComeAsOneFamily() {
        Recorder<FailureEvent> failures = record(events.on(FailureEvent.class));

        hub.publish(Note.said(1));
        hub.publish(Note.failed("rate_limited"));

        assertThat(failures.awaitMore(1).received())
                .extracting(failure -> failure.exception().code())
                .containsExactly("rate_limited");
    }

    @Test
    void wantsNothingAsLongAsNobodyListens() {
        assertThat(hub.wants(Said.class)).isFalse();
    }

    @Test
    void wantsWhatSomebodyListensToAndNothingElse() {
        record(events.on(Said.class));

        assertThat(hub.wants(Said.class)).isTrue();
        assertThat(hub.wants(Heard.class)).isFalse();
    }

    @Test
    void wantsEveryMemberOfAFamilyThatSomebodyListensTo() {
        record(events.on(FailureEvent.class));

        assertThat(hub.wants(Failed.class)).isTrue();
        assertThat(hub.wants(Said.class)).isFalse();
    }

    @Test
    void wantsATypeUntilTheLastOfItsListenersIsGone() {
        Recorder<Said> first = record(events.on(Said.class));
        Recorder<Said> second = record(events.on(Said.class));

        first.cancel();
        assertThat(hub.wants(Said.class)).isTrue();
        second.cancel();
        assertThat(hub.wants(Said.class)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Said",
                "Note",
                "io.cortexreactive.event.Note$Said",
                "io.cortexreactive.event.Note.Said",
                "io.cortexreactive.event.Note"
            })
    void disabledEventIsNeitherWantedNorPublished(String name) {
        EventHub disabling = Hubs.disabling(name);
        Recorder<CortexEvent> recorder = record(disabling.stream().all());

        assertThat(disabling.wants(Said.class)).isFalse();
        disabling.publish(Note.said(1));
        Hubs.close(disabling);

        assertThat(recorder.awaitEnd().received()).isEmpty();
    }

    @Test
    void disablingOneEventLeavesItsFamily() {
        EventHub disabling = Hubs.disabling("Said");
        record(disabling.stream().all());

        assertThat(disabling.wants(Heard.class)).isTrue();
        Hubs.close(disabling);
    }

    @Test
    void nothingIsPublishedWhereEventsAreOff() {
        EventHub off = EventHub.create(
                new EventSettings(false, EventSettings.DEFAULTS.disabled(), EventSettings.DEFAULTS.logging()));
        Recorder<CortexEvent> recorder = record(off.stream().all());

        assertThat(off.wants(Said.class)).isFalse();
        off.publish(Note.said(1));
        Hubs.close(off);

        assertThat(recorder.awaitEnd().received()).isEmpty();
    }

    @Test
    void subscriberIsCalledOnADaemonThreadOfTheHub() {
        Recorder<CortexEvent> recorder = record(events.all());

        hub.publish(Note.said(1));

        Thread thread = Objects.requireNonNull(recorder.awaitMore(1).thread());
        assertThat(thread.getName()).startsWith("cortex-events-");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void subscriberMayBlock() {
        AtomicReference<Boolean> nonBlocking = new AtomicReference<>();
        Recorder<CortexEvent> recorder =
                record(events.all().doOnNext(event -> nonBlocking.set(Schedulers.isInNonBlockingThread())));

        hub.publish(Note.said(1));
        recorder.awaitMore(1);

        assertThat(nonBlocking.get()).isFalse();
    }

    @Test
    void threadsThatMustNotBlockMayPublish() {
        Recorder<CortexEvent> recorder = record(events.all());

        Mono.fromRunnable(() -> publish(1000))
                .subscribeOn(Schedulers.parallel())
                .block(Hubs.LONG);

        assertThat(numbers(recorder.awaitMore(1000)))
                .isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }

    @Test
    void subscriberMayPublish() {
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.reacting(event -> {
            int number = ((Said) event).number();
            if (number < 500) {
                hub.publish(Note.said(number + 1));
            }
        }));

        hub.publish(Note.said(0));

        assertThat(numbers(recorder.awaitMore(501)))
                .isEqualTo(IntStream.rangeClosed(0, 500).boxed().toList());
    }

    @Test
    void publisherHandsNothingOnWhereManyListen() {
        assertThat(threadThatHandsOnTo(10)).isEqualTo(Thread.currentThread().getName());
        assertThat(threadThatHandsOnTo(100)).startsWith("cortex-events-hub");
    }

    /** The thread on which an event of this one is written into the mailboxes of so many subscriptions. */
    private String threadThatHandsOnTo(int subscriptions) {
        DefaultEventHub own = DefaultEventHub.start(new EventSettings(true, Set.of(), Hubs.NOT_LOGGED));
        CompletableFuture<String> thread = new CompletableFuture<>();
        own.open(Mailbox.overhearing(
                Operators.drainSubscriber(),
                (DefaultEventStream) own.stream(),
                event -> thread.complete(Thread.currentThread().getName())));
        IntStream.range(1, subscriptions)
                .forEach(number -> own.stream().on(Said.class).subscribe());

        own.publish(Note.said(1));
        String name = thread.orTimeout(Hubs.LONG.toSeconds(), TimeUnit.SECONDS).join();
        Hubs.close(own);
        return name;
    }

    @Test
    void lossForEverybodyIsToldByEachView() {
        DefaultEventHub small = DefaultEventHub.start(new EventSettings(true, Set.of(), Hubs.NOT_LOGGED), 2);
        CountDownLatch publishing = new CountDownLatch(1);
        small.open(Mailbox.overhearing(Operators.emptySubscriber(), (DefaultEventStream) small.stream(), event -> {
            // Whoever hands on is busy, so what is published here stays in the ring.
            if (publishing.getCount() > 0) {
                publishing.countDown();
                IntStream.range(0, 10).forEach(number -> small.publish(Note.said(number)));
            }
            return false;
        }));
        small.stream().on(Said.class).subscribe();

        small.publish(Note.said(0));

        assertThat(small.stream().lost()).isPositive().isEqualTo(small.lost());
        assertThat(small.stream().buffer(1, OverflowPolicy.FAIL).lost()).isEqualTo(small.lost());
        Hubs.close(small);
    }

    @Test
    void orderOfEachPublisherIsKept() {
        // Room for all of them, so that whoever hands on may be kept from it for as long as it likes.
        DefaultEventHub large = DefaultEventHub.start(new EventSettings(true, Set.of(), Hubs.NOT_LOGGED), 1 << 17);
        Recorder<Said> recorder =
                record(large.stream().buffer(100_000, OverflowPolicy.FAIL).on(Said.class));

        Flux.range(0, 4)
                .flatMap(speaker -> Flux.range(0, 20_000)
                        .doOnNext(number -> large.publish(Note.said(speaker, number)))
                        .subscribeOn(Schedulers.boundedElastic()))
                .blockLast(Hubs.LONG);

        Map<Integer, List<Integer>> bySpeaker = recorder.awaitMore(80_000).received().stream()
                .collect(Collectors.groupingBy(Said::speaker, Collectors.mapping(Said::number, Collectors.toList())));
        List<Integer> all = IntStream.range(0, 20_000).boxed().toList();
        assertThat(bySpeaker).containsOnlyKeys(0, 1, 2, 3);
        assertThat(bySpeaker.values()).allSatisfy(numbers -> assertThat(numbers).isEqualTo(all));
        Hubs.close(large);
    }

    @Test
    void orderIsKeptWhenARunMovesBetweenThreads() {
        Recorder<Said> recorder =
                record(events.buffer(10_000, OverflowPolicy.FAIL).on(Said.class));

        Flux.range(0, 5000)
                .concatMap(number -> Mono.fromRunnable(() -> hub.publish(Note.said(number)))
                        .subscribeOn(Schedulers.boundedElastic()))
                .blockLast(Hubs.LONG);

        assertThat(numbers(recorder.awaitMore(5000)))
                .isEqualTo(IntStream.range(0, 5000).boxed().toList());
    }

    @Test
    void onlyWhatWasAskedForIsDelivered() {
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.asking(3));
        Recorder<CortexEvent> other = record(events.all());
        publish(10);
        other.awaitMore(10);

        assertThat(numbers(recorder.awaitMore(3))).containsExactly(0, 1, 2);
        recorder.request(2);
        assertThat(numbers(recorder.awaitMore(2))).containsExactly(0, 1, 2, 3, 4);
        recorder.cancel();
    }

    @Test
    void moreStuckSubscribersThanCoresDelayNobody() {
        CountDownLatch release = new CountDownLatch(1);
        for (int stuck = 0; stuck < 40; stuck++) {
            events.all().subscribe(event -> Hubs.await(release));
        }
        List<Recorder<CortexEvent>> lively = new ArrayList<>();
        for (int one = 0; one < 200; one++) {
            lively.add(record(events.all()));
        }

        publish(10);

        lively.forEach(recorder -> assertThat(recorder.awaitMore(10).received()).hasSize(10));
        release.countDown();
    }

    @Test
    void throwingSubscriberIsCancelledAndLogged() {
        try (CapturedLog log = new CapturedLog(EventStream.class.getName(), Level.WARN)) {
            events.on(Heard.class).subscribe(new Throwing("this one throws"));

            hub.publish(Note.heard("this"));

            awaitThrown(log, "this one throws");
            assertThat(hub.wants(Heard.class)).isFalse();
        }
    }

    /** A hub that has closed may still be writing its last line. */
    private static void awaitThrown(CapturedLog log, String message) {
        String seen;
        do {
            seen = log.next().getThrowableProxy().getMessage();
        } while (!message.equals(seen));
    }

    @Test
    void throwingSubscriberHarmsNobody() {
        try (CapturedLog log = new CapturedLog(EventStream.class.getName(), Level.OFF)) {
            events.all().subscribe(new Throwing("this one harms nobody"));
            Recorder<CortexEvent> other = record(events.all());

            publish(10);

            assertThat(numbers(other.awaitMore(10))).hasSize(10);
            assertThat(log.pending()).isZero();
        }
    }

    @Test
    void operatorThatThrowsEndsItsOwnSubscriptionOnly() {
        Recorder<CortexEvent> broken = record(events.all().doOnNext(event -> {
            throw new IllegalStateException("on purpose");
        }));
        Recorder<CortexEvent> other = record(events.all());

        publish(10);

        assertThat(broken.awaitEnd().failure()).hasMessage("on purpose");
        assertThat(other.awaitMore(10).received()).hasSize(10);
    }

    @Test
    void cancelReleasesTheBuffer() throws InterruptedException {
        ReferenceQueue<CortexEvent> collected = new ReferenceQueue<>();
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.asking(0));
        WeakReference<CortexEvent> buffered = publishOne(collected);

        System.gc();
        assertThat(buffered.get()).isNotNull();
        recorder.cancel();
        System.gc();

        assertThat(collected.remove(Hubs.LONG.toMillis())).isSameAs(buffered);
        assertThat(recorder.isDisposed()).isTrue();
    }

    private WeakReference<CortexEvent> publishOne(ReferenceQueue<CortexEvent> collected) {
        CortexEvent event = Note.said(1);
        hub.publish(event);
        return new WeakReference<>(event, collected);
    }

    @Test
    void cancelReleasesTheBufferOfASubscriberThatIsStuck() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        ReferenceQueue<CortexEvent> collected = new ReferenceQueue<>();
        Recorder<CortexEvent> recorder = events.all().subscribeWith(Recorder.reacting(event -> Hubs.await(release)));
        hub.publish(Note.said(0));
        recorder.awaitMore(1);
        WeakReference<CortexEvent> buffered = publishOne(collected);

        recorder.cancel();
        System.gc();

        assertThat(collected.remove(Hubs.LONG.toMillis())).isSameAs(buffered);
        release.countDown();
    }

    @Test
    void cancelInsideTheSubscriberEndsDelivery() {
        AtomicReference<Recorder<CortexEvent>> self = new AtomicReference<>();
        Recorder<CortexEvent> recorder =
                Recorder.reacting(event -> Objects.requireNonNull(self.get()).cancel());
        self.set(recorder);
        events.all().subscribe(recorder);
        Recorder<CortexEvent> other = record(events.all());

        publish(10);
        other.awaitMore(10);

        assertThat(recorder.awaitMore(1).received()).hasSize(1);
    }

    @Test
    void takingAFewEndsTheSubscription() {
        List<CortexEvent> few = new ArrayList<>();
        Mono<List<CortexEvent>> taken = events.all().take(2).collectList();
        Recorder<List<CortexEvent>> recorder = taken.subscribeWith(Recorder.reacting(few::addAll));

        publish(10);

        recorder.awaitEnd();
        assertThat(few).hasSize(2);
        assertThat(hub.wants(Said.class)).isFalse();
    }

    /** Breaks the rules of Reactive Streams, as a subscriber written by hand may. */
    private static final class Throwing implements CoreSubscriber<CortexEvent> {

        private final String message;

        Throwing(String message) {
            this.message = message;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(CortexEvent event) {
            throw new IllegalStateException(message);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }
}
