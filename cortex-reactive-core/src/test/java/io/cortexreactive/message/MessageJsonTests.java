package io.cortexreactive.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class MessageJsonTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    static Stream<ChatChunk> chunks() {
        return Stream.of(
                new TextDelta(0, "Grüße 🌍"),
                new ReasoningDelta(1, "hm", "signed"),
                new ReasoningDelta(1, "b3BhcXVl", null, true),
                new ToolCallStarted(2, "call-1", "weather"),
                new ToolCallDelta(2, "{\"city\":"),
                new ToolCallCompleted(2, ToolCall.of("call-1", "weather", Map.of("city", "Oslo", "days", 3))),
                new ToolCallCompleted(2, new ToolCall("call-2", "weather", Map.of(), "{\"city\":")),
                new UsageReported(new Usage(1, 2, 3, 4, true)),
                new StreamRestarted(2, "reset"),
                new ChatCompleted(StopReason.END_TURN, Usage.of(3, 4), "m", Map.of("requestId", "r-1")));
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void chunksSurviveJson(ChatChunk chunk) {
        String json = JSON.writeValueAsString(chunk);

        assertThat(JSON.readValue(json, ChatChunk.class)).isEqualTo(chunk);
    }

    @Test
    void everyKindOfChunkIsCovered() {
        assertThat(chunks().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(ChatChunk.class.getPermittedSubclasses());
    }

    @Test
    void chunkSaysItsKind() {
        assertThat(JSON.readTree(JSON.writeValueAsString(new TextDelta(0, "a")))
                        .get("type")
                        .asString())
                .isEqualTo("text_delta");
    }

    static Stream<Content> contents() {
        return Stream.of(
                new TextContent("hello"),
                ImageContent.of("image/png", new byte[] {1, 2, 3}),
                ImageContent.of("image/png", URI.create("s3://bucket/key")),
                DocumentContent.of("report", "application/pdf", new byte[] {4}),
                new ReasoningContent("because", "sig", false),
                new ReasoningContent("because", null, false, Map.of("id", "rs_1")),
                ToolCall.of("c", "t", Map.of("type", "a user's own type")),
                new ToolResultContent("c", Map.of("type", "a tool's own type"), false),
                new CachePoint(Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @MethodSource("contents")
    void contentSurvivesJson(Content content) {
        String json = JSON.writeValueAsString(content);

        assertThat(JSON.readValue(json, Content.class)).isEqualTo(content);
    }

    @Test
    void everyKindOfContentIsCovered() {
        assertThat(contents().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Content.class.getPermittedSubclasses());
    }

    @Test
    void requestSurvivesJson() {
        ChatRequest request = ChatRequest.builder()
                .system("Be brief")
                .user("Hi")
                .assistant("Hello")
                .message(Message.toolResult("c", List.of(1, 2), true))
                .model("m")
                .options(ChatOptions.builder()
                        .temperature(0.5)
                        .maxTokens(10)
                        .stopSequences("END")
                        .toolChoice(ToolChoice.tool("weather"))
                        .providerOption("k", "v")
                        .build())
                .tool(new ToolDefinition("weather", "Tells it", Schema.object().property("city", Schema.string())))
                .responseSchema(Schema.object())
                .metadata("trace", "t-1")
                .build();

        assertThat(JSON.readValue(JSON.writeValueAsString(request), ChatRequest.class))
                .isEqualTo(request);
    }

    @Test
    void requestNeedsNothingButMessagesInJson() {
        ChatRequest request = JSON.readValue(
                "{\"messages\":[{\"role\":\"USER\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]}",
                ChatRequest.class);

        assertThat(request).isEqualTo(ChatRequest.of("Hi"));
    }

    @Test
    void unknownStopReasonIsKept() {
        assertThat(JSON.readValue("\"brand_new\"", StopReason.class).value()).isEqualTo("brand_new");
    }
}
