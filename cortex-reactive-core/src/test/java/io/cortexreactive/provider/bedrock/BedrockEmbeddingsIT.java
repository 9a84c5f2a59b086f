package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.Purpose;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Embeddings of Titan and Cohere, over the wire. */
class BedrockEmbeddingsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String TITAN = "amazon.titan-embed-text-v2:0";
    private static final String COHERE = "cohere.embed-multilingual-v3";

    private SimulatedModelServer server;
    private BedrockProvider provider;

    @BeforeEach
    void start() {
        server = value(SimulatedModelServer.builder().start());
        provider = builder().embeddingModel(TITAN).build();
    }

    @AfterEach
    void stop() {
        provider.close().block(LONG);
        server.close().block(LONG);
    }

    private BedrockProvider.Builder builder() {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(server.endpoint())
                .apiKey(Secret.of("key-of-the-test"));
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG));
    }

    private static Throwable error(Mono<?> call) {
        Mono<Throwable> error = call.then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
        return Objects.requireNonNull(error.block(LONG), "no error");
    }

    private WireCall wire(int number) {
        return value(server.call(number));
    }

    private static EmbeddingRequest texts(String model, String... texts) {
        return new EmbeddingRequest(List.of(texts), Purpose.DOCUMENT, model);
    }

    private void answer(String json) {
        server.enqueue(ScriptedReply.fail(Fault.garbageBody(200, "application/json", json)));
    }

    @Test
    void titanTakesOneTextACallAndKeepsTheirOrder() {
        EmbeddingResponse three = value(provider.embed(texts(TITAN, "the cat sat", "stock prices fell", "a cat")));
        EmbeddingResponse one = value(provider.embed(EmbeddingRequest.query("the cat sat")));
        Set<String> bodies = new HashSet<>();
        server.calls().forEach(call -> bodies.add(call.body()));

        assertThat(server.calls()).hasSize(4);
        assertThat(bodies)
                .containsExactlyInAnyOrder(
                        "{\"inputText\":\"the cat sat\"}",
                        "{\"inputText\":\"stock prices fell\"}",
                        "{\"inputText\":\"a cat\"}");
        assertThat(wire(1).path()).isEqualTo("/model/amazon.titan-embed-text-v2%3A0/invoke");
        assertThat(three.vectors()).hasSize(3);
        assertThat(three.vectors().get(0)).containsExactly(one.vectors().get(0));
        assertThat(three.vectors().get(1)).isNotEqualTo(one.vectors().get(0));
        assertThat(three.model()).isEqualTo(TITAN);
    }

    @Test
    void titanTellsItsTokens() {
        EmbeddingResponse answer = value(provider.embed(texts(TITAN, "the cat sat", "on a mat")));

        assertThat(answer.usage())
                .isEqualTo(Usage.of(TokenEstimate.of("the cat sat") + TokenEstimate.of("on a mat"), 0));
    }

    @Test
    void cohereTakesNinetySixTextsACall() {
        List<String> many = IntStream.range(0, 200).mapToObj(i -> "text t" + i).toList();
        EmbeddingResponse answer = value(provider.embed(new EmbeddingRequest(many, Purpose.DOCUMENT, COHERE)));
        EmbeddingResponse last = value(provider.embed(texts(COHERE, "text t199")));

        assertThat(server.calls().subList(0, 3))
                .extracting(call -> call.call().request().messages().size())
                .containsExactlyInAnyOrder(96, 96, 8);
        assertThat(answer.vectors()).hasSize(200);
        assertThat(answer.vectors().get(199)).containsExactly(last.vectors().get(0));
        assertThat(answer.usage().estimated()).isFalse();
        assertThat(answer.usage().inputTokens())
                .isEqualTo(many.stream().mapToLong(TokenEstimate::of).sum());
    }

    @Test
    void purposeIsTold() {
        value(provider.embed(texts(COHERE, "a")));
        value(provider.embed(new EmbeddingRequest(List.of("a"), Purpose.QUERY, "us.cohere.embed-v4:0")));

        assertThat(wire(1).body()).contains("\"input_type\":\"search_document\"");
        assertThat(wire(2).body()).contains("\"input_type\":\"search_query\"");
        assertThat(wire(2).path()).isEqualTo("/model/us.cohere.embed-v4%3A0/invoke");
    }

    @Test
    void optionsGoWithTheModelTheyAreFor() {
        EmbeddingProvider small = builder()
                .embeddingModel(TITAN, Map.of("dimensions", 256, "normalize", true))
                .build();
        EmbeddingResponse answer = value(small.embed(EmbeddingRequest.query("a")));
        value(small.embed(texts(COHERE, "a")));

        assertThat(answer.vectors().get(0)).hasSize(256);
        assertThat(wire(1).body()).contains("\"dimensions\":256", "\"normalize\":true");
        assertThat(wire(2).body()).doesNotContain("dimensions");
        ((BedrockProvider) small).close().block(LONG);
    }

    @Test
    void vectorsMayComeByType() {
        BedrockProvider typed = builder()
                .embeddingModel(
                        "cohere.embed-v4:0", Map.of("embedding_types", List.of("float"), "output_dimension", 512))
                .build();

        assertThat(value(typed.embed(EmbeddingRequest.query("a"))).vectors())
                .singleElement()
                .satisfies(vector -> assertThat(vector).hasSize(512));
        answer("{\"embeddings\":{\"int8\":[[1]],\"float\":[[0.5,-1e-2]]},\"texts\":[\"a\"]}");
        assertThat(value(typed.embed(EmbeddingRequest.query("a"))).vectors().get(0))
                .containsExactly(0.5f, -0.01f);
        typed.close().block(LONG);
    }

    @Test
    void tokensThatAreNotToldAreEstimated() {
        answer("{\"embedding\":[1,2],\"embeddingsByType\":{\"float\":[1,2]}}");
        EmbeddingResponse answer = value(provider.embed(EmbeddingRequest.query("the cat sat")));

        assertThat(answer.vectors().get(0)).containsExactly(1, 2);
        assertThat(answer.usage()).isEqualTo(Usage.estimated(TokenEstimate.of("the cat sat"), 0));
    }

    @Test
    void withoutModelOrTextNothingIsCalled() {
        BedrockProvider bare = builder().build();

        assertThat(error(bare.embed(EmbeddingRequest.query("a"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("embeddingModel");
        assertThat(error(provider.embed(EmbeddingRequest.documents(List.of()))))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(error(provider.embed(texts("amazon.nova-pro-v1:0", "a"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("amazon.nova-pro-v1:0");
        assertThat(server.calls()).isEmpty();
        bare.close().block(LONG);
    }

    static Stream<Arguments> overHttp() {
        return Stream.of(
                Arguments.of(429, "ThrottlingException", RateLimitedException.class, true),
                Arguments.of(429, "ModelNotReadyException", ProviderUnavailableException.class, true),
                Arguments.of(503, "ServiceUnavailableException", ProviderUnavailableException.class, true),
                Arguments.of(500, "InternalServerException", ProviderUnavailableException.class, true),
                Arguments.of(408, "ModelTimeoutException", ProviderTimeoutException.class, true),
                Arguments.of(424, "ModelErrorException", ProviderUnavailableException.class, true),
                Arguments.of(400, "ValidationException", InvalidRequestException.class, false),
                Arguments.of(403, "AccessDeniedException", AuthenticationException.class, false),
                Arguments.of(404, "ResourceNotFoundException", ModelNotFoundException.class, false),
                Arguments.of(400, "ServiceQuotaExceededException", QuotaExhaustedException.class, false));
    }

    @ParameterizedTest
    @MethodSource("overHttp")
    void errorOverHttp(int status, String code, Class<?> type, boolean retry) {
        server.enqueue(ScriptedReply.fail(Fault.status(status, code, "because of key-of-the-test")));
        Throwable error = error(provider.embed(EmbeddingRequest.query("a")));

        assertThat(error)
                .isExactlyInstanceOf(type)
                .hasMessageContaining("because")
                .hasMessageNotContaining("key-of-the-test");
        assertThat(error instanceof Transient).isEqualTo(retry);
        assertThat((ProviderException) error).satisfies(told -> {
            assertThat(told.status()).isEqualTo(status);
            assertThat(told.requestId()).isNotBlank();
            assertThat(told.model()).isEqualTo(TITAN);
        });
        assertThat(server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"embedding\":[]}",
                "{\"embedding\":7}",
                "{\"embedding\":[1,\"a\"]}",
                "{\"embedding\":[1e300]}",
                "{\"embedding\":[1],\"embeddings\":[[1]]}",
                "{\"embeddings\":7}",
                "{\"embeddings\":{\"int8\":[[1]]}}",
                "{\"embeddings\":[[1],[2]]}",
                "{\"embeddings\":[1]}",
                "{\"message\":\"fine\"}"
            })
    void answerThatDoesNotFitIsAProtocolError(String json) {
        answer(json);
        Throwable error = error(provider.embed(EmbeddingRequest.query("a")));

        assertThat(error).isInstanceOfAny(ProtocolException.class, GarbledResponseException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "{\"embedding\":[1", "{\"embedding\"", "", "no"})
    void answerThatIsNoJsonObjectIsGarbled(String json) {
        answer(json);

        assertThat(error(provider.embed(EmbeddingRequest.query("a")))).isInstanceOf(GarbledResponseException.class);
    }

    @Test
    void pageInPlaceOfAnAnswerIsGarbled() {
        server.enqueue(ScriptedReply.fail(Fault.garbageBody(200, "text/html", "<html>Log in first</html>")));

        assertThat(error(provider.embed(EmbeddingRequest.query("a")))).isInstanceOf(GarbledResponseException.class);
    }

    @Test
    void oneCallThatFailsEndsTheOthers() {
        server.enqueue(
                ScriptedReply.fail(Fault.stallBeforeResponse()),
                ScriptedReply.fail(Fault.status(429, "ThrottlingException", "because")));

        assertThat(error(provider.embed(texts(TITAN, "a", "b")))).isInstanceOf(RateLimitedException.class);
        assertThat(value(Flux.merge(wire(1).closed(), wire(2).closed()).collectList()))
                .contains(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void cancelReachesTheWire() {
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));

        StepVerifier.create(provider.embed(EmbeddingRequest.query("a")).takeUntilOther(server.call(1)))
                .verifyComplete();
        assertThat(value(wire(1).closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void answerThatTakesTooLongIsCutOff() {
        BedrockProvider hasty = builder()
                .embeddingModel(TITAN)
                .timeouts(ProviderTimeouts.DEFAULTS.withFirstToken(Duration.ofMillis(300)))
                .build();
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));

        assertThat(error(hasty.embed(EmbeddingRequest.query("a")))).isInstanceOf(ProviderTimeoutException.class);
        assertThat(value(wire(1).closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
        hasty.close().block(LONG);
    }

    @Test
    void tenantsCallWithTheirOwnKeyAndModel() {
        BedrockProvider keyed = provider.withConfig(ProviderConfig.ofKey(Secret.of("key-of-the-tenant")));
        BedrockProvider signing = provider.withConfig(ProviderConfig.of(Map.of(
                "access_key_id",
                "AKIDTENANT",
                "secret_access_key",
                Secret.of("secret-of-the-tenant"),
                "embedding_model",
                COHERE)));
        value(provider.embed(EmbeddingRequest.query("a")));
        value(keyed.embed(EmbeddingRequest.query("a")));
        value(signing.embed(EmbeddingRequest.query("a")));

        assertThat(wire(1).call().credential()).isEqualTo("key-of-the-test");
        assertThat(wire(2).call().credential()).isEqualTo("key-of-the-tenant");
        assertThat(wire(2).call().model()).isEqualTo(TITAN);
        assertThat(wire(3).call().credential()).isEqualTo("AKIDTENANT");
        assertThat(wire(3).call().model()).isEqualTo(COHERE);
        assertThat(wire(3).headers().get("authorization")).startsWith("AWS4-HMAC-SHA256 ");
    }

    @Test
    void closedProviderCallsNothing() {
        provider.close().block(LONG);

        assertThat(error(provider.embed(EmbeddingRequest.query("a"))))
                .extracting(error -> error.getClass().getSimpleName())
                .isEqualTo("ProviderClosedException");
        assertThat(server.calls()).isEmpty();
    }
}
