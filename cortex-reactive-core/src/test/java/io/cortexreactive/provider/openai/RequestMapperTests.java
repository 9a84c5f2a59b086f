package io.cortexreactive.provider.openai;

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
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static RequestMapper mapper(@Nullable OpenAiDialect dialect, Model... models) {
        return new RequestMapper(new OpenAiSettings(
                "openai",
                URI.create("https://api.openai.com/v1"),
                null,
                "gpt-4o",
                null,
                dialect,
                new OpenAiSettings.Common(Map.of(), ProviderTimeouts.DEFAULTS, ModelCatalog.of(List.of(models)))));
    }

    private static Object map(RequestMapper mapper, ChatRequest request) {
        return JSON.readValue(mapper.map(request).body(), Object.class);
    }

    private static @Nullable Object map(ChatRequest request, String field) {
        return ((Map<?, ?>) map(mapper(null), request)).get(field);
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

    private static void refused(ChatRequest request, String... reason) {
        assertThatThrownBy(() -> mapper(null).map(request))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(reason);
    }

    @Test
    void plainQuestionHasNothingElse() {
        assertThat(map(mapper(null), ChatRequest.of("Hi")))
                .isEqualTo(json("{'model': 'gpt-4o', 'messages': [{'role': 'user', 'content': 'Hi'}],"
                        + " 'stream': true, 'stream_options': {'include_usage': true}}"));
    }

    @Test
    void serverThatRefusesStreamOptionsIsNotGivenThem() {
        assertThat(map(mapper(OpenAiDialect.OPENAI.withoutStreamOptions()), ChatRequest.of("Hi")))
                .isEqualTo(
                        json("{'model': 'gpt-4o', 'messages': [{'role': 'user', 'content': 'Hi'}], 'stream': true}"));
    }

    @Test
    void requestsModelBeatsTheDefault() {
        assertThat(map(user("Hi").model("o3").build(), "model")).isEqualTo("o3");
    }

    @Test
    void modelThatCannotStreamIsAskedForAllAtOnce() {
        Model whole = new Model("gpt-4o", "x", 0, 0, null, ProviderCapabilities.of(Capability.TOOLS));

        assertThat(map(mapper(null, whole), ChatRequest.of("Hi")))
                .isEqualTo(json(
                        "{'model': 'gpt-4o', 'messages': [{'role': 'user', 'content': 'Hi'}]," + " 'stream': false}"));
    }

    @Test
    void unknownModelIsRefusedWhereModelsAreConfigured() {
        Model known = new Model("gpt-4o", "x", 0, 0, null, ModelCatalog.UNKNOWN);

        assertThatThrownBy(
                        () -> mapper(null, known).map(user("Hi").model("gpt-4").build()))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("gpt-4o");
    }

    @Test
    void systemComesFirstAsOneMessage() {
        ChatRequest request = ChatRequest.builder()
                .system("Be brief.")
                .messages(Message.system("Be kind."), Message.user("Hi"), Message.system("Be honest."))
                .build();

        assertThat(map(request, "messages"))
                .isEqualTo(json("[{'role': 'system', 'content': 'Be brief.\\n\\nBe kind.\\n\\nBe honest.'},"
                        + " {'role': 'user', 'content': 'Hi'}]"));
    }

    @Test
    void imagesGoAsDataOrAsAddress() {
        assertThat(messages(Message.user(
                        new TextContent("Look:"),
                        CachePoint.create(),
                        ImageContent.of("image/png", new byte[] {1, 2, 3}),
                        ImageContent.of("image/png", URI.create("https://example.com/a.png")))))
                .isEqualTo(json("[{'role': 'user', 'content': [{'type': 'text', 'text': 'Look:'},"
                        + " {'type': 'image_url', 'image_url': {'url': 'data:image/png;base64,AQID'}},"
                        + " {'type': 'image_url', 'image_url': {'url': 'https://example.com/a.png'}}]}]"));
    }

    @Test
    void documentsGoAsDataOrAsIdOfAnUpload() {
        assertThat(messages(Message.user(
                        DocumentContent.of("a.pdf", "application/pdf", new byte[] {1, 2, 3}),
                        DocumentContent.of("b.pdf", "application/pdf", URI.create("file-abc")))))
                .isEqualTo(json("[{'role': 'user', 'content': [{'type': 'file', 'file': {'filename': 'a.pdf',"
                        + " 'file_data': 'data:application/pdf;base64,AQID'}},"
                        + " {'type': 'file', 'file': {'file_id': 'file-abc'}}]}]"));
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
                        Message.user(new ToolResultContent("b", "no city", true), new TextContent("Hurry."))))
                .isEqualTo(json("[{'role': 'user', 'content': 'Weather?'},"
                        + " {'role': 'assistant', 'content': 'Let me look.', 'tool_calls': ["
                        + "{'id': 'a', 'type': 'function', 'function': {'name': 'weather',"
                        + " 'arguments': '{\\'city\\':\\'Oslo\\'}'}},"
                        + " {'id': 'b', 'type': 'function', 'function': {'name': 'weather',"
                        + " 'arguments': '{\\'invalid_arguments\\':\\'{oops\\'}'}}]},"
                        + " {'role': 'tool', 'content': '{\\'celsius\\':3.5}', 'tool_call_id': 'a'},"
                        + " {'role': 'tool', 'content': 'Error: no city', 'tool_call_id': 'b'},"
                        + " {'role': 'user', 'content': 'Hurry.'}]"));
    }

    @Test
    void turnWithoutTextHasNullContent() {
        assertThat(messages(Message.assistant(ToolCall.of("a", "f", Map.of())), Message.toolResult("a", "done", false)))
                .isEqualTo(json("[{'role': 'assistant', 'content': null, 'tool_calls': [{'id': 'a', 'type':"
                        + " 'function', 'function': {'name': 'f', 'arguments': '{}'}}]},"
                        + " {'role': 'tool', 'content': 'done', 'tool_call_id': 'a'}]"));
    }

    @Test
    void emptyAnswerIsLeftOut() {
        assertThat(messages(Message.user("Hi"), Message.assistant(""), Message.user("Hello?")))
                .isEqualTo(json("[{'role': 'user', 'content': 'Hi'}, {'role': 'user', 'content': 'Hello?'}]"));
    }

    @Test
    void reasoningGoesBackWhereTheServerTakesIt() {
        ChatRequest request = ChatRequest.builder()
                .messages(
                        Message.user("Hi"),
                        Message.assistant(
                                new ReasoningContent("Hm.", "proof", false),
                                new ReasoningContent("c2VjcmV0", null, true),
                                new TextContent("Hello")))
                .build();

        assertThat(assistant(OpenAiDialect.OPENAI, request))
                .isEqualTo(json("{'role': 'assistant', 'content': 'Hello'}"));
        assertThat(assistant(OpenAiDialect.DEEPSEEK, request))
                .isEqualTo(json("{'role': 'assistant', 'content': 'Hello', 'reasoning_content': 'Hm.'}"));
        assertThat(assistant(OpenAiDialect.OPENROUTER, request))
                .isEqualTo(json("{'role': 'assistant', 'content': 'Hello', 'reasoning_details': ["
                        + "{'type': 'reasoning.text', 'text': 'Hm.', 'signature': 'proof'},"
                        + " {'type': 'reasoning.encrypted', 'data': 'c2VjcmV0'}]}"));
    }

    @Test
    void detailsOfReasoningGoBackAsTheyCame() {
        Map<String, Object> details = Map.of("type", "reasoning.summary", "id", "rs_1", "format", "f", "index", 0);
        ChatRequest request = ChatRequest.builder()
                .messages(
                        Message.user("Hi"),
                        Message.assistant(
                                new ReasoningContent("Hm.", null, false, details),
                                new ReasoningContent("c2VjcmV0", null, true, Map.of("id", "rs_2", "index", 1)),
                                new TextContent("Hello")))
                .build();

        assertThat(assistant(OpenAiDialect.OPENROUTER, request))
                .isEqualTo(json("{'role': 'assistant', 'content': 'Hello', 'reasoning_details': ["
                        + "{'type': 'reasoning.summary', 'summary': 'Hm.', 'id': 'rs_1', 'format': 'f', 'index': 0},"
                        + " {'type': 'reasoning.encrypted', 'data': 'c2VjcmV0', 'id': 'rs_2', 'index': 1}]}"));
    }

    private static Object assistant(OpenAiDialect dialect, ChatRequest request) {
        Map<?, ?> body = (Map<?, ?>) map(mapper(dialect), request);
        return Objects.requireNonNull((List<?>) body.get("messages")).get(1);
    }

    @Test
    void optionsHaveOpenAisNames() {
        ChatRequest request = options(ChatOptions.builder()
                .temperature(0.5)
                .maxTokens(100)
                .topP(0.9)
                .topK(40)
                .stopSequences("END", "STOP"));
        Map<?, ?> openAi = (Map<?, ?>) map(mapper(OpenAiDialect.OPENAI), request);
        Map<?, ?> other = (Map<?, ?>) map(mapper(OpenAiDialect.COMPATIBLE), request);

        assertThat(openAi.get("temperature")).isEqualTo(0.5);
        assertThat(openAi.get("max_completion_tokens")).isEqualTo(100);
        assertThat(openAi.get("top_p")).isEqualTo(0.9);
        assertThat(openAi.get("stop")).isEqualTo(List.of("END", "STOP"));
        assertThat(openAi.keySet().stream().map(String::valueOf)).doesNotContain("max_tokens", "top_k");
        assertThat(other.get("max_tokens")).isEqualTo(100);
        assertThat(other.get("top_k")).isEqualTo(40);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1, OPENAI",
        "https://mine.openai.azure.com/openai/v1, OPENAI",
        "https://api.deepseek.com, DEEPSEEK",
        "https://openrouter.ai/api/v1, OPENROUTER",
        "http://localhost:11434/v1, OLLAMA",
        "http://localhost:8000/v1, COMPATIBLE",
        "https://notopenai.com/v1, COMPATIBLE"
    })
    void dialectIsToldByTheAddress(URI address, String dialect) throws ReflectiveOperationException {
        assertThat(OpenAiDialect.at(address))
                .isEqualTo(OpenAiDialect.class.getField(dialect).get(null));
    }

    @Test
    void providerOptionsGoAsTheyAreAndWin() {
        Map<?, ?> body = (Map<?, ?>) map(
                mapper(null),
                options(ChatOptions.builder()
                        .temperature(0.5)
                        .providerOption("temperature", 1)
                        .providerOption("seed", 7)
                        .providerOption("reasoning_effort", "low")
                        .providerOption("stream_options", Map.of("include_obfuscation", false))
                        .providerOption("response_format", Map.of("type", "json_object"))));

        assertThat(body.get("temperature")).isEqualTo(1);
        assertThat(body.get("seed")).isEqualTo(7);
        assertThat(body.get("reasoning_effort")).isEqualTo("low");
        assertThat(body.get("response_format")).isEqualTo(json("{'type': 'json_object'}"));
        assertThat(body.get("stream_options")).isEqualTo(json("{'include_usage': true, 'include_obfuscation': false}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "messages", "stream"})
    void optionThatTheRequestItselfSaysIsRefused(String name) {
        refused(options(ChatOptions.builder().providerOption(name, true)), name);
    }

    @Test
    void toolsAndTheChoiceOfThem() {
        assertThat(map(user("Hi").tool(WEATHER).build(), "tools"))
                .isEqualTo(json("[{'type': 'function', 'function': {'name': 'weather', 'description': 'Weather of a"
                        + " city', 'parameters': {'type': 'object', 'properties': {'city': {'type': 'string'}},"
                        + " 'required': ['city']}}}]"));
        assertThat(choice(ToolChoice.auto())).isEqualTo("auto");
        assertThat(choice(ToolChoice.any())).isEqualTo("required");
        assertThat(choice(ToolChoice.none())).isEqualTo("none");
        assertThat(choice(ToolChoice.tool("weather")))
                .isEqualTo(json("{'type': 'function', 'function': {'name': 'weather'}}"));
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
    void choiceWithoutToolsIsLeftOutOrRefused() {
        assertThat(map(options(ChatOptions.builder().toolChoice(ToolChoice.none())), "tool_choice"))
                .isNull();
        refused(options(ChatOptions.builder().toolChoice(ToolChoice.any())), "tool");
        refused(
                user("Hi")
                        .tool(WEATHER)
                        .options(ChatOptions.builder()
                                .toolChoice(ToolChoice.tool("time"))
                                .build())
                        .build(),
                "time",
                "weather");
    }

    @Test
    void tooManyToolsAreRefused() {
        List<ToolDefinition> many = IntStream.range(0, 257)
                .mapToObj(number -> new ToolDefinition("tool" + number, "", Schema.object()))
                .toList();

        assertThatThrownBy(() -> mapper(null).map(user("Hi").tools(many).build()))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void schemaIsStrictWhereItCanBe() {
        Schema closed =
                Schema.object().property("a", Schema.string()).required("a").additionalProperties(false);

        assertThat(format(closed))
                .isEqualTo(json("{'type': 'json_schema', 'json_schema': {'name': 'response', 'strict': true, 'schema':"
                        + " {'type': 'object', 'properties': {'a': {'type': 'string'}}, 'required': ['a'],"
                        + " 'additionalProperties': false}}}"));
        assertThat(isStrict(Schema.object().property("a", Schema.string()).required("a")))
                .isFalse();
        assertThat(isStrict(Schema.object().property("a", Schema.string()).additionalProperties(false)))
                .isFalse();
        assertThat(isStrict(Schema.object()
                        .property("a", Schema.array(Schema.object()))
                        .required("a")
                        .additionalProperties(false)))
                .isFalse();
    }

    private static @Nullable Object format(Schema schema) {
        return map(user("Hi").responseSchema(schema).build(), "response_format");
    }

    private static boolean isStrict(Schema schema) {
        Map<?, ?> format =
                Objects.requireNonNull((Map<?, ?>) ResponseFormat.of(schema).get("json_schema"));
        return Boolean.TRUE.equals(format.get("strict"));
    }

    @Test
    void whatCannotBeSaidIsRefused() {
        refused(ChatRequest.builder().system("Be kind.").build(), "no message");
        refused(ChatRequest.builder().messages(Message.user("")).build(), "empty");
        refused(
                ChatRequest.builder()
                        .messages(new Message(
                                Role.SYSTEM, List.of(ImageContent.of("image/png", new byte[] {1})), Map.of()))
                        .user("Hi")
                        .build(),
                "system");
        refused(
                ChatRequest.builder()
                        .messages(Message.user(ToolCall.of("a", "f", Map.of())))
                        .build(),
                "ToolCall");
        refused(
                ChatRequest.builder()
                        .messages(Message.assistant(ImageContent.of("image/png", new byte[] {1})))
                        .build(),
                "ImageContent");
    }
}
