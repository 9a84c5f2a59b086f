package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderFailure;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.CitationsDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStart;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlockStart;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseType;

class ChunkDecoderTests {

    private static final Usage ESTIMATE = Usage.estimated(1, 2);

    private final ChunkDecoder decoder = new ChunkDecoder(ProviderFailure.of("bedrock", "model"));
    private final List<ChatChunk> chunks = new ArrayList<>();

    private void feed(ConverseStreamOutput... events) {
        for (ConverseStreamOutput event : events) {
            ChatChunk chunk = decoder.decode(event);
            if (chunk != null) {
                chunks.add(chunk);
            }
        }
    }

    private static ConverseStreamOutput delta(int index, ContentBlockDelta delta) {
        return ConverseStreamOutput.contentBlockDeltaBuilder()
                .contentBlockIndex(index)
                .delta(delta)
                .build();
    }

    private static ConverseStreamOutput text(int index, String text) {
        return delta(index, ContentBlockDelta.fromText(text));
    }

    private static ConverseStreamOutput reasoning(int index, ReasoningContentBlockDelta delta) {
        return delta(index, ContentBlockDelta.fromReasoningContent(delta));
    }

    private static ConverseStreamOutput call(int index, String id, String name, @Nullable ToolUseType type) {
        ToolUseBlockStart start =
                ToolUseBlockStart.builder().toolUseId(id).name(name).type(type).build();
        return ConverseStreamOutput.contentBlockStartBuilder()
                .contentBlockIndex(index)
                .start(ContentBlockStart.fromToolUse(start))
                .build();
    }

    private static ConverseStreamOutput arguments(int index, String json) {
        return delta(index, ContentBlockDelta.fromToolUse(tool -> tool.input(json)));
    }

    private static ConverseStreamOutput stop(int index) {
        return ConverseStreamOutput.contentBlockStopBuilder()
                .contentBlockIndex(index)
                .build();
    }

    private static ConverseStreamOutput end(String reason) {
        return ConverseStreamOutput.messageStopBuilder().stopReason(reason).build();
    }

    private ChatCompleted completed() {
        return Objects.requireNonNull(decoder.end()).completed("model", "req-1", () -> ESTIMATE);
    }

    @Test
    void textComesThrough() {
        feed(
                ConverseStreamOutput.messageStartBuilder().role("assistant").build(),
                text(0, "Hel"),
                text(0, ""),
                text(0, "lo"),
                stop(0));

        assertThat(chunks).containsExactly(new TextDelta(0, "Hel"), new TextDelta(0, "lo"));
        assertThat(decoder.end()).isNull();
    }

