package io.cortexreactive.provider.bedrock;

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
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import tools.jackson.databind.json.JsonMapper;

class RequestMapperTests {

    private static final String CLAUDE = "us.anthropic.claude-sonnet-4-6";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final AwsRequestOverrideConfiguration PIN =
            AwsRequestOverrideConfiguration.builder().build();
    private static final byte[] BYTES = {1, 2, 3};
    private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);
    private static final ToolDefinition WEATHER = new ToolDefinition(
            "weather",
            "Weather of a city",
            Schema.object().property("city", Schema.string()).required("city"));

    private final RequestMapper mapper = new RequestMapper("bedrock", CLAUDE, ModelCatalog.of(List.of()));

    private Map<String, Object> map(ChatRequest request) {
        return SdkJson.fields(mapper.map(request).stream(PIN));
    }

    private @Nullable Object map(ChatRequest request, String field) {
        return map(request).get(field);
    }

    private @Nullable Object messages(Message... messages) {
        return map(ChatRequest.builder().messages(messages).tool(WEATHER).build(), "messages");
    }

    private Map<String, Object> options(Map<String, Object> options) {
        return map(ChatRequest.builder()
                .user("Hi")
                .options(ChatOptions.builder().providerOptions(options).build())
                .build());
    }

    /** Single quotes for double ones. */
    private static Object json(String text) {
        return JSON.readValue(text.replace('\'', '"'), Object.class);
    }

    private void refused(ChatRequest request, String... reason) {
        assertThatThrownBy(() -> mapper.map(request))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(reason);
    }

    private static ChatRequest.Builder user(String text) {
        return ChatRequest.builder().user(text);
    }

    @Test
    void plainQuestionHasNothingElse() {
        assertThat(map(ChatRequest.of("Hi")))
                .isEqualTo(json("{'modelId': '" + CLAUDE + "', 'messages': [{'role': 'user', 'content': [{'text':"
                        + " 'Hi'}]}]}"));
    }

    @Test
    void requestsModelBeatsTheDefault() {
        assertThat(map(user("Hi").model("amazon.nova-pro-v1:0").build(), "modelId"))
                .isEqualTo("amazon.nova-pro-v1:0");
    }

    @Test
    void requestWithoutAnyModelIsRefused() {
        RequestMapper bare = new RequestMapper("bedrock", null, ModelCatalog.of(List.of()));

        assertThatThrownBy(() -> bare.map(ChatRequest.of("Hi")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("model");
    }

    @Test
    void systemMessagesFollowTheFirstInstruction() {
        ChatRequest request = ChatRequest.builder()
                .system("Be brief.")
                .messages(Message.system("Be kind."), Message.user("Hi"), Message.system("Be honest."))
                .build();

        assertThat(map(request, "system"))
                .isEqualTo(json("[{'text': 'Be brief.'}, {'text': 'Be kind.'}, {'text': 'Be honest.'}]"));
        assertThat(map(request, "messages")).isEqualTo(json("[{'role': 'user', 'content': [{'text': 'Hi'}]}]"));
    }

    @Test
    void systemMessageCarriesNoImage() {
        Message image = new Message(Role.SYSTEM, List.of(ImageContent.of("image/png", BYTES)), Map.of());

        refused(ChatRequest.builder().messages(image, Message.user("Hi")).build(), "system message");
    }

    @Test
    void neighboursOfOneSideBecomeOneTurn() {
        assertThat(messages(
                        Message.user("Weather in Oslo and Rome?"),
                        Message.assistant(
                                new TextContent(" "),
                                ToolCall.of("a", "weather", Map.of("city", "Oslo")),
                                ToolCall.of("b", "weather", Map.of("city", "Rome"))),
                        Message.toolResult("a", Map.of("celsius", 3), false),
                        Message.toolResult("b", "no such city", true),
                        Message.user("And?")))
                .isEqualTo(json("""
                        [{'role': 'user', 'content': [{'text': 'Weather in Oslo and Rome?'}]},
                         {'role': 'assistant', 'content': [
                           {'toolUse': {'toolUseId': 'a', 'name': 'weather', 'input': {'city': 'Oslo'}}},
                           {'toolUse': {'toolUseId': 'b', 'name': 'weather', 'input': {'city': 'Rome'}}}]},
                         {'role': 'user', 'content': [
                           {'toolResult': {'toolUseId': 'a', 'content': [{'json': {'celsius': 3}}], 'status': 'success'}},
                           {'toolResult': {'toolUseId': 'b', 'content': [{'text': 'no such city'}], 'status': 'error'}},
                           {'text': 'And?'}]}]"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,2]", "7", "true", "null"})
    void resultThatIsNoObjectGoesAsText(String value) {
        Object result = JSON.readValue(value, Object.class);
        Message answer = new Message(Role.TOOL, List.of(new ToolResultContent("a", result, false)), Map.of());

        assertThat(messages(Message.user("?"), Message.assistant(ToolCall.of("a", "weather", Map.of())), answer))
                .asString()
                .contains("content=[{text=" + value + "}]");
    }

    @Test
    void emptyResultHasNoContent() {
        assertThat(messages(
                        Message.user("?"),
                        Message.assistant(ToolCall.of("a", "weather", Map.of())),
                        Message.toolResult("a", "", false)))
                .asString()
                .contains("toolUseId=a, content=[], status=success");
    }

    @Test
    void emptyAnswerIsLeftOut() {
        assertThat(messages(Message.user("Hi"), Message.assistant(""), Message.user("Hello?")))
                .isEqualTo(json("[{'role': 'user', 'content': [{'text': 'Hi'}, {'text': 'Hello?'}]}]"));
    }

    @Test
    void emptyQuestionIsRefused() {
        refused(ChatRequest.of("  "), "empty");
        refused(ChatRequest.builder().messages(Message.system("Hi")).build(), "no message");
        refused(ChatRequest.builder().build(), "no message");
    }

    @Test
    void contentOfTheOtherSideIsRefused() {
        refused(
                ChatRequest.builder()
                        .messages(Message.user(ToolCall.of("a", "weather", Map.of())))
                        .build(),
                "USER",
                "ToolCall");
    }

    @Test
    void redactedReasoningThatIsNoBase64IsRefused() {
        refused(
                ChatRequest.builder()
                        .messages(Message.user("?"), Message.assistant(new ReasoningContent("not base64!", null, true)))
                        .build(),
                "base64");
    }

    @Test
    void reasoningIsReplayed() {
        assertThat(messages(
                        Message.user("?"),
                        Message.assistant(
                                new ReasoningContent("Hm.", "proof", false),
                                new ReasoningContent(BASE64, null, true),
                                new TextContent("Yes."))))
                .asString()
                .contains("{reasoningContent={reasoningText={text=Hm., signature=proof}}}")
                .contains("{reasoningContent={redactedContent=" + BASE64 + "}}");
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, png",
        "image/jpeg, jpeg",
        "image/jpg, jpeg",
        "image/gif, gif",
        "image/webp, webp",
        "IMAGE/PNG; x=y, png"
    })
    void imageGoesAsBytes(String type, String format) {
        assertThat(messages(Message.user(ImageContent.of(type, BYTES))))
                .isEqualTo(json("[{'role': 'user', 'content': [{'image': {'format': '" + format
                        + "', 'source': {'bytes': '" + BASE64 + "'}}}]}]"));
    }

    @Test
    void imageMayBeInS3AndNowhereElse() {
        assertThat(messages(Message.user(ImageContent.of("image/png", URI.create("s3://bucket/a.png")))))
                .asString()
                .contains("source={s3Location={uri=s3://bucket/a.png}}");
        refused(
                ChatRequest.builder()
                        .messages(Message.user(ImageContent.of("image/png", URI.create("https://example.com/a.png"))))
                        .build(),
                "s3://",
                "https://example.com/a.png");
    }

    @Test
    void unknownFormatIsRefusedNamingTheKnown() {
        refused(
                ChatRequest.builder()
                        .messages(Message.user(ImageContent.of("image/tiff", BYTES)))
                        .build(),
                "image/tiff",
                "image/png");
        refused(
                ChatRequest.builder()
                        .messages(Message.user(DocumentContent.of("a", "application/zip", BYTES)))
                        .build(),
                "application/zip",
                "application/pdf");
    }

    @ParameterizedTest
    @CsvSource({
        "application/pdf, pdf",
        "text/csv, csv",
        "application/msword, doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document, docx",
        "application/vnd.ms-excel, xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, xlsx",
        "text/html, html",
        "text/plain;charset=utf-8, txt",
        "text/markdown, md"
    })
    void documentGoesAsBytes(String type, String format) {
        assertThat(messages(Message.user(DocumentContent.of("notes", type, BYTES))))
                .isEqualTo(json("[{'role': 'user', 'content': [{'document': {'format': '" + format
                        + "', 'name': 'notes', 'source': {'bytes': '" + BASE64 + "'}}}]}]"));
    }

    @Test
    void documentNamesAreMadeToSuitAndDiffer() {
        ContentMapper.MediaFormats media =
                new ContentMapper.MediaFormats(new RequestMapper.Refusal(ProviderFailure.of("bedrock", null)));

        assertThat(media.documentName("Report_2026.pdf")).isEqualTo("Report 2026 pdf");
        assertThat(media.documentName("Report  2026/pdf")).isEqualTo("Report 2026 pdf (2)");
        assertThat(media.documentName("a-b (c) [d]")).isEqualTo("a-b (c) [d]");
        assertThat(media.documentName("報告書")).isEqualTo("document");
        assertThat(media.documentName("")).isEqualTo("document (2)");
        assertThat(media.documentName("x".repeat(300))).hasSize(200);
        assertThat(media.documentName("x".repeat(300))).hasSize(200).endsWith(" (2)");
    }

    @Test
    void toolsGoWithTheirSchema() {
        ChatRequest request = user("Weather?").tool(WEATHER).build();

        assertThat(map(request, "toolConfig")).isEqualTo(json("""
                {'tools': [{'toolSpec': {'name': 'weather', 'description': 'Weather of a city', 'inputSchema': {'json':
                  {'type': 'object', 'properties': {'city': {'type': 'string'}}, 'required': ['city']}}}}]}"""));
    }

    @Test
    void toolChoiceIsMapped() {
        assertThat(choice(ToolChoice.auto())).isEqualTo(json("{'auto': {}}"));
        assertThat(choice(ToolChoice.any())).isEqualTo(json("{'any': {}}"));
        assertThat(choice(ToolChoice.tool("weather"))).isEqualTo(json("{'tool': {'name': 'weather'}}"));
    }

    private @Nullable Object choice(ToolChoice choice) {
        Object config = map(
                user("?")
                        .tool(WEATHER)
                        .options(ChatOptions.builder().toolChoice(choice).build())
                        .build(),
                "toolConfig");
        return Objects.requireNonNull((Map<?, ?>) config).get("toolChoice");
    }

    @Test
    void withoutToolsEarlierCallsGoAsText() {
        ChatRequest request = ChatRequest.builder()
                .messages(
                        Message.user("Weather?"),
                        Message.assistant(ToolCall.of("a", "weather", Map.of("city", "Oslo"))),
                        Message.toolResult("a", Map.of("celsius", 3), false))
                .tool(WEATHER)
                .options(ChatOptions.builder().toolChoice(ToolChoice.none()).build())
                .build();

        assertThat(map(request, "toolConfig")).isNull();
        assertThat(map(request, "messages")).isEqualTo(json("""
                [{'role': 'user', 'content': [{'text': 'Weather?'}]},
                 {'role': 'assistant', 'content': [{'text': '[Called tool weather (a) with {\\'city\\':\\'Oslo\\'}]'}]},
                 {'role': 'user', 'content': [{'text': '[Tool call a answered: {\\'celsius\\':3}]'}]}]"""));
    }

    @Test
    void choiceOfAToolThatIsNotThereIsRefused() {
        ChatOptions named =
                ChatOptions.builder().toolChoice(ToolChoice.tool("time")).build();

        refused(user("?").tool(WEATHER).options(named).build(), "time", "weather");
        refused(user("?").options(named).build(), "none");
    }

    @Test
    void toolNameThatDoesNotSuitIsRefused() {
        refused(
                user("?")
                        .tool(new ToolDefinition("what time?", "", Schema.object()))
                        .build(),
                "what time?");
    }

    @Test
    void tooManyToolsAreRefused() {
        List<ToolDefinition> tools = IntStream.range(0, 257)
                .mapToObj(number -> new ToolDefinition("tool-" + number, "", Schema.object()))
                .toList();

        assertThatThrownBy(() -> mapper.map(user("?").tools(tools).build())).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void optionsAreMapped() {
        ChatOptions options = ChatOptions.builder()
                .temperature(0.5)
                .topP(0.25)
                .maxTokens(100)
                .stopSequences("END")
                .build();

        assertThat(map(user("Hi").options(options).build(), "inferenceConfig"))
                .isEqualTo(
                        Map.of("maxTokens", 100, "temperature", 0.5f, "topP", 0.25f, "stopSequences", List.of("END")));
    }

    @Test
    void topKGoesWhereTheModelLooksForIt() {
        ChatOptions options = ChatOptions.builder().topK(5).build();
        ChatRequest claude = user("Hi").options(options).build();
        ChatRequest nova = claude.toBuilder().model("eu.amazon.nova-pro-v1:0").build();

        assertThat(map(claude, "additionalModelRequestFields")).isEqualTo(json("{'top_k': 5}"));
        assertThat(map(nova, "additionalModelRequestFields")).isEqualTo(json("{'inferenceConfig': {'topK': 5}}"));
    }

    @Test
    void unknownOptionsGoToTheModel() {
        Map<String, Object> fields = options(new LinkedHashMap<>(Map.of(
                "thinking", Map.of("type", "enabled", "budget_tokens", 1_024),
                "additionalModelRequestFields",
                        Map.of("anthropic_beta", List.of("x"), "thinking", Map.of("type", "no")))));

        assertThat(fields.get("additionalModelRequestFields"))
                .isEqualTo(json("{'anthropic_beta': ['x'], 'thinking': {'type': 'enabled', 'budget_tokens': 1024}}"));
    }

    @Test
    void guardrailIsMapped() {
        Map<String, Object> config = Map.of(
                "guardrailIdentifier", "gr-1",
                "guardrailVersion", "DRAFT",
                "trace", "enabled",
                "streamProcessingMode", "async");
        ChatRequest request = user("Hi")
                .options(ChatOptions.builder()
                        .providerOption("guardrailConfig", config)
                        .build())
                .build();

        assertThat(map(request, "guardrailConfig")).isEqualTo(config);
        assertThat(SdkJson.fields(mapper.map(request).whole(PIN)).get("guardrailConfig"))
                .isEqualTo(json("{'guardrailIdentifier': 'gr-1', 'guardrailVersion': 'DRAFT', 'trace': 'enabled'}"));
    }

    @Test
    void incompleteGuardrailIsRefused() {
        assertThatThrownBy(() -> options(Map.of("guardrailConfig", Map.of("guardrailIdentifier", "gr-1"))))
                .hasMessageContaining("guardrailVersion");
        assertThatThrownBy(() -> options(Map.of("guardrailConfig", Map.of("id", "gr-1"))))
                .hasMessageContaining("guardrailIdentifier");
        assertThatThrownBy(() -> options(Map.of("guardrailConfig", "gr-1"))).hasMessageContaining("object");
    }

    @Test
    void otherSettingsOfConverseAreMapped() {
        Map<String, Object> fields = options(Map.of(
                "performanceConfig", "optimized",
                "serviceTier", Map.of("type", "flex"),
                "requestMetadata", Map.of("team", "a", "run", 7),
                "additionalModelResponseFieldPaths", List.of("/stop_sequence")));

        assertThat(fields.get("performanceConfig")).isEqualTo(json("{'latency': 'optimized'}"));
        assertThat(fields.get("serviceTier")).isEqualTo(json("{'type': 'flex'}"));
        assertThat(fields.get("requestMetadata")).isEqualTo(json("{'team': 'a', 'run': '7'}"));
        assertThat(fields.get("additionalModelResponseFieldPaths")).isEqualTo(List.of("/stop_sequence"));
        assertThat(fields).doesNotContainKey("additionalModelRequestFields");
    }

    @Test
    void cachePointsGoWhereTheyAre() {
        ChatRequest request = ChatRequest.builder()
                .system("Be brief.")
                .messages(Message.user(
                        new TextContent("Long."),
                        CachePoint.create(),
                        new TextContent("?"),
                        new CachePoint(Duration.ofHours(1))))
                .tool(WEATHER)
                .options(ChatOptions.builder()
                        .providerOption("systemCachePoint", "5m")
                        .providerOption("toolsCachePoint", true)
                        .build())
                .build();
        Map<String, Object> fields = map(request);

        assertThat(fields.get("messages")).isEqualTo(json("""
                [{'role': 'user', 'content': [{'text': 'Long.'}, {'cachePoint': {'type': 'default'}},
                  {'text': '?'}, {'cachePoint': {'type': 'default', 'ttl': '1h'}}]}]"""));
        assertThat(fields.get("system"))
                .isEqualTo(json("[{'text': 'Be brief.'}, {'cachePoint': {'type': 'default', 'ttl': '5m'}}]"));
        assertThat(fields.get("toolConfig")).asString().contains("{cachePoint={type=default}}");
    }

    @Test
    void cachePointIsLeftOutForAModelThatCannotCache() {
        ChatRequest request = ChatRequest.builder()
                .model("meta.llama3-3-70b-instruct-v1:0")
                .messages(Message.user(new TextContent("Long."), CachePoint.create()))
                .options(ChatOptions.builder()
                        .providerOption("systemCachePoint", true)
                        .build())
                .system("Be brief.")
                .build();

        assertThat(map(request)).asString().doesNotContain("cachePoint");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT6M", "PT0S"})
    void otherTimesToLiveAreRefused(String ttl) {
        CachePoint point = new CachePoint(Duration.parse(ttl));

        refused(
                ChatRequest.builder()
                        .messages(Message.user(new TextContent("Long."), point))
                        .build(),
                ttl);
        assertThatThrownBy(() -> options(Map.of("systemCachePoint", "2h"))).hasMessageContaining("2h");
    }

    @Test
    void responseSchemaIsAskedFor() {
        Schema schema = Schema.object().property("city", Schema.string());
        Object config = map(user("Hi").responseSchema(schema).build(), "outputConfig");

        assertThat(config)
                .isEqualTo(Map.of(
                        "textFormat",
                        Map.of(
                                "type",
                                "json_schema",
                                "structure",
                                Map.of("jsonSchema", Map.of("schema", schema.toJson(), "name", "response")))));
    }

    @Test
    void countAsksForTheModelItself() {
        Map<String, Object> count = SdkJson.fields(
                mapper.map(user("Hi").system("Be brief.").build()).count(PIN));

        assertThat(count).isEqualTo(json("""
                {'modelId': 'anthropic.claude-sonnet-4-6', 'input': {'converse': {
                  'messages': [{'role': 'user', 'content': [{'text': 'Hi'}]}], 'system': [{'text': 'Be brief.'}]}}}"""));
    }

    @Test
    void wholeAnswerIsAskedForAsAStreamIs() {
        ChatRequest request = user("Hi").system("Be brief.").tool(WEATHER).build();
        ConverseCall call = mapper.map(request);

        assertThat(SdkJson.fields(call.whole(PIN))).isEqualTo(SdkJson.fields(call.stream(PIN)));
    }
}
