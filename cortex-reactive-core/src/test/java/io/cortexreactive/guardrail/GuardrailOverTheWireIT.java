package io.cortexreactive.guardrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatInterceptors;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.error.Secret;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.resilience.ResilienceRegistry;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What guardrails do to the connection of a provider. */
class GuardrailOverTheWireIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String CARD = "4111 1111 1111 1111";

    private SimulatedModelServer server;
    private BedrockProvider provider;

    @BeforeEach
    void start() {
        server = Objects.requireNonNull(SimulatedModelServer.builder().start().block(LONG));
        provider = BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(server.endpoint())
                .apiKey(Secret.of("key-of-the-test"))
                .model("us.anthropic.claude-sonnet-4-6")
                .build();
    }

    @AfterEach
    void stop() {
        provider.close().block(LONG);
        server.close().block(LONG);
    }

    /** The chain as it is: retries around what is guarded. */
    private ChatClient client(Guardrail guardrail) {
        TenantManager tenants = TenantManager.create(TenantResolver.none(), false);
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(provider);
        GuardrailRegistry registry = Answers.registry(guardrail);
        GuardrailSettings settings =
                GuardrailSettings.DEFAULTS.withInput(guardrail.id()).withOutput(guardrail.id());
        return ChatClient.create(
                tenants,
                providers,
                List.of(
                        Guardrails.input(registry, settings, EventPublisher.none()),
                        ChatInterceptors.resilience(
                                ChatResilience.DEFAULTS, ResilienceRegistry.create(), EventPublisher.none()),
                        Guardrails.output(registry, settings, EventPublisher.none())));
    }

    private static Guardrail blocking() {
        return PiiGuardrail.builder().onViolation(OnViolation.BLOCK).build();
    }

    @Test
    void aBlockedAnswerClosesTheConnection() {
        server.enqueue(ScriptedReply.builder()
                .text("The number is " + CARD + ". ")
                .repeat("And so on. ", 1_000_000)
                .build());

        StepVerifier.create(client(blocking()).text("Which card?").collectList())
                .verifyError(GuardrailBlockedException.class);

        StepVerifier.create(server.call(1).flatMap(WireCall::closed))
                .expectNext(CloseReason.CLIENT_CLOSED)
                .expectComplete()
                .verify(LONG);
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void aBlockedRequestIsNotMade() {
        StepVerifier.create(client(blocking()).text("Mine is " + CARD)).verifyError(GuardrailBlockedException.class);

        assertThat(server.calls()).isEmpty();
    }

    @Test
    void whatIsMaskedNeitherLeavesNorArrives() {
        server.enqueue(ScriptedReply.builder()
                .text("You gave me " + CARD + ", joe@example.com.")
                .chunkSize(3)
                .build());

        StepVerifier.create(client(PiiGuardrail.create()).send(ChatRequest.of("Mine is " + CARD + "!")))
                .assertNext(answer -> assertThat(answer.text()).isEqualTo("You gave me [CARD], [EMAIL]."))
                .verifyComplete();

        assertThat(server.calls().get(0).body()).contains("Mine is [CARD]!").doesNotContain("4111");
    }

    @Test
    void aConsumerThatCancelsClosesTheConnection() {
        server.enqueue(ScriptedReply.builder().repeat("And so on. ", 1_000_000).build());

        StepVerifier.create(client(PiiGuardrail.create()).text("Go on").take(5))
                .expectNextCount(5)
                .verifyComplete();

        StepVerifier.create(server.call(1).flatMap(WireCall::closed))
                .expectNext(CloseReason.CLIENT_CLOSED)
                .expectComplete()
                .verify(LONG);
    }
}