    @Test
    void parallelToolCallsAreKeptApart() {
        feed(
                call(1, "a", "weather", null),
                call(2, "b", "time", null),
                arguments(1, "{\"city\":"),
                arguments(2, "{}"),
                arguments(1, "\"Oslo\"}"),
                stop(2),
                stop(1));

        assertThat(chunks)
                .containsExactly(
                        new ToolCallStarted(1, "a", "weather"),
                        new ToolCallStarted(2, "b", "time"),
                        new ToolCallDelta(1, "{\"city\":"),
                        new ToolCallDelta(2, "{}"),
                        new ToolCallDelta(1, "\"Oslo\"}"),
                        new ToolCallCompleted(2, ToolCall.of("b", "time", Map.of())),
                        new ToolCallCompleted(1, ToolCall.of("a", "weather", Map.of("city", "Oslo"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"city\"", "[1]", "\"Oslo\"", "12", "null", "{} and more", "{\"a\":1}}"})
    void argumentsThatAreNoObjectAreKeptAsTheyCame(String json) {
        feed(call(0, "a", "weather", null), arguments(0, json), stop(0));

        assertThat(chunks.get(2)).isEqualTo(new ToolCallCompleted(0, new ToolCall("a", "weather", Map.of(), json)));
    }

    @Test
    void argumentsNestedTooDeepAreKeptAsTheyCame() {
        String deep = "{\"a\":".repeat(200) + "1" + "}".repeat(200);
        feed(call(0, "a", "weather", null), arguments(0, deep), stop(0));

        assertThat(((ToolCallCompleted) chunks.get(2)).call().invalidArguments())
                .isEqualTo(deep);
    }

    @Test
    void missingArgumentsAreAnEmptyObject() {
        feed(call(0, "a", "now", null), arguments(0, ""), stop(0));

        assertThat(chunks.get(1)).isEqualTo(new ToolCallCompleted(0, ToolCall.of("a", "now", Map.of())));
    }

    @Test
    void argumentsThatAreTooLongAreRefused() {
        feed(call(0, "a", "write", null), arguments(0, "{\"text\":\"" + "x".repeat(250_000)));

        assertThatThrownBy(() -> feed(arguments(0, "x".repeat(20_000))))
                .isInstanceOfSatisfying(
                        LimitExceededException.class,
                        error -> assertThat(error.limit()).isEqualTo(256 * 1024));
    }

    @Test
    void toolsThatBedrockRunsItselfArePassedOver() {
        feed(call(0, "a", "nova_grounding", ToolUseType.SERVER_TOOL_USE), arguments(0, "{}"), stop(0));

        assertThat(chunks).isEmpty();
    }

    @Test
    void reasoningComesWithItsProof() {
        feed(
                reasoning(0, ReasoningContentBlockDelta.fromText("Hm.")),
                reasoning(0, ReasoningContentBlockDelta.fromSignature("proof")),
                stop(0));

        assertThat(chunks).containsExactly(new ReasoningDelta(0, "Hm.", null), new ReasoningDelta(0, "", "proof"));
    }

    @Test
    void redactedReasoningIsJoinedBeforeItIsEncoded() {
        feed(
                reasoning(0, ReasoningContentBlockDelta.fromRedactedContent(SdkBytes.fromByteArray(new byte[] {1, 2}))),
                reasoning(0, ReasoningContentBlockDelta.fromRedactedContent(SdkBytes.fromByteArray(new byte[] {3}))),
                stop(0));

        String whole = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        assertThat(chunks).containsExactly(new ReasoningDelta(0, whole, null, true));
    }

    @Test
    void unknownEventsAndContentArePassedOver() {
        feed(
                ConverseStreamOutput.UNKNOWN,
                delta(0, ContentBlockDelta.fromCitation(CitationsDelta.builder().build())),
                delta(0, ContentBlockDelta.builder().build()));

        assertThat(chunks).isEmpty();
    }

    @Test
    void deltaWithoutItsIndexIsAgainstTheProtocol() {
        assertThatThrownBy(() -> feed(ConverseStreamOutput.contentBlockDeltaBuilder()
                        .delta(ContentBlockDelta.fromText("x"))
                        .build()))
                .isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, end_turn",
        "tool_use, tool_use",
        "max_tokens, max_tokens",
        "stop_sequence, stop_sequence",
        "content_filtered, content_filtered",
        "guardrail_intervened, content_filtered",
        "model_context_window_exceeded, model_context_window_exceeded",
        "something_new, something_new"
    })
    void stopReasonIsOneOfOursOrKeptAsItCame(String told, String expected) {
        feed(end(told));

        assertThat(completed().stopReason()).isEqualTo(StopReason.of(expected));
    }

    @Test
    void endTellsUsageAndWhatElseThereIs() {
        feed(
                ConverseStreamOutput.messageStopBuilder()
                        .stopReason("guardrail_intervened")
                        .additionalModelResponseFields(Document.fromMap(Map.of("/n", Document.fromNumber(7))))
                        .build(),
                ConverseStreamOutput.metadataBuilder()
                        .usage(usage -> usage.inputTokens(1)
                                .outputTokens(2)
                                .totalTokens(10)
                                .cacheReadInputTokens(3)
                                .cacheWriteInputTokens(4))
                        .metrics(metrics -> metrics.latencyMs(55L))
                        .performanceConfig(performance -> performance.latency("optimized"))
                        .serviceTier(tier -> tier.type("flex"))
                        .trace(trace -> trace.guardrail(guardrail -> guardrail.actionReason("blocked")))
                        .build());
        ChatCompleted completed = completed();

        assertThat(completed.usage()).isEqualTo(new Usage(1, 2, 3, 4, false));
        assertThat(completed.model()).isEqualTo("model");
        assertThat(completed.metadata())
                .containsEntry("requestId", "req-1")
                .containsEntry("providerStopReason", "guardrail_intervened")
                .containsEntry("latencyMs", 55L)
                .containsEntry("performanceLatency", "optimized")
                .containsEntry("serviceTier", "flex")
                .containsEntry("additionalModelResponseFields", Map.of("/n", 7))
                .containsEntry("trace", Map.of("guardrail", Map.of("actionReason", "blocked")));
    }

    @Test
    void usageIsEstimatedWhereItIsNotTold() {
        feed(end("end_turn"));

        assertThat(completed().usage()).isEqualTo(ESTIMATE);
        assertThat(completed().metadata()).containsOnlyKeys("requestId");
    }

    @Test
    void usageBeforeTheEndIsNotTheEnd() {
        feed(ConverseStreamOutput.metadataBuilder().build());

        assertThat(decoder.end()).isNull();
    }

    @Test
    void callLeftOpenIsStillACallWhenTheAnswerEnds() {
        feed(call(0, "a", "weather", null), arguments(0, "{\"city\":\"Oslo\"}"), end("tool_use"));

        assertThat(decoder.open())
                .containsExactly(new ToolCallCompleted(0, ToolCall.of("a", "weather", Map.of("city", "Oslo"))));
    }
}
