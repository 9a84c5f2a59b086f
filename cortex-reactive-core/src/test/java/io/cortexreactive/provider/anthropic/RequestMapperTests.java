package io.cortexreactive.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RequestMapperTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ToolDefinition WEATHER = new ToolDefinition(
            "weather",
            "Weather of a city",
            Schema.object().property("city", Schema.string()).required("city"));
    private static final String WEATHER_JSON = "'name': 'weather', 'description': 'Weather of a city', 'input_schema':"
            + " {'type': 'object', 'properties': {'city': {'type': 'string'}}, 'required': ['city']}";

    private static RequestMapper mapper(@Nullable Integer maxTokens, Model... models) {
        return new RequestMapper(new AnthropicSettings(
                "anthropic",
                URI.create("https://api.anthropic.com"),
                null,
                "claude-next",
                new AnthropicSettings.Common(
                        Map.of(), List.of(), maxTokens, ProviderTimeouts.DEFAULTS, ModelCatalog.of(List.of(models)))));
    }

    private static Map<?, ?> map(RequestMapper mapper, ChatRequest request) {
        return (Map<?, ?>) JSON.readValue(mapper.map(request).body(), Object.class);
    }

    private static @Nullable Object map(ChatRequest request, String field) {
        return map(mapper(null), request).get(field);
    }

    private static @Nullable Object messages(Message... messages) {
        return map(ChatRequest.builder().messages(messages).build(), "messages");
    }

    /** Single quotes for double ones. */
    private static Object json(String text) {
        return JSON.readValue(text.replace('\'', '"'), Object.class);
    }

    private static ChatRequest.Builder user(String text) {
        return ChatRequest.builder().user(text);
    }

    private static ChatRequest options(ChatOptions.Builder options) {
        return user("Hi").options(options.build()).build();
    }

    private static ChatRequest option(String name, Object value) {
        return options(ChatOptions.builder().providerOption(name, value));
    }

    private static void refused(ChatRequest request, String... reason) {
        assertThatThrownBy(() -> mapper(null).map(request))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(reason);
    }

    @Test
    void plainQuestionHasNothingElse() {
        assertThat(map(mapper(null), ChatRequest.of("Hi")))
                .isEqualTo(json("{'model': 'claude-next', 'max_tokens': 8192, 'stream': true,"
                        + " 'messages': [{'role': 'user', 'content': 'Hi'}]}"));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-next, 8192",
        "claude-sonnet-4-5-20250929, 32000",
        "claude-opus-5-5, 32000",
    })
    void answerMayHaveWhatTheModelHasWithinReason(String model, int expected) {
        assertThat(map(user("Hi").model(model).build(), "max_tokens")).isEqualTo(expected);
    }

    @Test
    void shorterModelHasItsOwnLimit() {
        Model small = new Model("claude-next", "x", 0, 4_096, null, ModelCatalog.CLAUDE);

        assertThat(map(mapper(null, small), ChatRequest.of("Hi")).get("max_tokens"))
                .isEqualTo(4_096);
    }

    @Test
    void requestsLimitBeatsTheProvidersAndThatTheModels() {
        ChatRequest asked = options(ChatOptions.builder().maxTokens(7));

        assertThat(map(mapper(100), ChatRequest.of("Hi")).get("max_tokens")).isEqualTo(100);
        assertThat(map(mapper(100), asked).get("max_tokens")).isEqualTo(7);
    }

    @Test
    void thinkingLeavesRoomForAnAnswer() {
        ChatRequest short4 = option("thinking", Map.of("type", "enabled", "budget_tokens", 4_000));
        ChatRequest long20 = option("thinking", Map.of("type", "enabled", "budget_tokens", 20_000));

        assertThat(map(short4, "max_tokens")).isEqualTo(8_192);
        assertThat(map(long20, "max_tokens")).isEqualTo(28_192);
        assertThat(map(long20, "thinking")).isEqualTo(json("{'type': 'enabled', 'budget_tokens': 20000}"));
    }

    @Test
    void unknownModelIsRefusedWhereModelsAreConfigured() {
        Model known = new Model("claude-next", "x", 0, 0, null, ModelCatalog.CLAUDE);

        assertThatThrownBy(() ->
                        mapper(null, known).map(user("Hi").model("claude-1").build()))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("claude-next");
    }

    @Test
    void systemIsNoPartOfTheConversation() {
        ChatRequest one = ChatRequest.builder().system("Be brief.").user("Hi").build();
        ChatRequest more = ChatRequest.builder()
                .system("Be brief.")
                .messages(Message.system("Be kind."), Message.user("Hi"), Message.system("Be honest."))
                .build();

        assertThat(map(one, "system")).isEqualTo("Be brief.");
        assertThat(map(more, "system"))
                .isEqualTo(json("[{'type': 'text', 'text': 'Be brief.'}, {'type': 'text', 'text': 'Be kind.'},"
                        + " {'type': 'text', 'text': 'Be honest.'}]"));
        assertThat(map(more, "messages")).isEqualTo(json("[{'role': 'user', 'content': 'Hi'}]"));
    }

    @Test
    void imagesGoAsDataAddressOrUpload() {
        assertThat(messages(Message.user(
                        new TextContent("Look:"),
                        ImageContent.of("image/jpg", new byte[] {1, 2, 3}),
                        ImageContent.of("image/png", URI.create("https://example.com/a.png")),
                        ImageContent.of("image/png", URI.create("file_011")))))
                .isEqualTo(json("[{'role': 'user', 'content': [{'type': 'text', 'text': 'Look:'},"
                        + " {'type': 'image', 'source':"
                        + " {'type': 'base64', 'media_type': 'image/jpeg', 'data': 'AQID'}},"
                        + " {'type': 'image', 'source': {'type': 'url', 'url': 'https://example.com/a.png'}},"
                        + " {'type': 'image', 'source': {'type': 'file', 'file_id': 'file_011'}}]}]"));
    }

    @Test
    void documentsGoAsDataTextAddressOrUpload() {
        assertThat(messages(Message.user(
                        DocumentContent.of("a.pdf", "application/pdf", new byte[] {1, 2, 3}),
                        DocumentContent.of("b.md", "text/markdown; charset=utf-8", new byte[] {'#', 'b'}),
                        DocumentContent.of("c.pdf", "application/pdf", URI.create("https://example.com/c.pdf")),
                        DocumentContent.of("", "application/pdf", URI.create("file_011")))))
                .isEqualTo(json("[{'role': 'user', 'content': ["
                        + "{'type': 'document', 'source': {'type': 'base64', 'media_type': 'application/pdf',"
                        + " 'data': 'AQID'}, 'title': 'a.pdf'},"
                        + " {'type': 'document', 'source': {'type': 'text', 'media_type': 'text/plain',"
                        + " 'data': '#b'}, 'title': 'b.md'},"
                        + " {'type': 'document', 'source': {'type': 'url', 'url': 'https://example.com/c.pdf'},"
                        + " 'title': 'c.pdf'},"
                        + " {'type': 'document', 'source': {'type': 'file', 'file_id': 'file_011'}}]}]"));
    }

    @Test
    void mediaThatTheServiceDoesNotReadAreRefused() {
        byte[] data = {1};

        refused(
                ChatRequest.builder()
                        .message(Message.user(ImageContent.of("image/tiff", data)))
                        .build(),
                "image/tiff",
                "image/webp");
        refused(
                ChatRequest.builder()
                        .message(Message.user(DocumentContent.of("a", "application/msword", data)))
                        .build(),
                "application/msword",
                "PDF");
        refused(
                ChatRequest.builder()
                        .message(Message.user(ImageContent.of("image/png", URI.create("s3://bucket/a.png"))))
                        .build(),
                "s3://bucket/a.png");
    }

    @Test
    void callsAndTheirResults() {
        assertThat(messages(
                        Message.user("Weather?"),
                        Message.assistant(
                                new TextContent("Let me look."),
                                ToolCall.of("a", "weather", Map.of("city", "Oslo")),
                                new ToolCall("b", "weather", Map.of(), "{oops")),
                        Message.toolResult("a", Map.of("celsius", 3.5), false),
                        Message.user(new TextContent("Hurry."), new ToolResultContent("b", "no city", true))))
                .isEqualTo(json("[{'role': 'user', 'content': 'Weather?'},"
                        + " {'role': 'assistant', 'content': [{'type': 'text', 'text': 'Let me look.'},"
                        + " {'type': 'tool_use', 'id': 'a', 'name': 'weather', 'input': {'city': 'Oslo'}},"
                        + " {'type': 'tool_use', 'id': 'b', 'name': 'weather',"
                        + " 'input': {'invalid_arguments': '{oops'}}]},"
                        + " {'role': 'user', 'content': ["
                        + "{'type': 'tool_result', 'tool_use_id': 'a', 'content': '{\\'celsius\\':3.5}'},"
                        + " {'type': 'tool_result', 'tool_use_id': 'b', 'content': 'no city', 'is_error': true},"
                        + " {'type': 'text', 'text': 'Hurry.'}]}]"));
    }

    @Test
    void emptyResultHasNoContent() {
        assertThat(messages(
                        Message.user("Go"),
                        Message.assistant(ToolCall.of("a", "f", Map.of())),
                        Message.toolResult("a", "", false)))
                .isEqualTo(json("[{'role': 'user', 'content': 'Go'}, {'role': 'assistant', 'content':"
                        + " [{'type': 'tool_use', 'id': 'a', 'name': 'f', 'input': {}}]},"
                        + " {'role': 'user', 'content': [{'type': 'tool_result', 'tool_use_id': 'a'}]}]"));
    }

    @Test
    void messagesOfOneSideBecomeOneTurn() {
        assertThat(messages(
                        Message.user("Hi"),
                        Message.assistant(""),
                        Message.user("Hello?"),
                        Message.assistant("Yes"),
                        Message.assistant("please?")))
                .isEqualTo(json("[{'role': 'user', 'content': [{'type': 'text', 'text': 'Hi'},"
                        + " {'type': 'text', 'text': 'Hello?'}]},"
                        + " {'role': 'assistant', 'content': [{'type': 'text', 'text': 'Yes'},"
                        + " {'type': 'text', 'text': 'please?'}]}]"));
    }

    @Test
    void thinkingGoesBackInItsPlace() {
        assertThat(messages(
                        Message.user("Weather?"),
                        Message.assistant(
                                new ReasoningContent("Hm.", "proof", false),
                                new ReasoningContent("c2VjcmV0", null, true),
                                new TextContent(" \n"),
                                ToolCall.of("a", "weather", Map.of()),
                                new ReasoningContent("of another service", null, false)),
                        Message.toolResult("a", "cold", false)))
                .isEqualTo(json("[{'role': 'user', 'content': 'Weather?'}, {'role': 'assistant', 'content': ["
                        + "{'type': 'thinking', 'thinking': 'Hm.', 'signature': 'proof'},"
                        + " {'type': 'redacted_thinking', 'data': 'c2VjcmV0'},"
                        + " {'type': 'tool_use', 'id': 'a', 'name': 'weather', 'input': {}}]},"
                        + " {'role': 'user', 'content':"
                        + " [{'type': 'tool_result', 'tool_use_id': 'a', 'content': 'cold'}]}]"));
    }

    @Test
    void turnOfThinkingAloneIsLeftOut() {
        assertThat(messages(
                        Message.user("Hi"),
                        Message.assistant(new ReasoningContent("Hm.", "proof", false)),
                        Message.user("Hello?")))
                .isEqualTo(json("[{'role': 'user', 'content': [{'type': 'text', 'text': 'Hi'},"
                        + " {'type': 'text', 'text': 'Hello?'}]}]"));
    }

    @Test
    void toolsAndTheChoice() {
        ChatRequest.Builder request = user("Hi").tool(WEATHER);

        assertThat(map(request.build(), "tools")).isEqualTo(json("[{" + WEATHER_JSON + "}]"));
        assertThat(map(request.build(), "tool_choice")).isNull();
        assertThat(choice(ToolChoice.auto())).isEqualTo(json("{'type': 'auto'}"));
        assertThat(choice(ToolChoice.any())).isEqualTo(json("{'type': 'any'}"));
        assertThat(choice(ToolChoice.none())).isEqualTo(json("{'type': 'none'}"));
        assertThat(choice(ToolChoice.tool("weather"))).isEqualTo(json("{'type': 'tool', 'name': 'weather'}"));
    }

    private static @Nullable Object choice(ToolChoice choice) {
        return map(
                user("Hi")
                        .tool(WEATHER)
                        .options(ChatOptions.builder().toolChoice(choice).build())
                        .build(),
                "tool_choice");
    }

    @Test
    void choiceThatCannotBeMetIsRefused() {
        ChatOptions.Builder named = ChatOptions.builder().toolChoice(ToolChoice.tool("time"));

        refused(options(named), "the request has none");
        refused(user("Hi").tool(WEATHER).options(named.build()).build(), "'time'", "weather");
    }

    @Test
    void tooManyToolsAreRefused() {
        ChatRequest.Builder request = user("Hi");
        IntStream.rangeClosed(0, 256)
                .forEach(number -> request.tool(new ToolDefinition("t" + number, "x", Schema.object())));

        assertThatThrownBy(() -> mapper(null).map(request.build())).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void cachePointMarksTheBlockBeforeIt() {
        ChatRequest request = ChatRequest.builder()
                .messages(
                        new Message(
                                Role.SYSTEM,
                                List.of(new TextContent("Be brief."), new CachePoint(Duration.ofHours(1))),
                                Map.of()),
                        Message.user(new TextContent("A"), CachePoint.create(), new TextContent("B")))
                .build();

        assertThat(map(request, "system"))
                .isEqualTo(json("[{'type': 'text', 'text': 'Be brief.',"
                        + " 'cache_control': {'type': 'ephemeral', 'ttl': '1h'}}]"));
        assertThat(map(request, "messages"))
                .isEqualTo(json("[{'role': 'user', 'content': ["
                        + "{'type': 'text', 'text': 'A', 'cache_control': {'type': 'ephemeral'}},"
                        + " {'type': 'text', 'text': 'B'}]}]"));
    }

    @Test
    void cachePointReachesBackOverWhatTakesNoMark() {
        assertThat(messages(
                        Message.user("A"),
                        Message.assistant(
                                new ReasoningContent("Hm.", "proof", false), CachePoint.create(), new TextContent("B")),
                        Message.user("C"),
                        Message.user(CachePoint.create())))
                .isEqualTo(json("[{'role': 'user', 'content': [{'type': 'text', 'text': 'A',"
                        + " 'cache_control': {'type': 'ephemeral'}}]},"
                        + " {'role': 'assistant', 'content': [{'type': 'thinking', 'thinking': 'Hm.',"
                        + " 'signature': 'proof'}, {'type': 'text', 'text': 'B'}]},"
                        + " {'role': 'user', 'content': [{'type': 'text', 'text': 'C',"
                        + " 'cache_control': {'type': 'ephemeral'}}]}]"));
    }

    @Test
    void optionsCacheToolsAndSystem() {
        ChatRequest request = user("Hi")
                .system("Be brief.")
                .tool(WEATHER)
                .options(ChatOptions.builder()
                        .providerOption("toolsCachePoint", "1h")
                        .providerOption("systemCachePoint", true)
                        .build())
                .build();

        assertThat(map(request, "tools"))
                .isEqualTo(json("[{" + WEATHER_JSON + ", 'cache_control': {'type': 'ephemeral', 'ttl': '1h'}}]"));
        assertThat(map(request, "system"))
                .isEqualTo(
                        json("[{'type': 'text', 'text': 'Be brief.'," + " 'cache_control': {'type': 'ephemeral'}}]"));
    }

    @Test
    void cachePointWithNothingBeforeItIsNone() {
        assertThat(messages(Message.user(CachePoint.create(), new TextContent("A"))))
                .isEqualTo(json("[{'role': 'user', 'content': 'A'}]"));
        assertThat(map(option("systemCachePoint", true), "system")).isNull();
    }

    @Test
    void cachePointThatTheServiceDoesNotKeepIsRefused() {
        refused(
                ChatRequest.builder()
                        .message(Message.user(new TextContent("A"), new CachePoint(Duration.ofDays(1))))
                        .build(),
                "five minutes or one hour");
        refused(option("systemCachePoint", "2h"), "systemCachePoint", "2h");
    }

    @Test
    void samplingAndStops() {
        Map<?, ?> body = map(
                mapper(null),
                options(ChatOptions.builder()
                        .temperature(0.5)
                        .topP(0.9)
                        .topK(40)
                        .stopSequences("END", "STOP")));

        assertThat(body.get("temperature")).isEqualTo(0.5);
        assertThat(body.get("top_p")).isEqualTo(0.9);
        assertThat(body.get("top_k")).isEqualTo(40);
        assertThat(body.get("stop_sequences")).isEqualTo(List.of("END", "STOP"));
    }

    @Test
    void schemaStaysBesideAnEffort() {
        ChatRequest request = user("Hi")
                .responseSchema(Schema.object().property("a", Schema.string()))
                .options(ChatOptions.builder()
                        .providerOption("output_config", Map.of("effort", "low"))
                        .build())
                .build();

        assertThat(map(request, "output_config"))
                .isEqualTo(json("{'format': {'type': 'json_schema', 'schema': {'type': 'object',"
                        + " 'properties': {'a': {'type': 'string'}}}}, 'effort': 'low'}"));
    }

    @Test
    void otherOptionsGoAsTheyAre() {
        Map<?, ?> body = map(
                mapper(null),
                options(ChatOptions.builder()
                        .maxTokens(5)
                        .providerOption("metadata", Map.of("user_id", "u1"))
                        .providerOption("max_tokens", 6)));

        assertThat(body.get("metadata")).isEqualTo(Map.of("user_id", "u1"));
        assertThat(body.get("max_tokens")).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "messages", "stream"})
    void whatTheRequestSaysCannotBeReplaced(String name) {
        refused(option(name, "x"), "'" + name + "'");
    }

    @Test
    void betasGoIntoTheHeader() {
        assertThat(mapper(null).map(option("betas", "context-1m")).betas()).containsExactly("context-1m");
        assertThat(mapper(null).map(option("betas", List.of("a", "b"))).betas()).containsExactly("a", "b");
        assertThat(map(option("betas", "context-1m"), "betas")).isNull();
        refused(option("betas", 3), "betas");
    }

    @Test
    void countHasOnlyWhatIsCounted() {
        ChatRequest request = user("Hi")
                .system("Be brief.")
                .tool(WEATHER)
                .options(ChatOptions.builder()
                        .maxTokens(5)
                        .temperature(1.0)
                        .stopSequences("END")
                        .toolChoice(ToolChoice.any())
                        .providerOption("thinking", Map.of("type", "adaptive"))
                        .providerOption("metadata", Map.of("user_id", "u1"))
                        .build())
                .build();

        assertThat((Map<?, ?>) JSON.readValue(mapper(null).count(request).body(), Object.class))
                .extracting(Map::keySet)
                .isEqualTo(Set.of("model", "messages", "system", "tools", "tool_choice", "thinking"));
    }

    @Test
    void contentInTheWrongRoleIsRefused() {
        refused(
                ChatRequest.builder()
                        .message(Message.user(ToolCall.of("a", "f", Map.of())))
                        .build(),
                "USER",
                "ToolCall");
        refused(
                ChatRequest.builder()
                        .message(Message.assistant(ImageContent.of("image/png", new byte[] {1})))
                        .build(),
                "ASSISTANT",
                "ImageContent");
        refused(
                user("Hi")
                        .message(new Message(
                                Role.SYSTEM, List.of(ImageContent.of("image/png", new byte[] {1})), Map.of()))
                        .build(),
                "system",
                "ImageContent");
    }

    @Test
    void nothingToAnswerIsRefused() {
        refused(ChatRequest.builder().build(), "no message");
        refused(user(" ").build(), "empty");
    }
}
