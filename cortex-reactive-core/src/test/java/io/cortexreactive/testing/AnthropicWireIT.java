package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

/** Anthropic's protocol as a plain HTTP client meets it. */
class AnthropicWireIT {

    private static final String MESSAGES = "/v1/messages";
    private static final String COUNT = "/v1/messages/count_tokens";
    private static final String HEAD = "'model':'m','max_tokens':100,";
    private static final String ASKED = HEAD + "'messages':[{'role':'user','content':'Hi'}]";
    private static final String STREAM = "{" + ASKED + ",'stream':true}";
    private static final String TOOL = "{'name':'f','input_schema':{'type':'object'}}";

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
        return send(Map.of("x-api-key", "key", "anthropic-version", "2023-06-01"), path, body);
    }

    /** Single quotes for double ones. */
    private Reply send(Map<String, String> headers, String path, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return Await.value(HttpClient.create(connections)
                .headers(all -> headers.forEach(all::set))
                .post()
                .uri(server.endpoint() + path)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes)))
                .responseSingle((response, content) -> content.asString()
                        .defaultIfEmpty("")
                        .map(text -> new Reply(response.status().code(), text))));
    }

    @Test
    void streamHasAllEventsInOrder() {
        server.enqueue(ScriptedReply.builder()
                .reasoning("Hm.", "proof")
                .redactedReasoning(new byte[] {1})
                .text("Hello")
                .toolCall("a", "f", Map.of())
                .usage(new Usage(3, 5, 7, 11, false))
                .build());
        Reply reply = post(MESSAGES, STREAM);

        assertThat(reply.names())
                .containsExactly(
                        "message_start",
                        "ping",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "content_block_start",
                        "content_block_stop",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_stop",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        assertThat(reply.events())
                .allSatisfy(event -> assertThat(event.path("type").asString()).isIn(reply.names()));
    }

    @Test
    void usageIsToldAtTheBeginningAndAtTheEnd() {
        server.enqueue(ScriptedReply.builder()
                .text("Hello")
                .usage(new Usage(3, 5, 7, 11, false))
                .build());
        List<JsonNode> events = post(MESSAGES, STREAM).events();
        JsonNode begun = events.get(0).at("/message/usage");
        JsonNode ended = events.get(events.size() - 2).path("usage");

        assertThat(begun.path("input_tokens").asInt()).isEqualTo(3);
        assertThat(begun.path("cache_read_input_tokens").asInt()).isEqualTo(7);
        assertThat(begun.path("cache_creation_input_tokens").asInt()).isEqualTo(11);
        assertThat(begun.path("output_tokens").asInt()).isEqualTo(1);
        assertThat(ended.path("output_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void wholeAnswerIsOneObject() {
        server.enqueue(ScriptedReply.builder()
                .reasoning("Hm.", "proof")
                .text("Let me look.")
                .toolCall("a", "weather", Map.of("city", "Oslo"))
                .stopReason(StopReason.MAX_TOKENS)
                .build());
        JsonNode answer = post(MESSAGES, "{" + ASKED + "}").json();

        assertThat(answer.at("/content/0/thinking").asString()).isEqualTo("Hm.");
        assertThat(answer.at("/content/0/signature").asString()).isEqualTo("proof");
        assertThat(answer.at("/content/1/text").asString()).isEqualTo("Let me look.");
        assertThat(answer.at("/content/2/input/city").asString()).isEqualTo("Oslo");
        assertThat(answer.path("stop_reason").asString()).isEqualTo("max_tokens");
        assertThat(answer.at("/usage/output_tokens").asInt()).isPositive();
    }

    @Test
    void missingKeyOrVersionIsRefused() {
        Reply keyless = send(Map.of("anthropic-version", "2023-06-01"), MESSAGES, STREAM);
        Reply versionless = send(Map.of("x-api-key", "key"), MESSAGES, STREAM);

        assertThat(keyless.status()).isEqualTo(401);
        assertThat(keyless.json().at("/error/type").asString()).isEqualTo("authentication_error");
        assertThat(versionless.status()).isEqualTo(400);
        assertThat(versionless.json().at("/error/message").asString()).contains("anthropic-version");
    }

    @Test
    void bearerTokenIsACredential() {
        server.enqueue(ScriptedReply.text("Hello"));
        send(Map.of("authorization", "Bearer token", "anthropic-version", "2023-06-01"), MESSAGES, STREAM);

        assertThat(Await.value(server.call(1)).call().credential()).isEqualTo("token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oops",
                "{'max_tokens':1,'messages':[{'role':'user','content':'Hi'}]}",
                "{'model':'m','messages':[{'role':'user','content':'Hi'}]}",
                "{'model':'m','max_tokens':0,'messages':[{'role':'user','content':'Hi'}]}",
                "{" + HEAD + "'messages':[]}",
                "{" + HEAD + "'messages':[{'role':'user'}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':''}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':[]}]}",
                "{" + HEAD + "'messages':[{'role':'assistant','content':'Hi'}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':'Hi'},{'role':'system','content':'x'}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':[{'type':'text','text':' '}]}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'a'}]}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':"
                        + "[{'type':'tool_use','id':'a','name':'f','input':{}}]},{'role':'user','content':'Hm'}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':"
                        + "[{'type':'tool_use','id':'a','name':'f','input':{}}]},{'role':'user','content':"
                        + "[{'type':'text','text':'Hm'},{'type':'tool_result','tool_use_id':'a'}]}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':"
                        + "[{'type':'tool_use','id':'a','name':'f','input':'x'}]},{'role':'user','content':"
                        + "[{'type':'tool_result','tool_use_id':'a'}]}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':"
                        + "[{'type':'thinking','thinking':'Hm'}]}]}",
                "{" + HEAD + "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':"
                        + "[{'type':'thinking','thinking':'Hm','signature':'x','cache_control':{}}]}]}",
                "{" + ASKED + ",'temperature':1.5}",
                "{" + ASKED + ",'stop_sequences':[' ']}",
                "{" + ASKED + ",'thinking':{'type':'enabled','budget_tokens':10}}",
                "{" + ASKED + ",'thinking':{'type':'enabled','budget_tokens':2000}}",
                "{" + ASKED + ",'tool_choice':{'type':'auto'}}",
                "{" + ASKED + ",'tools':[" + TOOL + "," + TOOL + "]}",
                "{" + ASKED + ",'tools':[{'name':'no good','input_schema':{'type':'object'}}]}",
                "{" + ASKED + ",'tools':[{'name':'f','input_schema':{}}]}"
            })
    void requestThatAnthropicRefusesUsesUpNoReply(String body) {
        server.enqueue(ScriptedReply.text("hi"));
        Reply refused = post(MESSAGES, body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("type").asString()).isEqualTo("error");
        assertThat(refused.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
        assertThat(refused.json().at("/error/message").asString()).isNotEmpty();
        assertThat(post(MESSAGES, STREAM).body()).contains("hi");
    }

    @Test
    void fifthCacheMarkIsOneTooMany() {
        String marked = "{'type':'text','text':'x','cache_control':{'type':'ephemeral'}}";
        String five = String.join(
                ",", IntStream.range(0, 5).mapToObj(number -> marked).toList());

        assertThat(post(MESSAGES, "{" + HEAD + "'messages':[{'role':'user','content':[" + five + "]}]}")
                        .json()
                        .at("/error/message")
                        .asString())
                .contains("A maximum of 4 blocks");
    }

    @Test
    void tokensAreCountedOfWhatIsRead() {
        assertThat(post(COUNT, "{'model':'m','messages':[{'role':'user','content':'Hello there'}]}")
                        .json()
                        .path("input_tokens")
                        .asInt())
                .isPositive();
        assertThat(post(COUNT, "{" + ASKED + "}").status()).isEqualTo(400);
        assertThat(post(
                                COUNT,
                                "{'model':'m','messages':[{'role':'user','content':[{'type':'image','source':"
                                        + "{'type':'url','url':'https://example.com/a.png'}}]}]}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void errorsAreInAnthropicsForm() {
        server.enqueue(
                ScriptedReply.fail(Fault.status(429, "enforced_spend_limit_reached", "because")),
                ScriptedReply.builder()
                        .text("Hello")
                        .fault(Fault.errorAfter(0, "overloaded_error", "because"))
                        .build(),
                ScriptedReply.builder()
                        .text("Hello")
                        .fault(Fault.errorAfter(0, "overloaded_error", "because"))
                        .build());
        Reply refused = post(MESSAGES, STREAM);
        Reply broken = post(MESSAGES, STREAM);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().at("/error/type").asString()).isEqualTo("rate_limit_error");
        assertThat(refused.json().at("/error/details/error_code").asString()).isEqualTo("enforced_spend_limit_reached");
        assertThat(broken.names()).last().isEqualTo("error");
        assertThat(broken.events())
                .last()
                .satisfies(
                        error -> assertThat(error.at("/error/type").asString()).isEqualTo("overloaded_error"));
        assertThat(post(MESSAGES, "{" + ASKED + "}").status()).isEqualTo(529);
    }

    @Test
    void allProtocolsShareOneScript() {
        server.enqueue(ScriptedReply.text("one"), ScriptedReply.text("two"), ScriptedReply.text("three"));

        assertThat(send(
                                Map.of("authorization", "Bearer key"),
                                "/model/m/converse",
                                "{'messages':[{'role':'user','content':[{'text':'Hi'}]}]}")
                        .body())
                .contains("one");
        assertThat(send(
                                Map.of("authorization", "Bearer key"),
                                "/v1/chat/completions",
                                "{'model':'m','messages':[{'role':'user','content':'Hi'}]}")
                        .body())
                .contains("two");
        assertThat(post(MESSAGES, STREAM).body()).contains("three");
        assertThat(post("/v1/complete", STREAM).status()).isEqualTo(404);
    }

    private record Reply(int status, String body) {

        List<String> names() {
            return lines("event: ");
        }

        List<JsonNode> events() {
            return lines("data: ").stream()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .toList();
        }

        private List<String> lines(String field) {
            return body.lines()
                    .filter(line -> line.startsWith(field))
                    .map(line -> line.substring(field.length()))
                    .toList();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }
}
