package io.cortexreactive.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.TestClock;
import io.cortexreactive.error.LimitExceededException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class InMemoryBroadcasterTests extends BroadcasterContract {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MEBIBYTE = 1024 * 1024;

    private final TestClock clock = new TestClock();
    private final InMemoryBroadcaster broadcaster = new InMemoryBroadcaster(ChannelLimits.DEFAULTS, clock);

    @Override
    protected Broadcaster broadcaster() {
        return broadcaster;
    }

    @Override
    protected Broadcaster keeping(int messages) {
        return new InMemoryBroadcaster(new ChannelLimits(messages, MEBIBYTE, HOUR, MEBIBYTE), clock);
    }

    private static InMemoryBroadcaster keepingBytes(long ofOne, long inAll) {
        return new InMemoryBroadcaster(new ChannelLimits(1_000, ofOne, HOUR, inAll), new TestClock());
    }

    /** What is left of a channel, the end included. */
    private static long kept(Broadcaster in, String channel) {
        return count(in.follow(channel, null)
                .onErrorResume(
                        ChannelTrimmedException.class,
                        trimmed -> in.follow(channel, trimmed.resumeId().orElseThrow())));
    }

    private static long count(Flux<?> flux) {
        return Objects.requireNonNull(flux.count().block(LONG));
    }

    @Test
    void keepsSoManyMessagesOfAChannel() {
        Broadcaster three = keeping(3);
        three.publish("a", Flux.range(0, 10)).block(LONG);

        assertThat(kept(three, "a")).isEqualTo(3);
    }

    @Test
    void keepsSoManyBytesOfAChannel() {
        String item = "x".repeat(1_000);
        Broadcaster small = keepingBytes(5_000, MEBIBYTE);
        small.publish("a", Flux.just(item).repeat(100)).block(LONG);

        assertThat(kept(small, "a")).isEqualTo(4);
    }

    @Test
    void anItemThatNoChannelCanKeepIsRefused() {
        Broadcaster small = keepingBytes(1_000, MEBIBYTE);
        TestPublisher<Object> items = TestPublisher.create();

        StepVerifier.create(small.publish("a", items.flux()))
                .then(() -> items.next("x".repeat(1_000)))
                .expectError(LimitExceededException.class)
                .verify(LONG);
        items.assertCancelled();
    }

    @Test
    void whatIsTooOldGoes() {
        TestPublisher<Object> items = TestPublisher.create();
        Disposable publishing = broadcaster.publish("a", items.flux()).subscribe();
        items.next("old");
        clock.advance(HOUR.minusSeconds(1));
        items.next("new");
        assertThat(count(broadcaster.follow("a", null).take(2))).isEqualTo(2);

        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> broadcaster.follow("a", null).blockLast(LONG))
                .isInstanceOf(ChannelTrimmedException.class);

        items.complete();
        assertThat(publishing.isDisposed()).isTrue();
        assertThat(kept(broadcaster, "a")).isEqualTo(2);
    }

    @Test
    void aChannelThatEndedIsForgottenWhenItIsTooOld() {
        broadcaster.publish("a", Flux.just("a")).block(LONG);
        clock.advance(HOUR);
        broadcaster.publish("b", Flux.just("b")).block(LONG);

        assertThat(broadcaster.size()).isOne();
    }

    @Test
    void channelsThatEndedFirstAreForgottenWhereThereAreTooManyBytes() {
        String item = "x".repeat(10_000);
        InMemoryBroadcaster small = keepingBytes(20_000, 50_000);
        IntStream.range(0, 10)
                .forEach(i -> small.publish("c" + i, Flux.just(item)).block(LONG));

        assertThat(small.size()).isEqualTo(4);
        assertThat(kept(small, "c6")).isEqualTo(2);
    }

    @Test
    void whoeverIsLeftBehindByAForgottenChannelIsTold() {
        StepVerifier.create(broadcaster.follow("a", null), 0)
                .then(() -> broadcaster.publish("a", Flux.range(0, 10)).block(LONG))
                .then(() -> clock.advance(HOUR))
                .then(() -> broadcaster.publish("b", Flux.just("b")).block(LONG))
                .thenRequest(20)
                .thenConsumeWhile(message -> true)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ChannelTrimmedException.class,
                                trimmed -> assertThat(trimmed.resumeId()).isEmpty()))
                .verify(LONG);
    }

    @Test
    void nothingIsLeftOfThoseWhoWaitedForAChannelThatNeverBegan() {
        Disposable.Composite waiting = Disposables.composite();
        IntStream.range(0, 1_000)
                .forEach(i -> waiting.add(broadcaster.follow("a" + i % 10, null).subscribe()));
        waiting.add(broadcaster.followers("watched").subscribe());
        assertThat(broadcaster.size()).isEqualTo(11);
        assertThat(broadcaster.followers("looked at").blockFirst(LONG)).isZero();

        waiting.dispose();

        assertThat(broadcaster.size()).isZero();
        assertThatThrownBy(() -> broadcaster.follow("a", "garbage").blockLast(LONG))
                .isInstanceOf(UnknownMessageException.class);
        assertThat(broadcaster.size()).isZero();
    }

    @Test
    void tenThousandFollowersHaveAThreadForEachProcessorAtMost() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Flux<ChannelMessage> following = broadcaster
                .follow("a", null)
                .doOnNext(message -> threads.add(Thread.currentThread().getName()));

        StepVerifier.create(Flux.range(0, 10_000).flatMap(i -> following, 10_000))
                .then(() -> broadcaster.publish("a", Flux.just("a", "b")).block(LONG))
                .expectNextCount(30_000)
                .expectComplete()
                .verify(LONG);

        assertThat(threads)
                .hasSizeLessThanOrEqualTo(Schedulers.DEFAULT_POOL_SIZE)
                .allMatch(name -> name.startsWith("parallel-"));
    }

    @Test
    void limitsThatKeepNothingAreRefused() {
        assertThatThrownBy(() -> new ChannelLimits(0, MEBIBYTE, HOUR, MEBIBYTE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChannelLimits(1, MEBIBYTE, Duration.ZERO, MEBIBYTE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChannelLimits(1, MEBIBYTE, HOUR, MEBIBYTE - 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
