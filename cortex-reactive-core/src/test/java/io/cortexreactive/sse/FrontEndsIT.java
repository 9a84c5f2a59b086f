package io.cortexreactive.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.SseFrame;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;

/** The protocols' own published clients read our streams over HTTP, and refuse what is against their protocol. */
class FrontEndsIT {

    private static final ChatRequest REQUEST = ChatRequest.of("How is the weather?");
    private static final String TEXT = "It is 20 °C\nin \"Rome\" 🌞";

    private final ScriptedProvider provider = ScriptedProvider.of();
    private final Cortex cortex = Cortex.builder()
            .provider(provider)
            .tool(Tool.builder("weather")
                    .description("The weather")
                    .handler((input, context) -> Mono.just(Map.of("celsius", 20)))
                    .build())
            .build();

    @BeforeAll
    static void install() {
        NpmClients.install();
    }

    private static JsonNode read(String protocol, Flux<SseFrame> frames) {
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> request.receive()
                        .thenMany(response.header(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                                .header(AiSdkStream.HEADER, AiSdkStream.VERSION)
                                .sendString(frames.map(SseFrame::text))))
                .bindNow();
        try {
            return NpmClients.read(protocol, "http://127.0.0.1:" + server.port());
        } finally {
            server.disposeNow(Duration.ofSeconds(10));
        }
    }

    private Flux<ChatChunk> answer() {
        provider.enqueue(ScriptedReply.builder()
                .chunkSize(5)
                .reasoning("Let me think", "signed")
                .text(TEXT)
                .toolCall("c1", "weather", Map.of("city", "Rome"))
                .build());
        return cortex.chat().stream(REQUEST);
    }

    private Flux<ChatChunk> cut() {
        provider.enqueue(ScriptedReply.builder()
                .chunks("Hel", "lo")
                .fault(Fault.errorAfter(1, "overloaded_error", "Overloaded"))
                .build());
        return cortex.chat().stream(REQUEST);
    }

    /** A tool is called, and its result answered from. */
    private Flux<AgentStep> run() {
        provider.enqueue(ScriptedReply.toolCall("c1", "weather", Map.of("city", "Rome")), ScriptedReply.text(TEXT));
        return cortex.agent(Agent.define("forecaster").tools("weather").build()).stream(
                Message.user("How is the weather?"), AgentContext.NONE);
    }

    private static Stream<String> texts(JsonNode nodes, String name) {
        return nodes.valueStream()
                .filter(node -> node.has(name))
                .map(node -> node.get(name).asString());
    }

    @Test
    void useChatShowsAnAnswer() {
        JsonNode seen = read("ai-sdk", AiSdkStream.ofChunks(answer()));

        JsonNode parts = seen.get("message").get("parts");
        assertThat(texts(parts, "type")).containsExactly("step-start", "reasoning", "text", "tool-weather");
        assertThat(texts(parts, "text")).containsExactly("Let me think", TEXT);
        assertThat(parts.get(3).get("state").asString()).isEqualTo("input-available");
        assertThat(parts.get(3).get("input").get("city").asString()).isEqualTo("Rome");
        assertThat(seen.get("errors")).isEmpty();
    }

    @Test
    void useChatShowsARun() {
        JsonNode seen = read("ai-sdk", AiSdkStream.ofSteps(run()));

        JsonNode parts = seen.get("message").get("parts");
        assertThat(texts(parts, "type")).containsExactly("step-start", "tool-weather", "step-start", "text");
        assertThat(parts.get(1).get("state").asString()).isEqualTo("output-available");
        assertThat(parts.get(1).get("output").get("celsius").asInt()).isEqualTo(20);
        assertThat(parts.get(3).get("text").asString()).isEqualTo(TEXT);
        assertThat(texts(seen.get("chunks"), "finishReason")).containsExactly("stop");
    }

