package io.cortexreactive.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class ChatResponseTests {

    private static final ChatCompleted END =
            new ChatCompleted(StopReason.END_TURN, Usage.of(5, 7), "model-1", Map.of("requestId", "r"));

    @Test
    void collectPutsPartsTogetherInOrder() {
        ToolCall call = ToolCall.of("c", "t", Map.of("a", 1));
        Flux<ChatChunk> chunks = Flux.just(
                new ReasoningDelta(0, "thin", null),
                new ReasoningDelta(0, "king", "sig"),
                new TextDelta(1, "Hel"),
                new TextDelta(1, "lo"),
                new ToolCallStarted(2, "c", "t"),
                new ToolCallDelta(2, "{\"a\":1}"),
                new ToolCallCompleted(2, call),
                END);

        StepVerifier.create(ChatResponse.collect(chunks))
                .assertNext(response -> assertThat(response)
                        .isEqualTo(new ChatResponse(
                                Message.assistant(
                                        new ReasoningContent("thinking", "sig", false), new TextContent("Hello"), call),
                                Usage.of(5, 7),
                                StopReason.END_TURN,
                                "model-1",
                                Map.of("requestId", "r"))))
                .verifyComplete();
    }

    @Test
    void collectForgetsWhatCameBeforeARestart() {
        Flux<ChatChunk> chunks =
                Flux.just(new TextDelta(0, "lost"), new StreamRestarted(2, "reset"), new TextDelta(0, "kept"), END);

        StepVerifier.create(ChatResponse.collect(chunks).map(ChatResponse::text))
                .expectNext("kept")
                .verifyComplete();
    }

    @Test
    void collectRefusesAStreamWithoutItsEnd() {
        StepVerifier.create(ChatResponse.collect(Flux.just(new TextDelta(0, "half"))))
                .verifyError(UnfinishedResponseException.class);
    }

    @Test
    void cancellingCollectCancelsTheStream() {
        TestPublisher<ChatChunk> chunks = TestPublisher.create();

        StepVerifier.create(ChatResponse.collect(chunks.flux())).thenCancel().verify();

        chunks.assertCancelled();
    }

    @Test
    void unfinishedToolCallIsNoPartOfTheMessage() {
        ChatAccumulator answer = new ChatAccumulator();
        answer.add(new TextDelta(0, "I look"));
        answer.add(new ToolCallStarted(1, "c", "t"));
        answer.add(new ToolCallDelta(1, "{\"rm\": \"-r"));

        assertThat(answer.partialMessage()).isEqualTo(Message.assistant("I look"));
    }

    @Test
    void usageIsEstimatedUntilTheProviderTells() {
        ChatAccumulator answer = new ChatAccumulator();
        answer.add(new TextDelta(0, "12345678"));

        assertThat(answer.usage(ChatRequest.of("1234"))).isEqualTo(Usage.estimated(5, 2));
    }

    @Test
    void estimateCountsEveryKindOfOutputAndWhatARestartDiscarded() {
        ChatAccumulator answer = new ChatAccumulator();
        List.of(
                        new TextDelta(0, "12345678"),
                        new StreamRestarted(2, "reset"),
                        new ReasoningDelta(0, "1234", null),
                        new TextDelta(1, "1234"),
                        new ToolCallStarted(2, "id", "tool"),
                        new ToolCallDelta(2, "{\"a\":1}"))
                .forEach(answer::add);

        assertThat(answer.usage(ChatRequest.of("1234")).outputTokens()).isEqualTo(2 + 1 + 1 + 1 + 2);
        assertThat(answer.partialText()).isEqualTo("1234");
    }

    @Test
    void reportedUsageBeatsTheEstimate() {
        ChatAccumulator answer = new ChatAccumulator();
        answer.add(new TextDelta(0, "12345678"));
        answer.add(new UsageReported(Usage.of(9, 9)));

        assertThat(answer.usage(ChatRequest.of("1234"))).isEqualTo(Usage.of(9, 9));
    }

    @Test
    void estimateCountsOtherScriptsByCharacter() {
        assertThat(TokenEstimate.of("日本語")).isEqualTo(3);
    }

    @Test
    void estimateDoesNotDependOnHowTheTextIsCut() {
        TokenCounter counter = new TokenCounter();
        "a stream of text".chars().forEach(c -> counter.add(String.valueOf((char) c)));

        assertThat(counter.tokens()).isEqualTo(TokenEstimate.of("a stream of text"));
    }

    @Test
    void systemTextPutsSystemMessagesAfterSystem() {
        ChatRequest request = ChatRequest.builder()
                .system("one")
                .user("hi")
                .message(Message.system("two"))
                .build();

        assertThat(request.systemText()).isEqualTo("one\n\ntwo");
    }

    @Test
    void requestDoesNotSeeLaterChangesOfWhatItWasMadeFrom() {
        ChatRequest.Builder builder = ChatRequest.builder().user("one");
        ChatRequest request = builder.build();
        builder.user("two");

        assertThat(request.messages()).hasSize(1);
    }

    @Test
    void messagesCannotBeChanged() {
        assertThatThrownBy(() -> ChatRequest.of("hi").messages().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void usageAddsUpAndStaysEstimated() {
        assertThat(new Usage(1, 2, 3, 4, false).plus(Usage.estimated(10, 20))).isEqualTo(new Usage(11, 22, 3, 4, true));
    }
}
