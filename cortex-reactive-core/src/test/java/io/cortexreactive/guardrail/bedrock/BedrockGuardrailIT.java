package io.cortexreactive.guardrail.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cortexreactive.error.Secret;
import io.cortexreactive.guardrail.GuardrailContent;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.Violation;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

/** ApplyGuardrail over the wire, against a server that answers as Bedrock's documentation says. */
class BedrockGuardrailIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String NONE = """
            {"action":"NONE","outputs":[],"assessments":[{}],"usage":{"topicPolicyUnits":1}}""";
    private static final String BLOCKED = """
            {"action":"GUARDRAIL_INTERVENED","outputs":[{"text":"Sorry, I cannot say."}],
             "assessments":[{"topicPolicy":{"topics":[{"name":"Investments","type":"DENY","action":"BLOCKED"}]},
              "wordPolicy":{"customWords":[{"match":"a secret word","action":"BLOCKED"}],"managedWordLists":[]}}]}""";
    private static final String MASKED = """
            {"action":"GUARDRAIL_INTERVENED","outputs":[{"text":"Write to {EMAIL}."}],
             "assessments":[{"sensitiveInformationPolicy":{"regexes":[],
              "piiEntities":[{"match":"joe@example.com","type":"EMAIL","action":"ANONYMIZED"}]}}]}""";

    private record Asked(String path, String authorization, Map<String, Object> body) {}

    private record Answer(int status, String errorType, String body) {}

    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> arrived = Sinks.empty();
    private final Sinks.Empty<Void> cancelled = Sinks.empty();
    private DisposableServer server;
    private BedrockGuardrail guardrail;

    @BeforeEach
    void start() {
        server = Objects.requireNonNull(HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(this::answer)
                .bind()
                .block(LONG));
        guardrail = guardrail(builder -> builder.credentials("AKIDEXAMPLE", Secret.of("not-a-real-secret")));
    }

    @AfterEach
    void stop() {
        guardrail.close().block(LONG);
        server.disposeNow(LONG);
    }

    private BedrockGuardrail guardrail(UnaryOperator<BedrockGuardrail.Builder> settings) {
        return settings.apply(BedrockGuardrail.builder("gr-1")
                        .version("3")
                        .region("eu-west-1")
                        .endpoint(URI.create("http://127.0.0.1:" + server.port())))
                .build();
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().flatMap(body -> {
            asked.add(new Asked(request.uri(), request.requestHeaders().get("authorization"), json(body)));
            Answer next = answers.poll();
            if (next == null) {
                arrived.tryEmitEmpty();
                return Mono.<Void>never().doOnCancel(cancelled::tryEmitEmpty);
            }
            return response.status(HttpResponseStatus.valueOf(next.status))
                    .header("content-type", "application/json")
                    .header("x-amzn-requestid", "r-1")
                    .header("x-amzn-errortype", next.errorType)
                    .sendString(Mono.just(next.body))
                    .then();
        });
    }

    @SuppressWarnings("unchecked") // the SDK sends an object
    private static Map<String, Object> json(String body) {
        return JsonMapper.shared().readValue(body, Map.class);
    }

    private GuardrailResult check(String answer, GuardrailContent content) {
        answers.add(new Answer(200, "", answer));
        return Objects.requireNonNull(guardrail.check(content).block(LONG));
    }

    @Test
    void asksAsTheSourceThatItIs() {
        assertThat(check(NONE, GuardrailContent.input("Hello")).passed()).isTrue();
        assertThat(check(NONE, GuardrailContent.output("Hi")).passed()).isTrue();

        assertThat(asked).extracting(Asked::path).containsOnly("/guardrail/gr-1/version/3/apply");
        assertThat(asked)
                .allSatisfy(call -> assertThat(call.authorization)
                        .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                        .contains("/eu-west-1/bedrock/"));
        assertThat(asked)
                .extracting(call -> call.body.get("source"), call -> call.body.get("content"))
                .containsExactly(
                        tuple("INPUT", List.of(Map.of("text", Map.of("text", "Hello")))),
                        tuple("OUTPUT", List.of(Map.of("text", Map.of("text", "Hi")))));
    }

    @Test
    void aKeyIsSentAsItIs() {
        BedrockGuardrail keyed = guardrail(builder -> builder.apiKey(Secret.of("key-of-the-test")));
        answers.add(new Answer(200, "", NONE));

        StepVerifier.create(keyed.check(GuardrailContent.input("Hello")))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(asked.get(0).authorization).isEqualTo("Bearer key-of-the-test");
        keyed.close().block(LONG);
    }

    @Test
    void blocksWhatBedrockBlocks() {
        GuardrailResult result = check(BLOCKED, GuardrailContent.input("Buy shares?"));

        assertThat(result.passed()).isFalse();
        assertThat(result.metadata()).containsEntry("message", "Sorry, I cannot say.");
        assertThat(result.violations()).extracting(Violation::rule).containsExactly("topic:Investments", "word:CUSTOM");
        assertThat(result.toString()).doesNotContain("a secret word");
    }

    @Test
    void masksWhatBedrockMasks() {
        GuardrailResult result = check(MASKED, GuardrailContent.output("Write to joe@example.com."));

        assertThat(result.passed()).isTrue();
        assertThat(result.replacement()).isEqualTo("Write to {EMAIL}.");
        assertThat(result.violations()).extracting(Violation::rule).containsExactly("sensitive:EMAIL");
        assertThat(result.toString()).doesNotContain("joe@");
    }

    @Test
    void anInterventionThatIsNotExplainedBlocks() {
        assertThat(check("{\"action\":\"GUARDRAIL_INTERVENED\",\"outputs\":[]}", GuardrailContent.input("x"))
                        .passed())
                .isFalse();
    }

    @Test
    void nothingIsNotAskedAbout() {
        StepVerifier.create(guardrail.check(GuardrailContent.output(" ")))
                .expectNext(GuardrailResult.pass())
                .verifyComplete();
        assertThat(asked).isEmpty();
    }

    @Test
    void asksAgainWhenTheServiceIsBusy() {
        answers.add(new Answer(429, "ThrottlingException", "{\"message\":\"slow down\"}"));

        assertThat(check(NONE, GuardrailContent.input("Hello")).passed()).isTrue();
        assertThat(asked).hasSize(2);
    }

    @Test
    void errorsSayWhetherToTryAgain() {
        answers.add(new Answer(403, "AccessDeniedException", "{\"message\":\"no\"}"));
        answers.add(new Answer(400, "ValidationException", "{\"message\":\"no\"}"));
        for (int i = 0; i < 3; i++) {
            answers.add(new Answer(503, "ServiceUnavailableException", "{\"message\":\"no\"}"));
        }

        StepVerifier.create(guardrail.check(GuardrailContent.input("x"))).verifyError(AuthenticationException.class);
        StepVerifier.create(guardrail.check(GuardrailContent.input("x"))).verifyError(InvalidRequestException.class);
        StepVerifier.create(guardrail.check(GuardrailContent.input("x")))
                .verifyError(ProviderUnavailableException.class);
    }

    @Test
    void aServiceThatIsNotThereMayBeAskedAgain() throws IOException {
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            BedrockGuardrail alone = guardrail(builder -> builder.apiKey(Secret.of("key"))
                    .timeout(Duration.ofSeconds(2))
                    .endpoint(URI.create("http://127.0.0.1:" + silent.getLocalPort())));

            // On JDK 25 the SDK at times tells of a refused connection only by its timeout.
            StepVerifier.create(alone.check(GuardrailContent.input("x")))
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfAny(ProviderUnavailableException.class, ProviderTimeoutException.class));
            alone.close().block(LONG);
        }
    }

    @Test
    void aSlowServiceTimesOut() {
        BedrockGuardrail hurried =
                guardrail(builder -> builder.apiKey(Secret.of("key")).timeout(Duration.ofMillis(200)));

        StepVerifier.create(hurried.check(GuardrailContent.input("x"))).verifyError(ProviderTimeoutException.class);
        hurried.close().block(LONG);
    }

    @Test
    void cancelClosesTheConnection() {
        StepVerifier.create(guardrail.check(GuardrailContent.input("x")).takeUntilOther(arrived.asMono()))
                .verifyComplete();

        StepVerifier.create(cancelled.asMono()).expectComplete().verify(LONG);
    }
}
