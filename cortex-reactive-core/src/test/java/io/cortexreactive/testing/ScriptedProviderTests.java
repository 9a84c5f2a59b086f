package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.StreamInterruptedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ScriptedProviderTests {

    private static final ChatRequest QUESTION = ChatRequest.of("Hello?");

    private static StepVerifier.FirstStep<ChatChunk> play(ScriptedReply reply) {
        return StepVerifier.create(ScriptedProvider.of(reply).stream(QUESTION));
    }

    @Test
    void providerWithoutRepliesIsGivenThemLater() {
        ScriptedProvider provider = ScriptedProvider.of();

        StepVerifier.create(provider.stream(ChatRequest.of("hi"))).verifyError(InvalidRequestException.class);
        StepVerifier.create(provider.enqueue(ScriptedReply.text("later")).chat(ChatRequest.of("hi")))
                .assertNext(answer -> assertThat(answer.text()).isEqualTo("later"))
                .verifyComplete();
    }

    @Test
    void textComesInChunksAndEndsWithCompletion() {
        ScriptedReply reply = ScriptedReply.builder()
                .text("Good day!")
                .chunkSize(5)
                .usage(Usage.of(2, 3))
                .build();

        play(reply)
                .expectNext(new TextDelta(0, "Good "), new TextDelta(0, "day!"))
                .expectNext(new ChatCompleted(StopReason.END_TURN, Usage.of(2, 3), null, Map.of()))
                .verifyComplete();
    }

    @Test
    void nothingHappensBeforeSubscription() {
        ScriptedProvider provider = ScriptedProvider.of("one");

        Flux<ChatChunk> unused = provider.stream(QUESTION);

        assertThat(unused).isNotNull();
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void eachSubscriptionIsOneCall() {
        ScriptedProvider provider = ScriptedProvider.of("one", "two");
        Flux<String> text = provider.stream(QUESTION).ofType(TextDelta.class).map(TextDelta::text);

        StepVerifier.create(Flux.concat(text, text)).expectNext("one", "two").verifyComplete();
        assertThat(provider.requests()).containsExactly(QUESTION, QUESTION);
    }

    @Test
    void retryGetsTheNextReply() {
        ScriptedProvider provider = ScriptedProvider.of(
                ScriptedReply.fail(Fault.status(503, "ServiceUnavailableException", "later")),
                ScriptedReply.text("now"));

        StepVerifier.create(provider.chat(QUESTION).retry(1).map(ChatResponse::text))
                .expectNext("now")
                .verifyComplete();
    }

    @Test
    void toolCallComesWholeAfterItsPieces() {
        ScriptedReply reply = ScriptedReply.builder()
                .toolCall("c1", "weather", Map.of("city", "Oslo"))
                .chunkSize(8)
                .build();

        play(reply)
                .expectNext(new ToolCallStarted(0, "c1", "weather"))
                .expectNext(new ToolCallDelta(0, "{\"city\":"), new ToolCallDelta(0, "\"Oslo\"}"))
                .expectNext(new ToolCallCompleted(0, ToolCall.of("c1", "weather", Map.of("city", "Oslo"))))
                .expectNextMatches(chunk -> ((ChatCompleted) chunk).stopReason().equals(StopReason.TOOL_USE))
                .verifyComplete();
    }

    @Test
    void invalidArgumentsAreKeptAsTheyCame() {
        ScriptedReply reply = ScriptedReply.builder()
                .invalidToolCall("c1", "weather", "[1, 2")
                .build();

        StepVerifier.create(ScriptedProvider.of(reply).chat(QUESTION).map(ChatResponse::toolCalls))
                .expectNext(List.of(new ToolCall("c1", "weather", Map.of(), "[1, 2")))
                .verifyComplete();
    }

    @Test
    void reasoningComesWithSignatureAndRedactedData() {
        byte[] hidden = "hidden".getBytes(StandardCharsets.UTF_8);
        ScriptedReply reply = ScriptedReply.builder()
                .reasoning("thinking it over", "proof")
                .redactedReasoning(hidden)
                .text("done")
                .build();

        List<Content> expected = List.of(
                new ReasoningContent("thinking it over", "proof", false),
                new ReasoningContent(Base64.getEncoder().encodeToString(hidden), null, true),
                new TextContent("done"));
        StepVerifier.create(ScriptedProvider.of(reply)
                        .chat(QUESTION)
                        .map(response -> response.message().content()))
                .expectNext(expected)
                .verifyComplete();
    }

    @Test
    void withoutUsageItIsEstimatedAndSaysSo() {
        ScriptedReply reply =
                ScriptedReply.builder().text("some words").withoutUsage().build();

        StepVerifier.create(ScriptedProvider.of(reply).chat(QUESTION).map(ChatResponse::usage))
                .expectNextMatches(Usage::estimated)
                .verifyComplete();
    }

    @Test
    void demandIsHonouredAndCounted() {
        ScriptedProvider provider = ScriptedProvider.of(
                ScriptedReply.builder().repeat("tick", 1_000_000).build());

        StepVerifier.create(provider.stream(QUESTION), 0)
                .thenRequest(2)
                .expectNextCount(2)
                .thenRequest(3)
                .expectNextCount(3)
                .thenCancel()
                .verify();
        assertThat(provider.requested()).isEqualTo(5);
    }

    @Test
    void cancelIsSeenOnce() {
        ScriptedProvider provider = ScriptedProvider.of(
                ScriptedReply.builder().repeat("tick", 1_000_000).build());

        StepVerifier.create(provider.stream(QUESTION).take(3))
                .expectNextCount(3)
                .verifyComplete();
        StepVerifier.create(provider.awaitCancelled()).verifyComplete();
        assertThat(provider.cancelled()).isEqualTo(1);
    }

    @Test
    void endedStreamsAreNeitherActiveNorCancelled() {
        ScriptedProvider provider = ScriptedProvider.of("one");

        StepVerifier.create(provider.stream(QUESTION)).expectNextCount(2).verifyComplete();
        assertThat(provider.active()).isZero();
        assertThat(provider.cancelled()).isZero();
    }

    @Test
    void stallEmitsNothingUntilItIsCancelled() {
        ScriptedProvider provider = ScriptedProvider.of(ScriptedReply.builder()
                .repeat("tick", 9)
                .fault(Fault.stallAfter(2))
                .build());

        StepVerifier.withVirtualTime(() -> provider.stream(QUESTION))
                .expectNextCount(2)
                .expectNoEvent(Duration.ofHours(1))
                .then(() -> assertThat(provider.active()).isEqualTo(1))
                .thenCancel()
                .verify();
        assertThat(provider.active()).isZero();
    }

    @Test
    void delaysAreKept() {
        ScriptedReply reply = ScriptedReply.builder()
                .chunks("a", "b")
                .firstDelay(Duration.ofSeconds(2))
                .chunkDelay(Duration.ofSeconds(1))
                .build();

        StepVerifier.withVirtualTime(() -> ScriptedProvider.of(reply).stream(QUESTION))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(2))
                .expectNext(new TextDelta(0, "a"))
                .expectNoEvent(Duration.ofSeconds(1))
                .expectNext(new TextDelta(0, "b"))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void aReplyAtAnotherPaceIsTheSameInAnotherTime() {
        ScriptedReply reply = ScriptedReply.builder()
                .chunks("a", "b")
                .firstDelay(Duration.ofSeconds(2))
                .chunkDelay(Duration.ofSeconds(1))
                .usage(Usage.of(2, 3))
                .build()
                .withDelaysTimes(0.5);

        StepVerifier.withVirtualTime(() -> ScriptedProvider.of(reply).stream(QUESTION))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(1))
                .expectNext(new TextDelta(0, "a"))
                .expectNoEvent(Duration.ofMillis(500))
                .expectNext(new TextDelta(0, "b"))
                .expectNext(new ChatCompleted(StopReason.END_TURN, Usage.of(2, 3), null, Map.of()))
                .verifyComplete();
    }

    @Test
    void withoutDelaysAReplyKeepsItsFault() {
        play(ScriptedReply.builder()
                        .chunks("a", "b")
                        .firstDelay(Duration.ofHours(1))
                        .chunkDelay(Duration.ofHours(1))
                        .fault(Fault.cutAfter(1))
                        .build()
                        .withDelaysTimes(0))
                .expectNext(new TextDelta(0, "a"))
                .verifyError(StreamInterruptedException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN})
    void aPaceThatIsNoneIsRefused(double factor) {
        ScriptedReply reply = ScriptedReply.text("a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> reply.withDelaysTimes(factor))
                .withMessageContaining("use 0 or more");
    }

    @Test
    void viewsShareRepliesAndRecordTheirConfiguration() {
        ScriptedProvider provider = ScriptedProvider.of("one", "two");
        ProviderConfig config = ProviderConfig.ofKey(Secret.of("tenant-key"));

        StepVerifier.create(provider.withConfig(config).chat(QUESTION).then(provider.chat(QUESTION)))
                .expectNextMatches(response -> response.text().equals("two"))
                .verifyComplete();
        assertThat(provider.recorded())
                .containsExactly(
                        new RecordedRequest(1, QUESTION, config),
                        new RecordedRequest(2, QUESTION, ProviderConfig.NONE));
    }

    @Test
    void scriptSeesModelAndKeyOfTheView() {
        ScriptedProvider provider = ScriptedProvider.builder()
                .script(call -> ScriptedReply.text(call.model() + " " + call.credential()))
                .build();
        ProviderConfig config = new ProviderConfig(Secret.of("key"), null, null, "model-a", Map.of());

        StepVerifier.create(provider.withConfig(config).chat(QUESTION).map(ChatResponse::text))
                .expectNext("model-a key")
                .verifyComplete();
    }

    @Test
    void queuedRepliesGoBeforeTheScript() {
        ScriptedProvider provider = ScriptedProvider.builder()
                .script(ReplyScript.always(ScriptedReply.text("script")))
                .build()
                .enqueue(ScriptedReply.text("queue"));

        StepVerifier.create(provider.chat(QUESTION)
                        .concatWith(provider.chat(QUESTION))
                        .map(ChatResponse::text))
                .expectNext("queue", "script")
                .verifyComplete();
    }

    @Test
    void unscriptedCallFailsAndSaysWhatToDo() {
        StepVerifier.create(ScriptedProvider.builder().build().stream(QUESTION))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("No reply is scripted for call 1. Enqueue one more"))
                .verify();
    }

    @Test
    void failingScriptFailsTheStream() {
        ScriptedProvider provider = ScriptedProvider.builder()
                .script(call -> {
                    throw new IllegalStateException("broken script");
                })
                .build();

        StepVerifier.create(provider.stream(QUESTION)).verifyErrorMessage("broken script");
        assertThat(provider.active()).isZero();
    }

    @Test
    void recordedCompletesWhenTheRequestComes() {
        ScriptedProvider provider = ScriptedProvider.of("one");

        StepVerifier.create(provider.recorded(1))
                .then(() -> StepVerifier.create(provider.chat(QUESTION))
                        .expectNextCount(1)
                        .verifyComplete())
                .expectNext(new RecordedRequest(1, QUESTION, ProviderConfig.NONE))
                .verifyComplete();
    }

    @Test
    void closeEndsStreamsUnderWay() {
        ScriptedProvider provider = ScriptedProvider.of(ScriptedReply.fail(Fault.stallBeforeResponse()));

        StepVerifier.create(provider.stream(QUESTION))
                .expectSubscription()
                .then(() -> StepVerifier.create(provider.close()).verifyComplete())
                .verifyError(ProviderClosedException.class);
        assertThat(provider.active()).isZero();
    }
}
