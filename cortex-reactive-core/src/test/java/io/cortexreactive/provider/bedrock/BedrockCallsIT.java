package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What goes over the wire to Bedrock besides plain streams. */
class BedrockCallsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String NO_STREAM = "acme.whole-v1";
    private static final Model WHOLE_ONLY =
            new Model(NO_STREAM, "Whole", 8_000, 1_000, null, ProviderCapabilities.of(Capability.TOOLS));

    private SimulatedModelServer server;
    private BedrockProvider provider;

    @BeforeEach
    void start() {
        server = value(SimulatedModelServer.builder().start());
        provider = builder().build();
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
                .apiKey(Secret.of("key-of-the-test"))
                .model("us.anthropic.claude-sonnet-4-6")
                .models(List.of(WHOLE_ONLY))
                .header("x-team", "reactive");
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG));
    }

    private ScriptedCall call(int number) {
        return value(server.call(number)).call();
    }

    private static ChatRequest whole(String text) {
        return ChatRequest.builder().model(NO_STREAM).user(text).build();
    }

    @Test
    void requestArrivesAsItWasMeant() {
        server.enqueue(ScriptedReply.text("Fine."));
        ChatRequest request = ChatRequest.builder()
                .model("us.anthropic.claude-sonnet-4-6")
                .system("Be brief.")
                .messages(
                        Message.user(
                                new TextContent("Look:"),
                                ImageContent.of("image/png", new byte[] {1, 2, 3}),
                                DocumentContent.of("notes", "text/plain", new byte[] {4, 5})),
                        Message.assistant(
                                new ReasoningContent("Hm.", "proof", false),
                                new TextContent("I see."),
                                ToolCall.of("a", "weather", Map.of("city", "Oslo", "days", 3))),
                        Message.toolResult("a", Map.of("celsius", 3.5), false))
                .tool(new ToolDefinition("weather", "Weather", Schema.object().property("city", Schema.string())))
                .options(ChatOptions.builder()
                        .temperature(0.5)
                        .maxTokens(100)
                        .stopSequences("END")
                        .toolChoice(ToolChoice.any())
                        .build())
                .build();
        assertThat(value(provider.chat(request)).text()).isEqualTo("Fine.");
        ChatRequest arrived = call(1).request();

        assertThat(call(1).model()).isEqualTo("us.anthropic.claude-sonnet-4-6");
        assertThat(call(1).streaming()).isTrue();
        assertThat(arrived.systemText()).isEqualTo("Be brief.");
        assertThat(arrived.messages())
                .flatExtracting(Message::content)
                .containsExactlyElementsOf(request.messages().stream()
                        .flatMap(message -> message.content().stream())
                        .toList());
        assertThat(arrived.tools()).hasSize(1);
        assertThat(arrived.options().toolChoice()).isEqualTo(ToolChoice.any());
        assertThat(arrived.options().stopSequences()).containsExactly("END");
    }

    @Test
    void headerOfTheApplicationIsSent() {
        server.enqueue(ScriptedReply.text("Fine."));
        value(provider.chat(ChatRequest.of("Hello?")));

        assertThat(value(server.call(1)).headers()).containsEntry("x-team", "reactive");
    }

    @Test
    void completionCarriesRequestIdAndLatency() {
        server.enqueue(ScriptedReply.text("Fine."));

        assertThat(value(provider.chat(ChatRequest.of("Hello?"))).metadata()).containsKeys("requestId", "latencyMs");
    }

    @Test
    void hostIsFoundByName() {
        server.enqueue(ScriptedReply.text("Fine."));
        BedrockProvider named = builder()
                .endpoint(URI.create("http://localhost:" + server.endpoint().getPort()))
                .build();

        assertThat(value(named.chat(ChatRequest.of("Hello?"))).text()).isEqualTo("Fine.");
        named.close().block(LONG);
    }

    @Test
    void modelThatCannotStreamAnswersWhole() {
        server.enqueue(ScriptedReply.builder()
                .reasoning("Hm.", "proof")
                .text("Let me look.")
                .toolCall("a", "weather", Map.of("city", "Oslo", "days", 3, "exact", 1.5))
                .usage(new Usage(3, 5, 7, 11, false))
                .build());
        ChatResponse answer = value(provider.chat(whole("Weather?")));

        assertThat(call(1).streaming()).isFalse();
        assertThat(value(server.call(1)).path()).endsWith("/converse");
        assertThat(answer.message().content())
                .containsExactly(
                        new ReasoningContent("Hm.", "proof", false),
                        new TextContent("Let me look."),
                        ToolCall.of("a", "weather", Map.of("city", "Oslo", "days", 3, "exact", 1.5)));
        assertThat(answer.usage()).isEqualTo(new Usage(3, 5, 7, 11, false));
        assertThat(answer.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(answer.metadata()).containsKey("latencyMs");
    }

    @Test
    void wholeAnswerWithInvalidArgumentsIsNoFailure() {
        server.enqueue(ScriptedReply.builder()
                .invalidToolCall("a", "weather", "not JSON")
                .build());

        assertThat(value(provider.chat(whole("Weather?"))).toolCalls())
                .containsExactly(new ToolCall("a", "weather", Map.of(), "\"not JSON\""));
    }

    @Test
    void wholeAnswerFailsTyped() {
        server.enqueue(
                ScriptedReply.fail(Fault.status(429, "ThrottlingException", "slow")),
                ScriptedReply.fail(Fault.garbageBody(200, "text/html", "<html>Log in first</html>")),
                ScriptedReply.builder().text("x").fault(Fault.badCrcAfter(0)).build(),
                ScriptedReply.builder().text("x").fault(Fault.cutAfter(0)).build(),
                ScriptedReply.fail(Fault.resetBeforeResponse()));

        assertFails(RateLimitedException.class);
        assertFails(GarbledResponseException.class);
        assertFails(GarbledResponseException.class);
        assertFails(ProviderUnavailableException.class);
        assertFails(ProviderUnavailableException.class);
    }

    private void assertFails(Class<? extends Throwable> type) {
        StepVerifier.create(provider.chat(whole("Hello?")))
                .expectErrorSatisfies(error -> assertThat(error).isExactlyInstanceOf(type))
                .verify(LONG);
    }

    @Test
    void wholeAnswerTimesOut() {
        BedrockProvider hasty = builder()
                .timeouts(ProviderTimeouts.DEFAULTS.withFirstToken(Duration.ofMillis(500)))
                .build();
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));

        StepVerifier.create(hasty.chat(whole("Hello?")))
                .expectError(ProviderTimeoutException.class)
                .verify(LONG);
        assertThat(value(server.call(1).flatMap(WireCall::closed))).hasToString("CLIENT_CLOSED");
        hasty.close().block(LONG);
    }

    @Test
    void unknownModelIsRefusedBeforeTheCallWhereModelsAreConfigured() {
        StepVerifier.create(provider.chat(
                        ChatRequest.builder().model("acme.hole-v1").user("Hi").build()))
                .expectError(ModelNotFoundException.class)
                .verify(LONG);
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void bedrockCountsTokensWhereItCan() {
        ChatRequest request = ChatRequest.of("How many tokens is this?");

        assertThat(value(provider.countTokens(request))).isPositive();
        assertThat(value(server.call(1)).path()).contains("anthropic.claude-sonnet-4-6/count-tokens");
        assertThat(value(server.call(1)).path()).doesNotContain("us.anthropic");
    }

    @Test
    void tokensAreEstimatedWhereBedrockCannotCount() {
        ChatRequest request = whole("How many tokens is this?");

        assertThat(value(provider.countTokens(request))).isEqualTo(TokenEstimate.of(request));
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void tokensAreEstimatedWhereBedrockRefusesToCount() {
        ChatRequest request = ChatRequest.builder()
                .messages(Message.assistant("I begin."), Message.user("Go on."))
                .build();

        assertThat(value(provider.countTokens(request))).isEqualTo(TokenEstimate.of(request));
        assertThat(value(server.call(1)).status()).isEqualTo(400);
    }
}
