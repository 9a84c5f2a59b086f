package io.cortexreactive.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.chat.ChatEvent.ChatBroadcasting;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ChatBroadcastTests {

    private static final ChatRequest HI = ChatRequest.of("hi");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final BroadcastOptions EACH_CHUNK = BroadcastOptions.DEFAULTS.withBatches(1, SECOND);

    private final Broadcaster broadcaster = Broadcaster.inMemory();
    private final RecordingEvents events = new RecordingEvents();
    private final ScriptedProvider provider = ScriptedProvider.of();
    private final ChatClient chat = client();

    private ChatClient client() {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(provider);
        return ChatClient.create(tenants, providers, List.of(ChatInterceptors.events(events)), broadcaster, events);
    }

    /** A piece each second, from the first on. */
    private static ScriptedReply slow(String... pieces) {
        return ScriptedReply.builder().chunks(pieces).chunkDelay(SECOND).build();
    }

    private List<ChannelMessage> channel() {
        return Objects.requireNonNull(
                broadcaster.follow("answer", null).collectList().block(Duration.ofSeconds(60)));
    }

    private @Nullable ErrorInfo end() {
        List<ChannelMessage> messages = channel();
        return messages.get(messages.size() - 1).error();
    }

    private List<String> types() {
        return values("type", "");
    }

    /** The texts of the messages, one each. */
    private List<String> texts() {
        return values("text", "text_delta");
    }

    /** An entry of the chunks in the channel that are of this type. */
    private List<String> values(String name, String type) {
        return channel().stream()
                .filter(message -> !message.last())
                .map(message -> (Map<?, ?>) Objects.requireNonNull(message.item()))
                .filter(chunk -> type.isEmpty() || type.equals(chunk.get("type")))
                .map(chunk -> String.valueOf(chunk.get(name)))
                .toList();
    }

    private Mono<ChatResponse> broadcast(BroadcastOptions options) {
        return chat.broadcast("answer", HI, options);
    }

    @Test
    void theCallerGetsTheWholeAnswerAndTheChannelItsChunks() {
        ScriptedReply reply =
                ScriptedReply.builder().chunkSize(4).text("Hello there").build();
        provider.enqueue(reply, reply);
        ChatResponse sent = chat.send(HI).block();

        assertThat(broadcast(EACH_CHUNK).block()).isEqualTo(sent);

        assertThat(texts()).containsExactly("Hell", "o th", "ere");
        assertThat(types()).endsWith("chat_completed");
        assertThat(end()).isNull();
    }

    @Test
    void withoutATimeForBatchesEachChunkIsKeptAsItComes() {
        provider.enqueue(
                ScriptedReply.builder().chunkSize(4).text("Hello there").build());

        broadcast(BroadcastOptions.DEFAULTS.withBatches(64, Duration.ZERO)).block();

        assertThat(texts()).containsExactly("Hell", "o th", "ere");
    }

    @Test
    void aBatchOfAnySizeIsKeptWhenTheAnswerIsWhole() {
        provider.enqueue(
                ScriptedReply.builder().chunkSize(4).text("Hello there").build());

        broadcast(BroadcastOptions.DEFAULTS.withBatches(Integer.MAX_VALUE, Duration.ofDays(1)))
                .block(Duration.ofSeconds(20));

        assertThat(texts()).containsExactly("Hello there");
    }

    @Test
    void timesThatNoClockCanCountTakeAsLongAsTheAnswer() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        provider.enqueue(slow("a", "b", "c"));

        StepVerifier.withVirtualTime(() -> broadcast(
                        BroadcastOptions.DEFAULTS.stopWhenLeftFor(forEver).withBatches(2, forEver)))
                .then(this::listenAndLeave)
                .thenAwait(SECOND.multipliedBy(10))
                .assertNext(answer -> assertThat(answer.text()).isEqualTo("abc"))
                .verifyComplete();
    }

    @Test
    void deltasThatComeTogetherAreKeptAsOne() {
        provider.enqueue(ScriptedReply.builder()
                .chunkSize(1)
                .reasoning("hmm", "signed")
                .text("Hello")
                .toolCall("1", "look", Map.of("at", "it"))
                .build());

        broadcast(BroadcastOptions.DEFAULTS).block();

        assertThat(types())
                .containsExactly(
                        "reasoning_delta",
                        "text_delta",
                        "tool_call_started",
                        "tool_call_delta",
                        "tool_call_completed",
                        "chat_completed");
        assertThat(texts()).containsExactly("Hello");
    }

    @Test
    void aBatchHasSoManyChunks() {
        provider.enqueue(ScriptedReply.builder().chunkSize(1).text("Hello").build());

        broadcast(BroadcastOptions.DEFAULTS.withBatches(2, SECOND)).block();

        assertThat(texts()).containsExactly("He", "ll", "o");
    }

    @Test
    void aBatchWaitsForSoLong() {
        provider.enqueue(slow("a", "b", "c", "d"));

        StepVerifier.withVirtualTime(
                        () -> broadcast(BroadcastOptions.DEFAULTS.withBatches(100, SECOND.multipliedBy(2))))
                .thenAwait(SECOND.multipliedBy(10))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(texts()).containsExactly("ab", "cd");
    }

    @Test
    void nothingHappensBeforeSubscription() {
        broadcast(BroadcastOptions.DEFAULTS);

        assertThat(events.all()).isEmpty();
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void isToldBeforeTheCall() {
        provider.enqueue(ScriptedReply.text("Hello"));

        broadcast(BroadcastOptions.DEFAULTS).block();

        ChatBroadcasting told = events.only(ChatBroadcasting.class);
        assertThat(told.channel()).isEqualTo("answer");
        assertThat(told.request()).isEqualTo(HI);
        assertThat(events.names()).containsSubsequence("ChatBroadcasting", "BeforeChatSend", "AfterChatReceive");
    }

    @Test
    void anErrorComesBehindWhatHadCome() {
        provider.enqueue(ScriptedReply.builder()
                .chunks("Hel", "lo", " you")
                .fault(Fault.errorAfter(2, "overloaded_error", "Overloaded"))
                .build());

        assertThatThrownBy(() -> broadcast(BroadcastOptions.DEFAULTS).block()).isInstanceOf(OverloadedException.class);

        assertThat(texts()).containsExactly("Hello");
        assertThat(end()).extracting(ErrorInfo::code).isEqualTo("overloaded");
    }

    @Test
    void aChannelThatIsTakenCostsNoCall() {
        Disposable taken = broadcaster.publish("answer", Flux.never()).subscribe();

        assertThatThrownBy(() -> broadcast(BroadcastOptions.DEFAULTS).block()).isInstanceOf(ChannelBusyException.class);

        assertThat(provider.requests()).isEmpty();
        assertThat(events.all()).isEmpty();
        taken.dispose();
    }

    @Test
    void aCallerThatCancelsStopsTheModelAndLeavesWhatHadCome() {
        provider.enqueue(slow("a", "b", "c"));

        StepVerifier.withVirtualTime(() -> broadcast(EACH_CHUNK))
                .thenAwait(SECOND)
                .thenCancel()
                .verify();

        assertThat(provider.cancelled()).isOne();
        assertThat(texts()).containsExactly("a", "b");
        assertThat(end()).extracting(ErrorInfo::code).isEqualTo("publisher_cancelled");
    }

    @Test
    void finishesThoughTheLastListenerLeaves() {
        provider.enqueue(slow("a", "b", "c"));

        StepVerifier.withVirtualTime(() -> broadcast(BroadcastOptions.DEFAULTS))
                .then(this::listenAndLeave)
                .thenAwait(SECOND.multipliedBy(10))
                .assertNext(answer -> assertThat(answer.text()).isEqualTo("abc"))
                .verifyComplete();
    }

    private Disposable listen() {
        return broadcaster.follow("answer", null).subscribe();
    }

    private void listenAndLeave() {
        listen().dispose();
    }

    @Test
    void stopsWhenTheLastListenerLeaves() {
        provider.enqueue(slow("a", "b", "c"));
        Disposable.Swap first = Disposables.swap();
        Disposable.Swap second = Disposables.swap();

        StepVerifier.withVirtualTime(() -> broadcast(BroadcastOptions.DEFAULTS.stopWhenLeft()))
                .then(() -> first.update(listen()))
                .then(() -> second.update(listen()))
                .then(first::dispose)
                .thenAwait(SECOND)
                .then(() -> assertThat(provider.active()).isOne())
                .then(second::dispose)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                BroadcastStoppedException.class,
                                stopped -> assertThat(stopped.partialText()).isEqualTo("ab")))
                .verify();

        assertThat(provider.cancelled()).isOne();
        assertThat(texts()).containsExactly("a", "b");
        assertThat(end()).extracting(ErrorInfo::code).isEqualTo("broadcast_stopped");
    }

    @Test
    void doesNotStopBeforeTheFirstListenerCame() {
        provider.enqueue(slow("a", "b", "c"));

        StepVerifier.withVirtualTime(() -> broadcast(BroadcastOptions.DEFAULTS.stopWhenLeft()))
                .thenAwait(SECOND.multipliedBy(10))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void aListenerThatComesBackInTimeLetsItGoOn() {
        provider.enqueue(slow("a", "b", "c", "d", "e", "f", "g", "h"));
        Duration grace = Duration.ofMillis(2_500);
        Disposable.Swap back = Disposables.swap();

        StepVerifier.withVirtualTime(() -> broadcast(BroadcastOptions.DEFAULTS.stopWhenLeftFor(grace)))
                .then(this::listenAndLeave)
                .thenAwait(SECOND)
                .then(() -> assertThat(provider.active()).isOne())
                .then(() -> back.update(listen()))
                .thenAwait(SECOND.multipliedBy(3))
                .then(() -> assertThat(provider.active()).isOne())
                .then(back::dispose)
                .thenAwait(grace)
                .verifyError(BroadcastStoppedException.class);

        assertThat(String.join("", texts())).isEqualTo("abcdefg");
    }

    @Test
    void anAnswerThatIsWholeIsNotStopped() {
        provider.enqueue(ScriptedReply.text("Hello"));
        Disposable listener = listen();

        assertThat(broadcast(BroadcastOptions.DEFAULTS.stopWhenLeft()).block())
                .extracting(ChatResponse::text)
                .isEqualTo("Hello");
        listener.dispose();
    }
}
