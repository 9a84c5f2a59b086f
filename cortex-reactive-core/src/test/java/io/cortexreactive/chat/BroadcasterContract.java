package io.cortexreactive.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Secret;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;
import reactor.util.function.Tuple2;

/**
 * What every broadcaster must keep. Extend it with {@link #broadcaster}. Each test has channels of its own, so that the
 * broadcaster may have others, too.
 */
public abstract class BroadcasterContract {

    /** Far longer than anything takes that comes at all. */
    private static final Duration LONG = Duration.ofMinutes(2);

    private static final int RECONNECTING = 8;
    private static final int ITEMS = 4_000;
    private static final int AHEAD = 20;

    private final String channel = "channel-" + Tenancy.newCorrelationId();

    /** The broadcaster; each call may give another client of the same one. It keeps 10,000 messages at least. */
    protected abstract Broadcaster broadcaster();

    /** One that keeps about so many messages of a channel. */
    protected abstract Broadcaster keeping(int messages);

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    private static Function<Context, Context> as(String tenant) {
        return Tenancy.as(TenantContext.builder(tenant).build());
    }

    private static List<Object> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Object.class::cast).toList();
    }

    private void publish(Object... items) {
        publishTo(broadcaster(), items);
    }

    private void publishTo(Broadcaster broadcaster, Object... items) {
        broadcaster.publish(channel, Flux.fromArray(items)).block(LONG);
    }

    private Flux<ChannelMessage> follow(@Nullable String afterId) {
        return broadcaster().follow(channel, afterId);
    }

    private List<ChannelMessage> all(@Nullable String afterId) {
        return value(follow(afterId).collectList());
    }

    private static List<@Nullable Object> items(List<ChannelMessage> messages) {
        return messages.stream()
                .filter(message -> !message.last())
                .<@Nullable Object>map(ChannelMessage::item)
                .toList();
    }

    /** What is to be followed while it is published. */
    private Disposable publishing(TestPublisher<Object> items) {
        return publishing(broadcaster(), items);
    }

    /** Returns once the items are asked for. */
    private Disposable publishing(Broadcaster broadcaster, TestPublisher<Object> items) {
        return publishing(broadcaster, items, Sinks.empty());
    }

    private Disposable publishing(Broadcaster broadcaster, TestPublisher<Object> items, Sinks.Empty<Void> end) {
        Sinks.Empty<Void> begun = Sinks.empty();
        Flux<Object> told = Flux.from(subscriber -> {
            items.subscribe(subscriber);
            begun.tryEmitEmpty();
        });
        Disposable publishing = broadcaster
                .publish(channel, told)
                .doOnTerminate(end::tryEmitEmpty)
                .subscribe();
        begun.asMono().block(LONG);
        return publishing;
    }

    @Test
    public void whatWasPublishedIsReplayed() {
        publish("a", "b", "c");

        List<ChannelMessage> replayed = all(null);

        assertThat(items(replayed)).containsExactly("a", "b", "c");
        assertThat(replayed).extracting(ChannelMessage::last).containsExactly(false, false, false, true);
        assertThat(replayed).extracting(ChannelMessage::id).doesNotHaveDuplicates();
    }

    @Test
    public void goesOnBehindAnyId() {
        publish(numbers(20).toArray());
        List<ChannelMessage> replayed = all(null);

        for (int seen = 0; seen < replayed.size(); seen++) {
            assertThat(all(replayed.get(seen).id())).isEqualTo(replayed.subList(seen + 1, replayed.size()));
        }
    }

    @Test
    public void goesOnLiveBehindWhatIsReplayed() {
        TestPublisher<Object> items = TestPublisher.create();
        publishing(items);
        items.next("a");

        StepVerifier.create(
                        follow(null).map(message -> message.last() ? "end" : Objects.requireNonNull(message.item())))
                .expectNext("a")
                .then(() -> items.next("b"))
                .expectNext("b")
                .then(() -> items.next("c"))
                .expectNext("c")
                .then(items::complete)
                .expectNext("end")
                .expectComplete()
                .verify(LONG);
    }

    @Test
    public void waitsForAChannelThatHasNotBegun() {
        StepVerifier.create(follow(null).map(ChannelMessage::last))
                .then(() -> publish("a"))
                .expectNext(false, true)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    public void itemsAreKeptAsJson() {
        publish(new TextDelta(0, "Hello"), Map.of("list", List.of(1, true, "\0")), 2.5, List.of());

        assertThat(items(all(null)))
                .containsExactly(
                        Map.of("type", "text_delta", "index", 0, "text", "Hello"),
                        Map.of("list", List.of(1, true, "\0")),
                        2.5,
                        List.of());
    }

    @Test
    public void anItemThatIsNoJsonEndsTheChannelAndItsSource() {
        TestPublisher<Object> items = TestPublisher.createCold();
        items.next("a", Mono.just("b"));

        StepVerifier.create(broadcaster().publish(channel, items.flux()))
                .expectError(StateNotStorableException.class)
                .verify(LONG);

        items.assertCancelled();
        assertThat(items(all(null))).containsExactly("a");
        assertThat(end().code()).isEqualTo("state_not_storable");
    }

    private ErrorInfo end() {
        List<ChannelMessage> messages = all(null);
        return Objects.requireNonNull(messages.get(messages.size() - 1).error());
    }

    @Test
    public void followersHearOfAnError() {
        Flux<Object> items = Flux.concat(Flux.just("a"), Flux.error(new ChannelBusyException("other")));

        assertThatThrownBy(() -> broadcaster().publish(channel, items).block(LONG))
                .isInstanceOf(ChannelBusyException.class);

        assertThat(items(all(null))).containsExactly("a");
        assertThat(end()).isEqualTo(ErrorInfo.of(new ChannelBusyException("other")));
    }

    @Test
    public void whatAnotherLibrarySaidOfAnErrorIsNotKept() {
        Flux<Object> items = Flux.error(new IllegalStateException("jdbc:postgresql://user:password@host"));

        assertThatThrownBy(() -> broadcaster().publish(channel, items).block(LONG))
                .hasMessageContaining("password");

        assertThat(end()).isEqualTo(new ErrorInfo("internal", "An error occurred.", false));
    }

    @Test
    public void followersHearOfAPublisherThatCancels() {
        TestPublisher<Object> items = TestPublisher.create();
        Disposable publishing = publishing(items);
        items.next("a");

        publishing.dispose();

        items.assertCancelled();
        assertThat(items(all(null))).containsExactly("a");
        assertThat(end().code()).isEqualTo("publisher_cancelled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "garbage", "-", "1", "0-0", "9223372036854775807", "\0", "ü-1"})
    public void anIdThatIsNoneIsRefused(String id) {
        publish("a");

        assertThatThrownBy(() -> follow(id).blockLast(LONG)).isInstanceOf(UnknownMessageException.class);
    }

    @Test
    public void anIdIsNoneInAnotherChannelNorForAnotherTenantNorBeforeItCame() {
        publish("a");
        String id = all(null).get(0).id();
        String other = channel + "-other";
        broadcaster().publish(other, Flux.just("a")).block(LONG);

        assertThatThrownBy(() -> broadcaster().follow(other, id).blockLast(LONG))
                .isInstanceOf(UnknownMessageException.class);
        assertThatThrownBy(() -> broadcaster().follow(channel + "-none", id).blockLast(LONG))
                .isInstanceOf(UnknownMessageException.class);
        assertThatThrownBy(() -> follow(id).contextWrite(as("acme")).blockLast(LONG))
                .isInstanceOf(UnknownMessageException.class);
        assertThatThrownBy(() -> follow(id + "0").blockLast(LONG)).isInstanceOf(UnknownMessageException.class);
    }

    /** As question marks, they would be one tenant to a store. */
    @ParameterizedTest
    @ValueSource(strings = {"t\uD83D", "t\uD83E", "t\0"})
    public void aTenantWhoseIdIsNoTextHasNoChannels(String id) {
        Function<Context, Context> asIt = Tenancy.as(new NamedTenant(id));

        assertThatThrownBy(() -> broadcaster()
                        .publish(channel, Flux.just("secret"))
                        .contextWrite(asIt)
                        .block(LONG))
                .isInstanceOf(InvalidTenantException.class);
        assertThatThrownBy(() -> follow(null).contextWrite(asIt).blockLast(LONG))
                .isInstanceOf(InvalidTenantException.class);
        assertThatThrownBy(() ->
                        broadcaster().followers(channel).contextWrite(asIt).blockFirst(LONG))
                .isInstanceOf(InvalidTenantException.class);
    }

    /** One that an application makes itself. */
    private record NamedTenant(String id) implements TenantContext {
        @Override
        public Map<String, Object> providerConfig(String provider) {
            return Map.of();
        }

        @Override
        public @Nullable Secret apiKey(String provider) {
            return null;
        }

        @Override
        public Map<String, Object> settings() {
            return Map.of();
        }
    }

    @Test
    public void anotherTenantsChannelIsNotSeen() {
        broadcaster()
                .publish(channel, Flux.just("acme's"))
                .contextWrite(as("acme"))
                .block(LONG);
        broadcaster()
                .publish(channel, Flux.just("bolt's"))
                .contextWrite(as("bolt"))
                .block(LONG);

        assertThat(items(value(follow(null).contextWrite(as("acme")).collectList())))
                .containsExactly("acme's");
        assertThat(items(value(follow(null).contextWrite(as("bolt")).collectList())))
                .containsExactly("bolt's");
        StepVerifier.create(follow(null).mapNotNull(ChannelMessage::item).contextWrite(as("cone")))
                .then(() -> broadcaster()
                        .publish(channel, Flux.just("cone's"))
                        .contextWrite(as("cone"))
                        .block(LONG))
                .expectNext("cone's")
                .thenCancel()
                .verify(LONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\0b", "half a pair \ud800"})
    public void aNameThatNotEveryStoreCanHoldIsRefused(String name) {
        assertThatThrownBy(() -> broadcaster().publish(name, Flux.just("a")).block(LONG))
                .isInstanceOf(InvalidChannelException.class);
        assertThatThrownBy(() -> broadcaster().follow(name, null).blockLast(LONG))
                .isInstanceOf(InvalidChannelException.class);
    }

    @Test
    public void nothingHappensBeforeASubscription() {
        Mono<Void> first = broadcaster().publish(channel, Flux.just("first"));
        publish("second");

        assertThat(items(all(null))).containsExactly("second");
        first.block(LONG);
        assertThat(items(all(null))).containsExactly("first");
    }

    @Test
    public void whoeverTakesNothingNeitherSlowsThePublisherNorOthers() {
        StepVerifier.create(follow(null).map(ChannelMessage::last), 0)
                .then(() -> publish(numbers(500).toArray()))
                .then(() -> assertThat(items(all(null))).isEqualTo(numbers(500)))
                .thenRequest(1)
                .expectNext(false)
                .thenRequest(500)
                .expectNextCount(499)
                .expectNext(true)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    public void aFollowerGetsWhatItAsksForAndNoMore() {
        publish("a", "b", "c");

        StepVerifier.create(follow(null).map(ChannelMessage::last), 2)
                .expectNextCount(2)
                .then(() -> assertThat(all(null)).hasSize(4))
                .thenRequest(2)
                .expectNext(false, true)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    public void followersDoNotRunOnThePublishersThread() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        StepVerifier.create(follow(null).doOnNext(message -> threads.add(Thread.currentThread())))
                .then(() -> publish(numbers(100).toArray()))
                .expectNextCount(101)
                .expectComplete()
                .verify(LONG);

        assertThat(threads).isNotEmpty().doesNotContain(Thread.currentThread());
    }

    @Test
    public void cancelOfOneFollowerLeavesTheOthers() {
        TestPublisher<Object> items = TestPublisher.create();
        publishing(items);
        Disposable leaving = follow(null).subscribe();

        StepVerifier.create(follow(null).map(ChannelMessage::last))
                .then(() -> items.next("a"))
                .expectNext(false)
                .then(leaving::dispose)
                .then(() -> items.next("b").complete())
                .expectNext(false, true)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    public void whoeverPublishesAsTheSecondIsRefused() {
        TestPublisher<Object> items = TestPublisher.create();
        publishing(items);
        AtomicBoolean subscribed = new AtomicBoolean();
        Flux<Object> second = Flux.<Object>just("b").doOnSubscribe(any -> subscribed.set(true));

        assertThatThrownBy(() -> broadcaster().publish(channel, second).block(LONG))
                .isInstanceOf(ChannelBusyException.class);

        assertThat(subscribed).isFalse();
        items.next("a").complete();
        assertThat(items(all(null))).containsExactly("a");
    }

    @Test
    public void ofManyThatPublishAtOnceOneIsAdmitted() {
        Sinks.Empty<Object> open = Sinks.empty();

        StepVerifier.create(Flux.range(0, 16)
                        .flatMap(
                                publisher -> broadcaster()
                                        .publish(channel, Flux.concat(Flux.just(publisher), open.asMono()))
                                        .subscribeOn(Schedulers.boundedElastic())
                                        .thenReturn("published")
                                        .onErrorReturn(ChannelBusyException.class, "refused"),
                                16)
                        .index((index, end) -> {
                            if (index == 14) {
                                open.tryEmitEmpty();
                            }
                            return end;
                        }))
                .expectNextSequence(
                        IntStream.range(0, 15).mapToObj(i -> "refused").toList())
                .expectNext("published")
                .expectComplete()
                .verify(LONG);

        assertThat(items(all(null))).hasSize(1);
    }

    @Test
    public void aChannelThatHasEndedMayBeginAnew() {
        publish("old");
        String id = all(null).get(0).id();
        publish("new");

        assertThat(items(all(null))).containsExactly("new");
        assertThatThrownBy(() -> all(id)).isInstanceOf(UnknownMessageException.class);
    }

    @Test
    public void whatIsKeptNoLongerIsToldAndHowToGoOn() {
        Broadcaster small = keeping(10);
        TestPublisher<Object> items = TestPublisher.create();
        Sinks.Empty<Void> end = Sinks.empty();
        publishing(small, items, end);
        items.next("first");
        String id = value(small.follow(channel, null).next()).id();
        numbers(500).forEach(items::next);
        items.complete();
        end.asMono().block(LONG);

        ChannelTrimmedException trimmed = trimmed(small.follow(channel, id));
        List<ChannelMessage> rest =
                value(small.follow(channel, trimmed.resumeId().orElseThrow()).collectList());

        assertThat(items(rest)).isNotEmpty().isEqualTo(numbers(500).subList(500 - rest.size() + 1, 500));
        assertThat(trimmed(small.follow(channel, null)).resumeId()).isEqualTo(trimmed.resumeId());
    }

    private static ChannelTrimmedException trimmed(Flux<?> following) {
        return value(following
                .then(Mono.<ChannelTrimmedException>empty())
                .onErrorResume(ChannelTrimmedException.class, Mono::just));
    }

    @Test
    public void whoeverFallsTooFarBehindIsTold() {
        Broadcaster small = keeping(10);

        StepVerifier.create(small.follow(channel, null), 0)
                .then(() -> publishTo(small, numbers(500).toArray()))
                .thenRequest(500)
                .thenConsumeWhile(message -> true)
                .expectError(ChannelTrimmedException.class)
                .verify(LONG);
    }

    @Test
    public void followersAreCounted() {
        TestPublisher<Object> items = TestPublisher.create();
        publishing(items);
        List<Disposable> following = new ArrayList<>();

        StepVerifier.create(broadcaster().followers(channel))
                .expectNext(0)
                .then(() -> following.add(follow(null).subscribe()))
                .expectNext(1)
                .then(() -> following.add(follow(null).subscribe()))
                .expectNext(2)
                .then(() -> following.get(0).dispose())
                .expectNext(1)
                .then(items::complete)
                .expectNext(0)
                .thenCancel()
                .verify(LONG);
    }

    @Test
    public void followersAreCountedBeforeAChannelBeginsAndWhenItBeginsAnew() {
        TestPublisher<Object> items = TestPublisher.create();

        StepVerifier.create(broadcaster().followers(channel))
                .expectNext(0)
                .then(() -> follow(null).subscribe())
                .expectNext(1)
                .then(() -> publish("a"))
                .expectNext(0)
                .then(() -> publishing(items))
                .then(() -> follow(null).subscribe())
                .expectNext(1)
                .then(items::complete)
                .expectNext(0)
                .thenCancel()
                .verify(LONG);
    }

    @Test
    public void whoeverReconnectsAThousandTimesSeesEachItemOnce() {
        Sinks.Many<Object> feed = Sinks.many().unicast().onBackpressureBuffer();
        numbers(AHEAD).forEach(feed::tryEmitNext);
        Mono<List<Reconnecting>> followed = Flux.range(0, RECONNECTING)
                .map(seed -> new Reconnecting(new Random(seed), seed == 0 ? feed : null))
                .flatMap(each -> each.run().subscribeOn(Schedulers.boundedElastic()), RECONNECTING)
                .collectList();

        Mono<Boolean> published = broadcaster().publish(channel, feed.asFlux()).thenReturn(true);
        List<Reconnecting> followers = value(Mono.zip(followed, published).map(Tuple2::getT1));

        assertThat(followers).allSatisfy(follower -> {
            assertThat(items(follower.seen)).isEqualTo(numbers(ITEMS));
            assertThat(follower.seen).isEqualTo(followers.get(0).seen);
            assertThat(follower.connections).isGreaterThan(1_000);
        });
    }

    /** Loses the connection after a few messages. The first keeps the publisher a few items ahead of itself. */
    private final class Reconnecting {

        private final List<ChannelMessage> seen = new ArrayList<>();
        private final Random random;
        private final Sinks.@Nullable Many<Object> feed;
        private int connections;

        Reconnecting(Random random, Sinks.@Nullable Many<Object> feed) {
            this.random = random;
            this.feed = feed;
        }

        Mono<Reconnecting> run() {
            return Flux.defer(this::connect).repeat(() -> !lost().last()).then(Mono.just(this));
        }

        private Flux<ChannelMessage> connect() {
            connections++;
            String afterId = seen.isEmpty() ? null : lost().id();
            return follow(afterId).take(1 + random.nextInt(5)).doOnNext(this::see);
        }

        private ChannelMessage lost() {
            return seen.get(seen.size() - 1);
        }

        private void see(ChannelMessage message) {
            seen.add(message);
            int next = seen.size() - 1 + AHEAD;
            if (feed != null && next < ITEMS) {
                feed.tryEmitNext(next);
            } else if (feed != null && next == ITEMS) {
                feed.tryEmitComplete();
            }
        }
    }
}
