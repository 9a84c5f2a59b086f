package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.Usage;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Whatever carries a stream: the service sees the same request, and the consumer the same chunks. */
class BedrockTransportsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String SONNET = "us.anthropic.claude-sonnet-4-6";

    private SimulatedModelServer server;
    private final List<BedrockProvider> providers = new ArrayList<>();

    @BeforeEach
    void start() {
        server = value(SimulatedModelServer.builder().start());
    }

    @AfterEach
    void stop() {
        providers.forEach(provider -> provider.close().block(LONG));
        server.close().block(LONG);
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG));
    }

    private List<ChatChunk> stream(BedrockTransport transport, ChatRequest request) {
        BedrockProvider provider = BedrockProvider.builder()
                .region("eu-central-1")
                .endpoint(server.endpoint())
                .credentials("AKIDEXAMPLE", Secret.of("not-a-real-secret"))
                .header("x-team", "reactive")
                .transport(transport)
                .build();
        providers.add(provider);
        return value(provider.stream(request)
                .map(BedrockTransportsIT::withoutRequestId)
                .collectList());
    }

    /** The one thing that differs from call to call. */
    private static ChatChunk withoutRequestId(ChatChunk chunk) {
        if (!(chunk instanceof ChatCompleted end)) {
            return chunk;
        }
        Map<String, Object> rest = new TreeMap<>(end.metadata());
        assertThat(rest.remove("requestId")).isNotNull();
        return new ChatCompleted(end.stopReason(), end.usage(), end.model(), rest);
    }

    private void assertSame(ChatRequest request, ScriptedReply reply) {
        server.enqueue(reply, reply);

        assertThat(stream(BedrockTransport.DIRECT, request)).isEqualTo(stream(BedrockTransport.SDK, request));
    }

    private WireCall call(int number) {
        return value(server.call(number));
    }

    @Test
    void chunksAreTheSame() {
        assertSame(
                ChatRequest.builder().model(SONNET).user("Hello?").build(),
                ScriptedReply.builder()
                        .reasoning("The user greets me. ✨", "proof")
                        .redactedReasoning(new byte[] {1, 2, 3, -4})
                        .chunks("Hel", "lo 😀", "\n\"quoted\"")
                        .toolCall("call-1", "weather", Map.of("city", "Tromsø", "days", 3, "deep", List.of(1.5, true)))
                        .invalidToolCall("call-2", "weather", "{\"city\":")
                        .usage(new Usage(3, 5, 7, 11, false))
                        .build());
    }

    @Test
    void chunksAreTheSameWhereNoUsageIsTold() {
        assertSame(
                ChatRequest.builder().model(SONNET).user("Hello?").build(),
                ScriptedReply.builder().text("Hello there").withoutUsage().build());
    }

    /** With the characters that a path must have encoded, and that a signature covers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                SONNET,
                "anthropic.claude-sonnet-4-5-20250929-v1:0",
                "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0"
            })
    void requestsAreTheSame(String model) {
        ChatRequest request = ChatRequest.builder()
                .model(model)
                .system("Be brief.")
                .messages(
                        Message.user(new TextContent("Look: ü€😀"), ImageContent.of("image/png", new byte[] {1, 2, 3})),
                        Message.assistant(ToolCall.of("a", "weather", Map.of("city", "Oslo", "days", 3))),
                        Message.toolResult("a", Map.of("celsius", 3.5), false))
                .tool(new ToolDefinition("weather", "Weather", Schema.object().property("city", Schema.string())))
                .options(ChatOptions.builder()
                        .temperature(0.5)
                        .maxTokens(100)
                        .stopSequences("END")
                        .providerOption("requestMetadata", Map.of("team", "a"))
                        .providerOption("additionalModelRequestFields", Map.of("n", List.of(1, 2.5, true)))
                        .build())
                .build();
        assertSame(request, ScriptedReply.text("Fine."));

        assertThat(call(1).path()).isEqualTo(call(2).path());
        assertThat(json(call(1))).isEqualTo(json(call(2)));
        assertThat(call(1).headers())
                .containsEntry("x-team", "reactive")
                .containsEntry("content-type", call(2).headers().get("content-type"));
    }

    private static Map<?, ?> json(WireCall call) {
        return JsonMapper.shared().readValue(call.body(), Map.class);
    }

    /** Signed for the host and path that were called, else Bedrock refuses it. */
    @Test
    void signatureCoversWhatIsSent() {
        assertSame(ChatRequest.builder().model(SONNET).user("Hello?").build(), ScriptedReply.text("Fine."));
        Map<String, String> headers = call(1).headers();

        assertThat(headers.get("host")).isEqualTo(server.endpoint().getAuthority());
        assertThat(headers.get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                .contains("/eu-central-1/bedrock/aws4_request");
        String signed =
                Objects.requireNonNull(headers.get("authorization")).replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
        assertThat(Set.of(signed.split(";"))).contains("host", "x-amz-date", "x-amz-content-sha256");
        assertThat(headers).containsKeys(signed.split(";"));
    }
}