    /** Two at once, and one more in the next answer. */
    private Flux<AgentStep> runOfOneId() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("c1", "weather", Map.of("city", "Rome"))
                        .toolCall("c1", "weather", Map.of("city", "Bari"))
                        .build(),
                ScriptedReply.toolCall("c1", "weather", Map.of("city", "Pisa")),
                ScriptedReply.text(TEXT));
        return cortex.agent(Agent.define("forecaster").tools("weather").build()).stream(
                Message.user("How is the weather?"), AgentContext.NONE);
    }

    @Test
    void useChatShowsAllCallsOfOneId() {
        JsonNode seen = read("ai-sdk", AiSdkStream.ofSteps(runOfOneId()));

        assertThat(seen.get("errors")).isEmpty();
        assertThat(seen.get("message")
                        .get("parts")
                        .valueStream()
                        .filter(part -> part.has("input"))
                        .map(part -> part.get("input").get("city").asString()))
                .containsExactly("Rome", "Bari", "Pisa");
    }

    @Test
    void agUiShowsAllCallsOfOneId() {
        JsonNode seen = read("ag-ui", AgUiStream.ofSteps(runOfOneId(), "thread", "run"));

        assertThat(seen.get("error").isNull()).isTrue();
        assertThat(calls(seen)).containsExactly("{\"city\":\"Rome\"}", "{\"city\":\"Bari\"}", "{\"city\":\"Pisa\"}");
    }

    @Test
    void useChatShowsAnErrorBehindWhatHadCome() {
        JsonNode seen = read("ai-sdk", AiSdkStream.ofChunks(cut()));

        assertThat(texts(seen.get("message").get("parts"), "text")).containsExactly("Hel");
        assertThat(seen.get("errors").valueStream().map(JsonNode::asString))
                .singleElement()
                .asString()
                .contains("verload");
    }

    @Test
    void agUiShowsAnAnswer() {
        JsonNode seen = read("ag-ui", AgUiStream.ofChunks(answer(), "thread", "run"));

        assertThat(seen.get("error").isNull()).isTrue();
        assertThat(texts(seen.get("messages"), "role")).contains("assistant");
        assertThat(texts(seen.get("messages"), "content")).contains(TEXT);
        assertThat(calls(seen)).containsExactly("{\"city\":\"Rome\"}");
    }

    /** The arguments of all calls. */
    private static Stream<String> calls(JsonNode seen) {
        return seen.get("messages")
                .valueStream()
                .filter(message -> message.has("toolCalls"))
                .flatMap(message -> message.get("toolCalls").valueStream())
                .map(call -> call.get("function").get("arguments").asString());
    }

    @Test
    void agUiShowsARun() {
        JsonNode seen = read("ag-ui", AgUiStream.ofSteps(run(), "thread", "run"));

        assertThat(seen.get("error").isNull()).isTrue();
        assertThat(texts(seen.get("messages"), "role")).containsExactly("assistant", "tool", "assistant");
        assertThat(texts(seen.get("messages"), "content")).contains("{\"celsius\":20}", TEXT);
        assertThat(calls(seen)).containsExactly("{\"city\":\"Rome\"}");
    }

    @Test
    void agUiHearsOfAnErrorBehindWhatHadCome() {
        JsonNode seen = read("ag-ui", AgUiStream.ofChunks(cut(), "thread", "run"));

        assertThat(texts(seen.get("messages"), "content")).containsExactly("Hel");
        assertThat(texts(seen.get("events"), "code")).containsExactly("overloaded");
    }

    @Test
    void aPlainStreamIsReadWithItsIds() {
        provider.enqueue(ScriptedReply.text(TEXT));
        cortex.chat().broadcast("a", REQUEST).block();
        List<String> ids = cortex.broadcaster()
                .follow("a", null)
                .map(message -> message.id())
                .collectList()
                .block();

        JsonNode seen = read("plain", PlainStream.of(cortex.broadcaster().follow("a", null)));

        assertThat(texts(seen, "id").toList()).isEqualTo(ids);
        assertThat(texts(seen, "event")).containsExactly("text_delta", "chat_completed", "end");
        assertThat(seen.get(0).get("data").asString()).contains("20 °C\\nin");
    }

    @Test
    void linesOfDataAreReadAsOne() {
        JsonNode seen = read("plain", Flux.just(new SseFrame("1", "a", "x\n y\r\n\rz"), SseFrame.of("")));

        assertThat(texts(seen, "data")).containsExactly("x\n y\n\nz", "");
    }

    @Test
    void aClientRefusesWhatIsAgainstItsProtocol() {
        SseFrame unopened = SseFrame.of("{\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"1\",\"delta\":\"a\"}");
        SseFrame unknown = SseFrame.of("{\"type\":\"text-deltas\",\"id\":\"1\",\"delta\":\"a\"}");

        assertThat(read("ag-ui", Flux.just(unopened)).get("error").isNull()).isFalse();
        assertThat(read("ai-sdk", Flux.just(unknown)).get("errors")).isNotEmpty();
    }
}
