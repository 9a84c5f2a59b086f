package io.cortexreactive.guardrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.chat.ChatInterceptors;
import io.cortexreactive.chat.RequestedGuardrails;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailChecked;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class InputGuardTests {

    private static final String CARD = "4111 1111 1111 1111";
    private static final PiiGuardrail MASKS = PiiGuardrail.create();
    private static final PiiGuardrail BLOCKS =
            PiiGuardrail.builder().id("strict").onViolation(OnViolation.BLOCK).build();

    private final ScriptedProvider provider = ScriptedProvider.builder()
            .script(call -> ScriptedReply.text("Fine."))
            .build();
    private final RecordingEvents events = new RecordingEvents();

    private ChatClient client(GuardrailSettings settings, Guardrail... guardrails) {
        TenantManager tenants = TenantManager.create(TenantResolver.none(), false);
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(provider);
        GuardrailRegistry registry = Answers.registry(guardrails);
        List<ChatInterceptor> chain = List.of(
                ChatInterceptors.events(events),
                Guardrails.input(registry, settings, events),
                Guardrails.output(registry, settings, events));
        return ChatClient.create(tenants, providers, chain);
    }

    static List<Guardrail> bothWays() {
        return List.of(MASKS, new Asked("asked", MASKS, new CopyOnWriteArrayList<>()));
    }

    private ChatRequest sent(Guardrail guardrail, ChatRequest request) {
        GuardrailSettings settings = GuardrailSettings.DEFAULTS.withInput(guardrail.id());
        StepVerifier.create(client(settings, guardrail).send(request))
                .expectNextCount(1)
                .verifyComplete();
        return provider.requests().get(provider.requests().size() - 1);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void theProviderSeesWhatWasLetThrough(Guardrail guardrail) {
        ChatRequest request = ChatRequest.builder()
                .system("Call " + CARD)
                .user("Mine is " + CARD)
                .message(Message.assistant(
                        new ReasoningContent(CARD, "proof", false),
                        new TextContent("You said " + CARD),
                        ToolCall.of("t1", "pay", Map.of("card", CARD))))
                .message(Message.toolResult("t1", Map.of("paid", List.of(CARD, 1)), false))
                .message(Message.toolResult("t2", "from " + CARD, false))
                .user("Thanks")
                .build();

        ChatRequest expected = ChatRequest.builder()
                .system("Call " + CARD)
                .user("Mine is [CARD]")
                .message(Message.assistant(
                        new ReasoningContent(CARD, "proof", false),
                        new TextContent("You said [CARD]"),
                        ToolCall.of("t1", "pay", Map.of("card", "[CARD]"))))
                .message(Message.toolResult("t1", Map.of("paid", List.of("[CARD]", 1)), false))
                .message(Message.toolResult("t2", "from [CARD]", false))
                .user("Thanks")
                .build();
        assertThat(sent(guardrail, request)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void aRequestInWhichNothingIsFoundStaysTheSame(Guardrail guardrail) {
        ChatRequest request = ChatRequest.builder()
                .user("Hello")
                .message(Message.assistant(ToolCall.of("t1", "pay", Map.of("n", 1))))
                .message(Message.toolResult("t1", Map.of("ok", true), false))
                .build();

        assertThat(sent(guardrail, request)).isSameAs(request);
    }

    @Test
    void resultsNestedTooDeeplyAreRefused() {
        Object deep = "x";
        for (int i = 0; i < 150; i++) {
            deep = List.of(deep);
        }
        List<Content> result = List.of(new ToolResultContent("t1", deep, false));
        ChatRequest request = ChatRequest.builder()
                .user("Hello")
                .message(new Message(Role.TOOL, result, Map.of()))
                .build();

        StepVerifier.create(client(GuardrailSettings.DEFAULTS.withInput("pii"), MASKS)
                        .send(request))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(LimitExceededException.class)
                        .hasMessageContaining("100"))
                .verify();
    }

    @Test
    void earlierTurnsCanBeLeftOutWhereAskingCosts() {
        Asked asked = new Asked("asked", MASKS, new CopyOnWriteArrayList<>());
        GuardrailSettings settings =
                GuardrailSettings.DEFAULTS.withInput("asked").withNewInputOnly(true);
        ChatRequest request = ChatRequest.builder()
                .user("One")
                .assistant("Two")
                .user("Three")
                .user("Four")
                .build();

        StepVerifier.create(client(settings, asked).send(request))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(asked.seen).containsExactlyInAnyOrder("Three", "Four");
    }

    @Test
    void whatIsBlockedIsNotSentAndCostsNothing() {
        GuardrailSettings settings = GuardrailSettings.DEFAULTS.withInput("strict");

        StepVerifier.create(client(settings, BLOCKS).stream(ChatRequest.of("Mine is " + CARD)))
                .expectErrorSatisfies(error -> {
                    GuardrailBlockedException blocked = (GuardrailBlockedException) error;
                    assertThat(blocked.source()).isEqualTo(Source.INPUT);
                    assertThat(blocked.guardrail()).isEqualTo("strict");
                    assertThat(blocked.usage()).isEqualTo(Usage.NONE);
                    assertThat(blocked.getMessage()).doesNotContain("4111");
                })
                .verify();

        assertThat(provider.requests()).isEmpty();
        assertThat(events.only(ChatError.class).usage()).isEqualTo(Usage.NONE);
        assertThat(events.only(GuardrailChecked.class).content().text()).isEmpty();
    }

    @Test
    void aRequestNamesMoreGuardrails() {
        ChatClient client = client(GuardrailSettings.DEFAULTS, MASKS, BLOCKS);
        ChatRequest request = ChatRequest.of("Mine is " + CARD);

        StepVerifier.create(client.send(request)).expectNextCount(1).verifyComplete();
        StepVerifier.create(client.send(RequestedGuardrails.add(request, List.of("pii"))))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(client.withGuardrails("strict").send(request)).verifyError(GuardrailBlockedException.class);
        StepVerifier.create(client.withGuardrails("strict").send(RequestedGuardrails.add(request, List.of("pii"))))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(provider.requests())
                .extracting(asked -> asked.messages().get(0).text())
                .containsExactly("Mine is " + CARD, "Mine is [CARD]", "Mine is [CARD]");
    }

    @Test
    void anUnknownGuardrailFailsBeforeAnythingIsSent() {
        StepVerifier.create(client(GuardrailSettings.DEFAULTS, MASKS)
                        .send(RequestedGuardrails.add(ChatRequest.of("Hello"), List.of("pi"))))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(GuardrailNotFoundException.class)
                        .hasMessageContaining("'pi'")
                        .hasMessageContaining("pii"))
                .verify();
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void aRegistryTellsWhatIsRegistered() {
        GuardrailRegistry registry = GuardrailRegistry.create(events);

        registry.register(MASKS);

        assertThat(registry.all()).containsExactly(MASKS);
        assertThat(registry.has("pii")).isTrue();
        assertThat(registry.find("none")).isEmpty();
        assertThat(events.names()).containsExactly("GuardrailRegistered");
    }

    private record Asked(String id, Guardrail finds, List<String> seen) implements Guardrail {

        @Override
        public Mono<GuardrailResult> check(GuardrailContent content) {
            seen.add(content.text());
            return finds.check(content);
        }

        @Override
        public boolean checks(Source source, Part part) {
            return source == Source.INPUT;
        }
    }

    @Test
    void aModelCanBeTheJudge() {
        ScriptedProvider judge = ScriptedProvider.of("no", "yes");
        List<String> questions = new ArrayList<>();
        Guardrail judged = new Guardrail() {
            @Override
            public String id() {
                return "judge";
            }

            @Override
            public Mono<GuardrailResult> check(GuardrailContent content) {
                questions.add(content.text());
                return judge.chat(ChatRequest.of("Is this about weapons? " + content.text()))
                        .map(answer -> answer.text().equals("no")
                                ? GuardrailResult.pass()
                                : GuardrailResult.block(new Violation(
                                        "weapons",
                                        "It is about weapons",
                                        0,
                                        content.text().length())));
            }
        };
        ChatClient client = client(GuardrailSettings.DEFAULTS.withOutput("judge"), judged);

        StepVerifier.create(client.send(ChatRequest.of("Hello")))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(client.send(ChatRequest.of("Hello"))).verifyError(GuardrailBlockedException.class);
        assertThat(questions).containsExactly("Fine.", "Fine.");
        assertThat(judge.requests())
                .extracting(request -> request.messages().get(0).role())
                .containsOnly(Role.USER);
    }
}
