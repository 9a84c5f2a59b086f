package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's protocol as a plain HTTP client meets it. */
class OpenAiWireIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final String ASKED = "'model':'m','messages':[{'role':'user','content':'Hi'}]";
    private static final String STREAM = "{" + ASKED + ",'stream':true,'stream_options':{'include_usage':true}}";

    private SimulatedModelServer server;
    private ConnectionProvider connections;

    @BeforeEach
    void start() {
        server = Await.value(SimulatedModelServer.builder().start());
        connections = ConnectionProvider.create("peer", 10);
    }

    @AfterEach
    void stop() {
        connections.disposeLater().block(Await.LONG);
        Await.completion(server.close());
    }

    private Reply post(String path, String body) {
        return send("Bearer key", path, body);
    }

    /** Single quotes for double ones. */
    private Reply send(String authorization, String path, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return Await.value(HttpClient.create(connections)
                .headers(headers -> headers.set("Authorization", authorization))
                .post()
                .uri(server.endpoint() + path)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes)))
                .responseSingle((response, content) -> content.asString()
                        .defaultIfEmpty("")
                        .map(text -> new Reply(response.status().code(), text))));
    }

    @Test
    void streamEndsWithUsageAndDone() {
        server.enqueue(
                ScriptedReply.builder().text("Hello").usage(Usage.of(3, 5)).build());
        List<String> events = post(CHAT, STREAM).events();

        assertThat(events).hasSize(5).last().isEqualTo("[DONE]");
        assertThat(events.get(0)).contains("\"role\":\"assistant\"");
        assertThat(events.get(1)).contains("\"delta\":{\"content\":\"Hello\"}");
        assertThat(events.get(2)).contains("\"finish_reason\":\"stop\"");
        assertThat(events.get(3)).contains("\"choices\":[]", "\"prompt_tokens\":3");
    }

    @Test
    void usageIsToldToWhoAsksForIt() {
        server.enqueue(ScriptedReply.text("Hello"));

        assertThat(post(CHAT, "{" + ASKED + ",'stream':true}").body())
                .contains("[DONE]")
                .doesNotContain("usage");
    }

    @Test
    void callsAreCountedByTheirIndex() {
        server.enqueue(ScriptedReply.builder()
                .text("Let me look.")
                .toolCall("a", "weather", Map.of("city", "Oslo"))
                .toolCall("b", "time", Map.of())
                .build());
        String stream = post(CHAT, STREAM).body();

        assertThat(stream).contains("\"id\":\"a\"", "\"id\":\"b\"", "\"index\":1", "\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void wholeAnswerIsOneObject() {
        server.enqueue(ScriptedReply.builder()
                .reasoning("Hm.", "proof")
                .text("Let me look.")
                .toolCall("a", "weather", Map.of("city", "Oslo"))
                .stopReason(StopReason.MAX_TOKENS)
                .build());
        JsonNode choice = post(CHAT, "{" + ASKED + "}").json().at("/choices/0");

        assertThat(choice.at("/message/content").asString()).isEqualTo("Let me look.");
        assertThat(choice.at("/message/reasoning_content").asString()).isEqualTo("Hm.");
        assertThat(choice.at("/message/tool_calls/0/function/arguments").asString())
                .isEqualTo("{\"city\":\"Oslo\"}");
        assertThat(choice.at("/finish_reason").asString()).isEqualTo("length");
    }

    @Test
    void missingKeyIsRefused() {
        Reply reply = send("", CHAT, STREAM);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oops",
                "{'messages':[{'role':'user','content':'Hi'}]}",
                "{'model':'m','messages':[]}",
                "{'model':'m','messages':[{'role':'user'}]}",
                "{'model':'m','messages':[{'role':'narrator','content':'Hi'}]}",
                "{'model':'m','messages':[{'role':'tool','content':'x','tool_call_id':'a'}]}",
                "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'a'}]}]}",
                "{" + ASKED + ",'temperature':3}",
                "{" + ASKED + ",'tools':[]}",
                "{" + ASKED + ",'tool_choice':'auto'}",
                "{" + ASKED + ",'stream_options':{'include_usage':true}}",
                "{" + ASKED + ",'max_tokens':1,'max_completion_tokens':1}"
            })
    void requestThatOpenAiRefusesUsesUpNoReply(String body) {
        server.enqueue(ScriptedReply.text("hi"));
        Reply refused = post(CHAT, body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/message").asString()).isNotEmpty();
        assertThat(post(CHAT, STREAM).body()).contains("hi");
    }

    @Test
    void errorsAreInOpenAisForm() {
        server.enqueue(
                ScriptedReply.fail(Fault.status(429, "insufficient_quota", "because")),
                ScriptedReply.builder()
                        .text("Hello")
                        .fault(Fault.errorAfter(0, "server_error", "because"))
                        .build(),
                ScriptedReply.builder()
                        .text("Hello")
                        .fault(Fault.errorAfter(0, "rate_limit_exceeded", "because"))
                        .build());
        Reply refused = post(CHAT, STREAM);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().at("/error/code").asString()).isEqualTo("insufficient_quota");
        assertThat(post(CHAT, STREAM).events())
                .last()
                .asString()
                .contains("\"error\":", "\"type\":\"server_error\"", "\"code\":null");
        assertThat(post(CHAT, "{" + ASKED + "}").status()).isEqualTo(429);
    }

    @Test
    void brokenFrameIsNoJson() {
        server.enqueue(ScriptedReply.builder()
                .chunks("a", "b")
                .fault(Fault.badCrcAfter(1))
                .build());
        List<String> events = post(CHAT, STREAM).events();

        assertThat(events.get(2)).startsWith("{").endsWith("\"obfuscation\":\"" + padding(events.get(2)) + "\"");
        assertThat(events).last().isEqualTo("[DONE]");
    }

    private static String padding(String event) {
        return event.replaceFirst(".*\"obfuscation\":\"(\\w+)\".*", "$1");
    }

    @Test
    void embeddingsOfTextsThatShareWordsAreNear() {
        JsonNode data = post("/v1/embeddings", "{'model':'e','input':['the cat sat','the cat lay','rates rose']}")
                .json()
                .path("data");

        assertThat(dot(data.get(0), data.get(1))).isGreaterThan(dot(data.get(0), data.get(2)));
        assertThat(dot(data.get(0), data.get(0))).isCloseTo(1, Offset.offset(1e-5));
        assertThat(post("/v1/embeddings", "{'model':'e','input':[]}").status()).isEqualTo(400);
    }

    private static double dot(JsonNode one, JsonNode other) {
        double sum = 0;
        for (int i = 0; i < one.path("embedding").size(); i++) {
            sum += one.path("embedding").get(i).asDouble()
                    * other.path("embedding").get(i).asDouble();
        }
        return sum;
    }

    @Test
    void bothProtocolsShareOneScript() {
        server.enqueue(ScriptedReply.text("one"), ScriptedReply.text("two"));

        assertThat(post("/model/m/converse", "{'messages':[{'role':'user','content':[{'text':'Hi'}]}]}")
                        .body())
                .contains("one");
        assertThat(post(CHAT, STREAM).body()).contains("two");
        assertThat(post("/v1/responses", STREAM).status()).isEqualTo(404);
    }

    private record Reply(int status, String body) {

        List<String> events() {
            return body.lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring("data: ".length()))
                    .toList();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }
}
