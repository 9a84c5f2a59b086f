package io.cortexreactive.structured;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.anthropic.AnthropicProvider;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.openai.OpenAiProvider;
import io.cortexreactive.structured.Asked.Trip;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Each way to ask, over the protocols of the services. */
class StructuredOutputIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String OSLO = "{\"city\":\"Oslo\",\"days\":3}";

    record Tariff(Map<String, Integer> prices) {}

    private final List<Provider> providers = new ArrayList<>();
    private SimulatedModelServer server;

    @BeforeEach
    void start() {
        server = Objects.requireNonNull(SimulatedModelServer.builder().start().block(LONG));
    }

    @AfterEach
    void stop() {
        Flux.fromIterable(providers)
                .flatMap(Provider::close)
                .then(server.close())
                .block(LONG);
    }

    private Provider provider(String id) {
        Provider provider = switch (id) {
            case "openai" ->
                OpenAiProvider.builder()
                        .baseUrl(server.endpoint().resolve("/v1"))
                        .apiKey(Secret.of("key-of-the-test"))
                        .model("simulated-chat")
                        .build();
            case "anthropic" ->
                AnthropicProvider.builder()
                        .baseUrl(server.endpoint())
                        .apiKey(Secret.of("key-of-the-test"))
                        .model("claude-sonnet-5")
                        .build();
            default ->
                BedrockProvider.builder()
                        .region("us-east-1")
                        .endpoint(server.endpoint())
                        .apiKey(Secret.of("key-of-the-test"))
                        .model(id.equals("nova") ? "amazon.nova-pro-v1:0" : "anthropic.claude-sonnet-5")
                        .build();
        };
        providers.add(provider);
        return provider;
    }

    private String wire(int number) {
        WireCall call = Objects.requireNonNull(server.call(number).block(LONG));
        return call.body();
    }

    @ParameterizedTest
    @CsvSource({"openai, json_schema", "anthropic, json_schema", "bedrock, json_schema"})
    void schemaOfTheAnswerGoesOverTheWire(String id, String sent) {
        server.enqueue(ScriptedReply.text(OSLO));

        StepVerifier.create(Asked.of(provider(id)).generateAs(Asked.TRIP, Trip.class))
                .assertNext(response -> assertThat(response.value()).isEqualTo(new Trip("Oslo", 3)))
                .verifyComplete();
        assertThat(wire(1)).contains(sent).contains("additionalProperties");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "bedrock", "nova"})
    void toolIsForcedOverTheWire(String id) {
        server.enqueue(ScriptedReply.toolCall("call-1", "answer", Map.of("prices", Map.of("tea", 2))));

        StepVerifier.create(Asked.of(provider(id)).generateAs(ChatRequest.of("Prices?"), Tariff.class))
                .assertNext(response -> assertThat(response.value()).isEqualTo(new Tariff(Map.of("tea", 2))))
                .verifyComplete();
        assertThat(wire(1)).contains("\"answer\"").containsIgnoringCase("choice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "bedrock", "nova"})
    void errorsOfAToolCallGoBackAsItsResult(String id) {
        server.enqueue(
                ScriptedReply.toolCall("call-1", "answer", Map.of("prices", Map.of("tea", "two"))),
                ScriptedReply.toolCall("call-2", "answer", Map.of("prices", Map.of("tea", 2))));

        StepVerifier.create(Asked.of(provider(id)).generateAs(ChatRequest.of("Prices?"), Tariff.class))
                .assertNext(response -> assertThat(response.answers()).hasSize(2))
                .verifyComplete();
        assertThat(wire(2)).contains("call-1").contains("$.prices.tea: must be of type integer");
    }

    @Test
    void jsonModeGoesOverTheWire() {
        server.enqueue(ScriptedReply.text(OSLO));

        StepVerifier.create(Asked.of(provider("openai"), StructuredStrategy.JSON_MODE)
                        .generateAs(Asked.TRIP, Trip.class))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(wire(1)).contains("json_object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "bedrock", "nova"})
    void promptIsEnoughForAnyService(String id) {
        server.enqueue(ScriptedReply.text("no"), ScriptedReply.text("```json\n" + OSLO + "\n```"));

        StepVerifier.create(Asked.of(provider(id), StructuredStrategy.PROMPT).generateAs(Asked.TRIP, Trip.class))
                .assertNext(response -> assertThat(response.value()).isEqualTo(new Trip("Oslo", 3)))
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "bedrock", "nova"})
    void objectGrowsFromTheSocket(String id) {
        ScriptedReply reply = id.equals("nova")
                ? ScriptedReply.builder()
                        .invalidToolCall("call-1", "answer", OSLO)
                        .chunkSize(1)
                        .build()
                : ScriptedReply.builder().text(OSLO).chunkSize(1).build();
        server.enqueue(reply);

        Mono<List<Trip>> trips =
                Asked.of(provider(id)).stream(Asked.TRIP, Trip.class).collectList();

        StepVerifier.create(trips)
                .assertNext(all -> {
                    assertThat(all).contains(new Trip("", 0), new Trip("Os", 0));
                    assertThat(all).last().isEqualTo(new Trip("Oslo", 3));
                })
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "bedrock"})
    void cancelClosesTheConnection(String id) {
        server.enqueue(ScriptedReply.builder()
                .chunks("{\"elements\":[" + OSLO)
                .repeat("," + OSLO, 1_000_000_000)
                .build());

        StepVerifier.create(Asked.of(provider(id))
                        .streamElements(Asked.TRIP, Trip.class)
                        .take(20))
                .expectNextCount(20)
                .verifyComplete();

        StepVerifier.create(server.call(1).flatMap(WireCall::closed))
                .expectNextCount(1)
                .expectComplete()
                .verify(LONG);
    }
}
