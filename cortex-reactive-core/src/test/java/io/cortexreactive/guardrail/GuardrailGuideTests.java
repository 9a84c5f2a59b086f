package io.cortexreactive.guardrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.chat.RequestedGuardrails;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.bedrock.BedrockGuardrail;
import io.cortexreactive.guardrail.pii.NationalId;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.guardrail.pii.PiiKind;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The snippets of {@code docs/plugins/guardrail.md}. */
class GuardrailGuideTests {

    private final EventPublisher events = EventPublisher.none();
    private final GuardrailRegistry guardrails = GuardrailRegistry.create(events);
    private final ScriptedProvider provider = ScriptedProvider.builder()
            .script(call -> ScriptedReply.text("Your card 4111 1111 1111 1111 is on file."))
            .build();

    private ChatClient client(ChatInterceptor... chain) {
        TenantManager tenants = TenantManager.create(TenantResolver.none(), false);
        ProviderRegistry providers = ProviderRegistry.create(tenants, events);
        providers.register(provider);
        return ChatClient.create(tenants, providers, List.of(chain));
    }

    @Test
    void putsThemAroundCalls() {
        guardrails.register(PiiGuardrail.create());
        guardrails.register(PromptInjectionGuardrail.create());

        GuardrailSettings settings =
                GuardrailSettings.DEFAULTS.withInput("prompt-injection", "pii").withOutput("pii");

        ChatInterceptor in = Guardrails.input(guardrails, settings, events);
        ChatInterceptor out = Guardrails.output(guardrails, settings, events);

        ChatClient chat = client(in, out);

        Flux<String> answer = chat.text("Which card do you have of me?")
                .onErrorResume(GuardrailBlockedException.class, blocked -> {
                    return Flux.just("I cannot answer that: "
                            + blocked.violations().get(0).description());
                });

        StepVerifier.create(answer.collectList().map(pieces -> String.join("", pieces)))
                .expectNext("Your card [CARD] is on file.")
                .verifyComplete();
    }

    @Test
    void aCallNamesMore() {
        guardrails.register(KeywordGuardrail.block("no-files", "on file"));
        ChatClient chat = client(
                Guardrails.input(guardrails, GuardrailSettings.DEFAULTS, events),
                Guardrails.output(guardrails, GuardrailSettings.DEFAULTS, events));
        ChatRequest request = ChatRequest.of("Which card?");

        ChatRequest guarded = RequestedGuardrails.add(request, List.of("no-files")); // this request
        ChatClient careful = chat.withGuardrails("no-files"); // all calls of a client

        StepVerifier.create(chat.send(guarded)).verifyError(GuardrailBlockedException.class);
        StepVerifier.create(careful.send(request)).verifyError(GuardrailBlockedException.class);
    }

    @Test
    void personalData() {
        Guardrail pii = PiiGuardrail.builder()
                .kinds(PiiKind.EMAIL, PiiKind.CARD, PiiKind.IBAN, PiiKind.NATIONAL_ID)
                .nationalIds(NationalId.DE, NationalId.US)
                .onViolation(PiiKind.CARD, OnViolation.BLOCK)
                .onViolation(PiiKind.EMAIL, OnViolation.REPORT)
                .mask(kind -> "***")
                .build();

        assertThat(Answers.check(pii, "joe@example.com has 123-45-6789").replacement())
                .isEqualTo("joe@example.com has ***");
    }

    @Test
    void theOthers() {
        Guardrail length = ContentLengthGuardrail.max("length", 10_000);
        Guardrail words = KeywordGuardrail.mask("words", "[...]", "Project Blue", "geheim");
        Guardrail orders = RegexGuardrail.builder("orders")
                .pattern("order", "\\bORD-\\d{8}\\b")
                .maxLength(12)
                .build();

        assertThat(Answers.check(length, "Hello").passed()).isTrue();
        assertThat(Answers.check(words, "PROJECT  BLUE!").replacement()).isEqualTo("[...]!");
        assertThat(Answers.check(orders, "It is ORD-12345678.").replacement()).isEqualTo("It is [ORDER].");
    }

    @Test
    void bedrock() {
        BedrockGuardrail bedrock = BedrockGuardrail.builder("gr-abc123")
                .version("3")
                .region("eu-central-1")
                .holdBack(HoldBack.chars(2_000))
                .build();

        assertThat(bedrock.id()).isEqualTo("bedrock");
        bedrock.close().block();
    }

    static final class OnTopic implements Guardrail {

        private final Provider judge;

        OnTopic(Provider judge) {
            this.judge = judge;
        }

        @Override
        public String id() {
            return "on-topic";
        }

        @Override
        public Mono<GuardrailResult> check(GuardrailContent content) {
            return judge.chat(ChatRequest.of("Is this about cooking? Say yes or no.\n\n" + content.text()))
                    .map(answer -> answer.text().startsWith("yes")
                            ? GuardrailResult.pass()
                            : GuardrailResult.block(new Violation("topic", "It is not about cooking", 0, 0)));
        }

        @Override
        public HoldBack holdBack() {
            return HoldBack.chars(1_000);
        }
    }

    @Test
    void aModelAsJudge() {
        Guardrail onTopic = new OnTopic(ScriptedProvider.of("no"));

        assertThat(Answers.check(onTopic, "Cars").passed()).isFalse();
    }

    static final class Calm implements Guardrail {

        @Override
        public String id() {
            return "calm";
        }

        @Override
        public Mono<GuardrailResult> check(GuardrailContent content) {
            return Mono.fromSupplier(() -> Guardrails.scan(scanner(), content.text()));
        }

        @Override
        public Scanner scanner() {
            return new Scanner() {
                private int taken;

                @Override
                public int scan(String more, Findings findings) {
                    for (int i = 0; i < more.length(); i++) {
                        if (more.charAt(i) == '!') {
                            Violation found = new Violation("shouting", "It shouts", taken + i, taken + i + 1);
                            findings.mask(found, ".");
                        }
                    }
                    taken += more.length();
                    return taken;
                }

                @Override
                public void end(Findings findings) {}
            };
        }
    }

    @Test
    void aScanner() {
        assertThat(Answers.see(Answers.guarded(
                                Flux.fromIterable(Answers.chunks(List.of("No", "!!", " Yes!"))), new Calm()))
                        .text())
                .isEqualTo("No.. Yes.");
    }
}
