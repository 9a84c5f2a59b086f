package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.RateLimitedException;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.core.JacksonException;

class ConverseStreamDecoderTests {

    private static final Usage ESTIMATE = Usage.estimated(1, 2);

    private final ConverseStreamDecoder decoder = decoder();

    private static ConverseStreamDecoder decoder() {
        DirectCall call = new DirectCall(
                "bedrock", "model", ChatRequest.of("Hello?"), new ServiceErrors(Clock.systemUTC(), "here"));
        return new ConverseStreamDecoder(call, end -> end.completed("model", "req-1", () -> ESTIMATE));
    }

    private static byte[] frame(String kind, String type, String payload) {
        Map<String, HeaderValue> headers = Map.of(
                ":message-type",
                HeaderValue.fromString(kind),
                ":" + (kind.equals("error") ? "error-code" : kind + "-type"),
                HeaderValue.fromString(type),
                ":error-message",
                HeaderValue.fromString("in the header"));
        ByteBuffer bytes = new Message(headers, payload.getBytes(StandardCharsets.UTF_8)).toByteBuffer();
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    private static byte[] event(String type, String payload) {
        return frame("event", type, payload);
    }

    private static List<ChatChunk> feed(ConverseStreamDecoder decoder, byte[] bytes) {
        decoder.append(Unpooled.wrappedBuffer(bytes));
        return left(decoder);
    }

    private static List<ChatChunk> left(ConverseStreamDecoder decoder) {
        List<ChatChunk> chunks = new ArrayList<>();
        for (ChatChunk chunk = decoder.next(); chunk != null; chunk = decoder.next()) {
            chunks.add(chunk);
        }
        return chunks;
    }

    private List<ChatChunk> feed(byte[]... frames) {
        List<ChatChunk> chunks = new ArrayList<>();
        for (byte[] frame : frames) {
            chunks.addAll(feed(decoder, frame));
        }
        return chunks;
    }

    private static byte[] text(String text) {
        return event(
                "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"},\"p\":\"abc\"}");
    }

    private static final byte[] STOP = event("messageStop", "{\"stopReason\":\"end_turn\",\"p\":\"ab\"}");

    private static final byte[] METADATA = event(
            "metadata",
            "{\"usage\":{\"inputTokens\":3,\"outputTokens\":5,\"totalTokens\":8,\"cacheReadInputTokens\":7},"
                    + "\"metrics\":{\"latencyMs\":12}}");

    @Test
    void answerEndsWithItsUsage() {
        List<ChatChunk> chunks = feed(event("messageStart", "{\"role\":\"assistant\"}"), text("Hi"), STOP, METADATA);

        assertThat(chunks)
                .containsExactly(
                        new TextDelta(0, "Hi"),
                        new ChatCompleted(
                                StopReason.END_TURN,
                                new Usage(3, 5, 7, 0, false),
                                "model",
                                Map.of("requestId", "req-1", "latencyMs", 12L)));
    }

    @Test
    void fieldsMayComeInAnyOrderAndUnknownOnesArePassedOver() {
        String payload =
                "{\"p\":{\"q\":[1,{\"delta\":{}}]},\"delta\":{\"citation\":{\"text\":\"no\"},\"text\":\"Hi\"},\"contentBlockIndex\":2}";
        assertThat(feed(event("contentBlockDelta", payload), event("somethingNew", "{}")))
                .containsExactly(new TextDelta(2, "Hi"));
    }

    @Test
    void contentOfAnUnknownKindMakesNoChunk() {
        assertThat(feed(event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"video\":{\"text\":\"x\"}}}")))
                .isEmpty();
    }

    @Test
    void toolOfTheServiceItselfIsPassedOver() {
        assertThat(feed(
                        event(
                                "contentBlockStart",
                                "{\"contentBlockIndex\":0,\"start\":{\"toolUse\":{\"toolUseId\":\"a\",\"name\":\"search\",\"type\":\"server_tool_use\"}}}"),
                        event(
                                "contentBlockDelta",
                                "{\"contentBlockIndex\":0,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}"),
                        event("contentBlockStop", "{\"contentBlockIndex\":0}")))
                .isEmpty();
    }

    @Test
    void toolCallThatWasNotEndedIsCompletedWithTheAnswer() {
        List<ChatChunk> chunks = feed(
                event(
                        "contentBlockStart",
                        "{\"contentBlockIndex\":1,\"start\":{\"toolUse\":{\"toolUseId\":\"a\",\"name\":\"weather\"}}}"),
                event(
                        "contentBlockDelta",
                        "{\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{\\\"a\\\":1}\"}}}"),
                STOP);
        decoder.end(null);
        chunks.addAll(left(decoder));

        assertThat(chunks).hasSize(4).element(0).isEqualTo(new ToolCallStarted(1, "a", "weather"));
        assertThat(chunks).element(2).isInstanceOf(ToolCallCompleted.class);
        assertThat(((ChatCompleted) chunks.get(3)).usage()).isEqualTo(ESTIMATE);
    }

    @Test
    void redactedReasoningIsGivenWhole() {
        assertThat(feed(
                        event(
                                "contentBlockDelta",
                                "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"redactedContent\":\"AQ==\"}}}"),
                        event(
                                "contentBlockDelta",
                                "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"redactedContent\":\"AgM=\"}}}"),
                        event("contentBlockStop", "{\"contentBlockIndex\":0}")))
                .containsExactly(new ReasoningDelta(0, "AQID", null, true));
    }

    @Test
    void exceptionInTheStreamIsTyped() {
        assertThatThrownBy(() -> feed(text("Hi"), frame("exception", "throttlingException", "{\"message\":\"slow\"}")))
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("slow");
    }

    @Test
    void errorOfTheFramingIsTyped() {
        assertThatThrownBy(() -> feed(frame("error", "InternalFailure", "")))
                .hasMessageContaining("InternalFailure: in the header");
    }

    @Test
    void endWithoutTheMarkerIsAnError() {
        feed(text("Hi"));

        assertThatThrownBy(() -> decoder.end(null)).isInstanceOf(IncompleteStreamException.class);
    }

    @Test
    void brokenConnectionIsAnErrorOnlyBeforeTheMarker() {
        feed(text("Hi"));
        assertThatThrownBy(() -> decoder.end(new IOException("reset")))
                .satisfies(error -> assertThat(error).hasMessageContaining("reset"));

        feed(STOP);
        decoder.end(new IOException("reset"));
        assertThat(left(decoder)).hasSize(1).first().isInstanceOf(ChatCompleted.class);
    }

    @Test
    void deltaWithoutIndexIsAgainstTheProtocol() {
        assertThatThrownBy(() -> feed(event("contentBlockDelta", "{\"delta\":{\"text\":\"Hi\"}}")))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void brokenJsonIsNoChunk() {
        assertThatThrownBy(() -> feed(event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"H")))
                .isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> feed(event("contentBlockDelta", "{\"a\":" + "[".repeat(100_000))))
                .isInstanceOf(JacksonException.class);
    }
}
