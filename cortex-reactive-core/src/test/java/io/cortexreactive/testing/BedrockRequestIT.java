package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.AnyToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensResponse;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ImageBlock;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.databind.json.JsonMapper;

/** Requests that the AWS SDK wrote, read back; and whole answers as the SDK reads them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BedrockRequestIT {

    private SimulatedModelServer server;
    private SdkPeer peer;

    @BeforeAll
    void start() {
        server = Await.value(SimulatedModelServer.builder()
                .script(ReplyScript.always(ScriptedReply.text("Fine.")))
                .start());
        peer = SdkPeer.signing(server.endpoint(), "AKIAPEER");
    }

    @AfterAll
    void stop() {
        peer.close();
        Await.completion(server.close());
    }

    private ConverseResponse converse(Consumer<ConverseRequest.Builder> request) {
        return peer.client()
                .converse(builder -> request.accept(builder.modelId(SdkPeer.MODEL)))
                .join();
    }

    private ScriptedCall lastCall() {
        List<WireCall> calls = server.calls();
        return calls.get(calls.size() - 1).call();
    }

    private ChatRequest readBack(Consumer<ConverseRequest.Builder> request) {
        converse(request);
        return lastCall().request();
    }

    @Test
    void systemTextAndCachePointAreReadBack() {
        ChatRequest request = readBack(builder -> builder.system(
                        SystemContentBlock.fromText("Be brief."),
                        SystemContentBlock.fromCachePoint(CachePointBlock.builder()
                                .type("default")
                                .ttl("5m")
                                .build()))
                .messages(SdkPeer.user("Hello?")));

        assertThat(request)
                .isEqualTo(ChatRequest.builder()
                        .model(SdkPeer.MODEL)
                        .system("Be brief.")
                        .message(new Message(Role.SYSTEM, List.of(new CachePoint(Duration.ofMinutes(5))), Map.of()))
                        .user("Hello?")
                        .build());
    }

    @Test
    void optionsAreReadBack() {
        ChatRequest request = readBack(builder -> builder.messages(SdkPeer.user("Hello?"))
                .inferenceConfig(config ->
                        config.temperature(0.5f).topP(0.25f).maxTokens(99).stopSequences("END"))
                .additionalModelRequestFields(Document.mapBuilder()
                        .putNumber("top_k", 7)
                        .putString("effort", "high")
                        .build()));

        assertThat(request.options())
                .isEqualTo(ChatOptions.builder()
                        .temperature(0.5)
                        .topP(0.25)
                        .maxTokens(99)
                        .topK(7)
                        .stopSequences("END")
                        .providerOption("effort", "high")
                        .build());
    }

    @Test
    void imagesAndDocumentsAreReadBack() {
        ImageBlock image = ImageBlock.builder()
                .format("png")
                .source(source -> source.bytes(SdkBytes.fromUtf8String("pixels")))
                .build();
        DocumentBlock document = DocumentBlock.builder()
                .name("report")
                .format("pdf")
                .source(source -> source.s3Location(place -> place.uri("s3://bucket/report.pdf")))
                .build();
        ChatRequest request = readBack(builder -> builder.messages(user(
                ContentBlock.fromImage(image),
                ContentBlock.fromDocument(document),
                ContentBlock.fromText("What is this?"))));

        assertThat(request.messages())
                .containsExactly(Message.user(
                        ImageContent.of(
                                "image/png", SdkBytes.fromUtf8String("pixels").asByteArray()),
                        DocumentContent.of("report", "application/pdf", URI.create("s3://bucket/report.pdf")),
                        new TextContent("What is this?")));
    }

    @Test
    void toolsAreReadBack() {
        Document schema = Document.mapBuilder().putString("type", "object").build();
        Tool tool = Tool.fromToolSpec(ToolSpecification.builder()
                .name("weather")
                .description("The weather in a city")
                .inputSchema(ToolInputSchema.fromJson(schema))
                .build());
        ChatRequest request = readBack(builder -> builder.messages(SdkPeer.user("Hello?"))
                .toolConfig(config -> config.tools(tool)
                        .toolChoice(choice -> choice.any(AnyToolChoice.builder().build()))));

        ToolDefinition read = request.tools().get(0);
        assertThat(read.name()).isEqualTo("weather");
        assertThat(read.description()).isEqualTo("The weather in a city");
        assertThat(read.inputSchema().toMap()).isEqualTo(Schema.object().toMap());
        assertThat(request.options().toolChoice()).isEqualTo(ToolChoice.any());
    }

    @Test
    void toolCallsResultsAndReasoningAreReadBack() {
        ToolUseBlock use = ToolUseBlock.builder()
                .toolUseId("c1")
                .name("weather")
                .input(Document.mapBuilder().putString("city", "Oslo").build())
                .build();
        ToolResultBlock result = ToolResultBlock.builder()
                .toolUseId("c1")
                .content(ToolResultContentBlock.fromJson(
                        Document.mapBuilder().putNumber("celsius", 21).build()))
                .status("error")
                .build();
        ReasoningContentBlock reasoning =
                ReasoningContentBlock.fromReasoningText(text -> text.text("Hm.").signature("proof"));
        ChatRequest request = readBack(builder -> builder.messages(
                        SdkPeer.user("Weather?"),
                        assistant(ContentBlock.fromReasoningContent(reasoning), ContentBlock.fromToolUse(use)),
                        user(ContentBlock.fromToolResult(result), ContentBlock.fromText("And now?")))
                .toolConfig(config -> config.tools(Tool.fromToolSpec(spec -> spec.name("weather")
                        .inputSchema(
                                ToolInputSchema.fromJson(Document.mapBuilder().build()))))));

        assertThat(request.messages())
                .containsExactly(
                        Message.user("Weather?"),
                        Message.assistant(
                                new ReasoningContent("Hm.", "proof", false),
                                ToolCall.of("c1", "weather", Map.of("city", "Oslo"))),
                        new Message(
                                Role.TOOL, List.of(new ToolResultContent("c1", Map.of("celsius", 21), true)), Map.of()),
                        Message.user("And now?"));
    }

    private static software.amazon.awssdk.services.bedrockruntime.model.Message assistant(ContentBlock... blocks) {
        return message(ConversationRole.ASSISTANT, blocks);
    }

    private static software.amazon.awssdk.services.bedrockruntime.model.Message user(ContentBlock... blocks) {
        return message(ConversationRole.USER, blocks);
    }

    private static software.amazon.awssdk.services.bedrockruntime.model.Message message(
            ConversationRole role, ContentBlock... blocks) {
        return software.amazon.awssdk.services.bedrockruntime.model.Message.builder()
                .role(role)
                .content(blocks)
                .build();
    }

    @Test
    void responseSchemaIsReadBack() {
        ChatRequest request = readBack(builder -> builder.messages(SdkPeer.user("Hello?"))
                .outputConfig(output -> output.textFormat(format -> format.type("json_schema")
                        .structure(structure ->
                                structure.jsonSchema(json -> json.name("s").schema("{\"type\":\"object\"}"))))));

        assertThat(request.responseSchema())
                .isNotNull()
                .extracting(Schema::toMap)
                .isEqualTo(Map.of("type", "object"));
    }

    @Test
    void signedCallShowsItsAccessKeyAndBearerCallItsKey() {
        converse(request -> request.messages(SdkPeer.user("Hello?")));
        assertThat(lastCall().credential()).isEqualTo("AKIAPEER");

        try (SdkPeer bearing = SdkPeer.bearing(server.endpoint(), "bedrock-key-1")) {
            bearing.client()
                    .converse(request -> request.modelId("m").messages(SdkPeer.user("Hello?")))
                    .join();
        }
        assertThat(lastCall().credential()).isEqualTo("bedrock-key-1");
    }

    @Test
    void wholeAnswerHasTheContentOfTheStream() {
        server.enqueue(ScriptedReply.builder()
                .reasoning("Hm.", "proof")
                .text("Let me look.")
                .toolCall("c1", "weather", Map.of("city", "Oslo"))
                .build());

        ConverseResponse response = converse(request -> request.messages(SdkPeer.user("Hello?")));

        List<ContentBlock> content = response.output().message().content();
        assertThat(content.get(0).reasoningContent().reasoningText().text()).isEqualTo("Hm.");
        assertThat(content.get(0).reasoningContent().reasoningText().signature())
                .isEqualTo("proof");
        assertThat(content.get(1).text()).isEqualTo("Let me look.");
        assertThat(content.get(2).toolUse().input())
                .isEqualTo(Document.mapBuilder().putString("city", "Oslo").build());
        assertThat(response.stopReasonAsString()).isEqualTo("tool_use");
        assertThat(response.usage().inputTokens()).isPositive();
    }

    @Test
    void tokensAreCountedWithoutUsingUpAReply() {
        CountTokensResponse counted = peer.client()
                .countTokens(request -> request.modelId(SdkPeer.MODEL)
                        .input(input -> input.converse(converse -> converse.messages(SdkPeer.user("twelve chars")))))
                .join();

        assertThat(counted.inputTokens()).isEqualTo(7);
    }

    @Test
    void embeddingsAreInvoked() {
        String titan = invoked("amazon.titan-embed-text-v2:0", "{\"inputText\":\"the cat sat\",\"dimensions\":256}");
        InvokeModelResponse cohere = peer.client()
                .invokeModel(request -> request.modelId("cohere.embed-english-v3")
                        .contentType("application/json")
                        .body(SdkBytes.fromUtf8String(
                                "{\"texts\":[\"a cat\",\"a dog\"],\"input_type\":\"search_query\"}")))
                .join();

        assertThat(JsonMapper.shared().readTree(titan).path("embedding")).hasSize(256);
        assertThat(JsonMapper.shared()
                        .readTree(titan)
                        .path("inputTextTokenCount")
                        .asInt())
                .isPositive();
        assertThat(JsonMapper.shared().readTree(cohere.body().asUtf8String()).path("embeddings"))
                .hasSize(2);
        assertThat(cohere.sdkHttpResponse().firstMatchingHeader("x-amzn-bedrock-input-token-count"))
                .isPresent();
    }

    private String invoked(String model, String body) {
        return peer.client()
                .invokeModel(request ->
                        request.modelId(model).contentType("application/json").body(SdkBytes.fromUtf8String(body)))
                .join()
                .body()
                .asUtf8String();
    }
}
