package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.chat.ChatHooks;
import io.cortexreactive.chat.MessageTransformer;
import io.cortexreactive.chat.ResponseProcessor;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.GuardrailBlockedException;
import io.cortexreactive.guardrail.GuardrailContent;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailChecked;
import io.cortexreactive.guardrail.GuardrailPlugin;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.GuardrailSettings;
import io.cortexreactive.guardrail.OnViolation;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.plugin.ExtensionPoint;
import io.cortexreactive.plugin.Hook;
import io.cortexreactive.plugin.HookFailedException;
import io.cortexreactive.plugin.HookTimedOutException;
import io.cortexreactive.plugin.HookVetoedException;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginDependency;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginResolutionException;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.plugin.PluginState;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.prompt.PromptException;
import io.cortexreactive.prompt.PromptRegistry;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderPlugin;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolPlugin;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What the front door has of each feature, and what plugins do to it. */
class CortexFeaturesTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String CARD = "4111 1111 1111 1111";
    private static final Tool CLOCK =
            Tool.builder("clock").handler((input, context) -> Mono.just("noon")).build();

    private final ScriptedProvider provider = ScriptedProvider.of();
    private @Nullable Cortex cortex;

    private Cortex build(Cortex.Builder builder) {
        cortex = builder.build();
        return cortex;
    }

    private Cortex with(Plugin plugin) {
        return build(Cortex.builder().provider(provider).plugin(plugin));
    }

    @AfterEach
    void close() {
        if (cortex != null) {
            cortex.close().block(SOON);
        }
    }

    private static Plugin plugin(Consumer<PluginManager> register) {
        return new Plugin() {
            @Override
            public String id() {
                return "added";
            }

            @Override
            public String version() {
                return "1.0.0";
            }

            @Override
            public List<PluginDependency> dependencies() {
                return List.of(PluginDependency.on("prompt", "^1.0"), PluginDependency.on("tool"));
            }

            @Override
            public Mono<Void> register(PluginManager plugins) {
                return Mono.fromRunnable(() -> register.accept(plugins));
            }
        };
    }

    private static ChatResponse answer(Cortex cortex, String question) {
        return Objects.requireNonNull(
                cortex.chat().send(ChatRequest.of(question)).block(SOON));
    }

    @Test
    void builtInFeaturesArePlugins() {
        Cortex cortex = build(Cortex.builder().provider(provider));

        assertThat(cortex.plugins().features()).contains("provider", "tool", "prompt", "guardrail", "prompt-registry");
        assertThat(cortex.plugins().state("tool")).contains(PluginState.BOOTED);
    }

    @Test
    void pluginAddsAProviderAToolAndAGuardrail() {
        ScriptedProvider second = ScriptedProvider.builder().id("second").build();
        second.enqueue(ScriptedReply.text("second"));
        Cortex cortex = with(plugin(plugins -> {
            plugins.extend(ProviderPlugin.PROVIDERS, second);
            plugins.extend(ToolPlugin.TOOLS, CLOCK);
            plugins.extend(GuardrailPlugin.GUARDRAILS, PiiGuardrail.create());
        }));

        assertThat(cortex.tools().has("clock")).isTrue();
        assertThat(cortex.guardrails().has("pii")).isTrue();
        StepVerifier.create(cortex.chat("second").text("Hello?"))
                .expectNext("second")
                .verifyComplete();
    }

    @Test
    void pluginReplacesARegistry() {
        Prompt greeting = Prompt.of("greeting", "Hello {{name}}");
        Cortex cortex = with(plugin(plugins -> plugins.services().replace(PromptRegistry.class, old -> {
            PromptRegistry other = PromptRegistry.create();
            other.register(greeting);
            return other;
        })));

        assertThat(cortex.prompt("greeting").render(Map.of("name", "Ada"))).isEqualTo("Hello Ada");
    }

    @Test
    void hookBeforeSendChangesWhatIsSent() {
        provider.enqueue(ScriptedReply.text("Fine."));
        Cortex cortex = with(plugin(plugins -> plugins.addHook(
                ChatHooks.BEFORE_SEND,
                request -> Mono.just(request.toBuilder().system("Be brief.").build()))));
        answer(cortex, "How are you?");

        assertThat(provider.requests().get(0).system()).isEqualTo("Be brief.");
    }

    @Test
    void vetoBeforeSendCallsNobody() {
        Cortex cortex =
                with(plugin(plugins -> plugins.addHook(ChatHooks.BEFORE_SEND, request -> Hook.veto("not now"))));

        StepVerifier.create(cortex.chat().text("Hello?")).verifyError(HookVetoedException.class);
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void hookAfterReceiveSeesTheAnswerAndAddsMetadata() {
        provider.enqueue(ScriptedReply.text("Four."));
        Cortex cortex = with(plugin(plugins -> plugins.addHook(
                ChatHooks.AFTER_RECEIVE,
                received -> Mono.just(received.withResponse(new ChatResponse(
                        received.response().message(),
                        received.response().usage(),
                        received.response().stopReason(),
                        received.response().model(),
                        Map.of("length", received.response().text().length())))))));

        assertThat(answer(cortex, "Two and two?").metadata()).containsEntry("length", 5);
    }

    @Test
    void vetoAfterReceiveEndsTheAnswerWithItsError() {
        provider.enqueue(ScriptedReply.text("Four."));
        Cortex cortex =
                with(plugin(plugins -> plugins.addHook(ChatHooks.AFTER_RECEIVE, received -> Hook.veto("wrong"))));

        StepVerifier.create(cortex.chat().text("Two and two?"))
                .expectNext("Four.")
                .verifyError(HookVetoedException.class);
    }

    @Test
    void demandPassesThroughHooks() {
        provider.enqueue(ScriptedReply.builder().chunks("a", "b", "c").build());
        Cortex cortex = with(plugin(plugins -> plugins.addHook(ChatHooks.AFTER_RECEIVE, received -> Mono.empty())));

        StepVerifier.create(cortex.chat().stream(ChatRequest.of("Hello?")), 1)
                .expectNext(new TextDelta(0, "a"))
                .then(() -> assertThat(provider.requested()).isLessThanOrEqualTo(2))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void transformersAndProcessorsStandAroundACall() {
        provider.enqueue(ScriptedReply.text("quiet"));
        MessageTransformer model =
                request -> Mono.just(request.toBuilder().model("other").build());
        ResponseProcessor loud = (request, chunks) -> chunks.map(chunk -> chunk instanceof TextDelta delta
                ? new TextDelta(delta.index(), delta.text().toUpperCase(Locale.ROOT))
                : chunk);
        Cortex cortex = with(plugin(plugins -> {
            plugins.extend(MessageTransformer.POINT, model);
            plugins.extend(ResponseProcessor.POINT, loud);
        }));

        assertThat(answer(cortex, "Hello?").text()).isEqualTo("QUIET");
        assertThat(provider.requests().get(0).model()).isEqualTo("other");
    }

    private static Stream<Arguments> brokenSteps() {
        MessageTransformer throwing = request -> {
            throw new IllegalStateException("broken");
        };
        @SuppressWarnings("NullAway")
        MessageTransformer missing = request -> null;
        ResponseProcessor refusing = (request, chunks) -> {
            throw new IllegalStateException("broken");
        };
        @SuppressWarnings("NullAway")
        ResponseProcessor lost = (request, chunks) -> null;
        return Stream.of(
                Arguments.of(MessageTransformer.POINT, throwing),
                Arguments.of(MessageTransformer.POINT, missing),
                Arguments.of(ResponseProcessor.POINT, refusing),
                Arguments.of(ResponseProcessor.POINT, lost));
    }

    @ParameterizedTest
    @MethodSource("brokenSteps")
    <T> void stepThatBreaksIsAnErrorThatNamesItsPlugin(ExtensionPoint<T> point, T step) {
        provider.enqueue(ScriptedReply.text("Fine."));
        Cortex cortex = with(plugin(plugins -> plugins.extend(point, step)));

        StepVerifier.create(cortex.chat().text("Hello?"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(HookFailedException.class, failed -> {
                            assertThat(failed.plugin()).isEqualTo("added");
                            assertThat(failed.hook()).isEqualTo(point.name());
                        }))
                .verify(SOON);
    }

    @Test
    void transformerThatHangsIsTimedOutAndMayBlock() {
        MessageTransformer hanging = request -> {
            assertThat(Schedulers.isInNonBlockingThread()).isFalse();
            return Mono.never();
        };
        Cortex cortex = build(Cortex.builder()
                .provider(provider)
                .config(CortexConfig.builder()
                        .plugins(new PluginSettings(false, Set.of(), SOON, Duration.ofMillis(1)))
                        .build())
                .plugin(plugin(plugins -> plugins.extend(MessageTransformer.POINT, hanging))));

        StepVerifier.create(cortex.chat().text("Hello?"))
                .expectError(HookTimedOutException.class)
                .verify(SOON);
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"provider", "tool", "prompt", "guardrail", "agent"})
    void builtInFeatureThatIsDisabledBringsNothingButHoldsWhatTheApplicationGives(String id) {
        Cortex cortex = build(Cortex.builder()
                .provider(provider)
                .tool(CLOCK)
                .guardrail(PiiGuardrail.create())
                .config(CortexConfig.builder()
                        .plugins(PluginSettings.DEFAULTS.withDisabled(id))
                        .build()));
        provider.enqueue(ScriptedReply.text("Fine."));

        assertThat(cortex.plugins().has(id)).isFalse();
        assertThat(cortex.tools().has("clock")).isTrue();
        assertThat(cortex.guardrails().has("pii")).isTrue();
        assertThat(cortex.prompts().all()).isEmpty();
        assertThat(answer(cortex, "Hello?").text()).isEqualTo("Fine.");
    }

    @Test
    void disabledPluginThatThereIsNotIsRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> Cortex.builder()
                        .config(CortexConfig.builder()
                                .plugins(PluginSettings.DEFAULTS.withDisabled("promt"))
                                .build())
                        .build())
                .withMessageContainingAll("plugins.disabled", "'promt'", "prompt, guardrail");
    }

    @Test
    void startThatFailsClosesWhatItHadStarted() {
        AtomicBoolean shutDown = new AtomicBoolean();
        ScriptedProvider brought = ScriptedProvider.builder().id("brought").build();
        Plugin started = new Plugin() {
            @Override
            public String id() {
                return "started";
            }

            @Override
            public String version() {
                return "1.0.0";
            }

            @Override
            public Mono<Void> register(PluginManager plugins) {
                return Mono.fromRunnable(() -> plugins.extend(ProviderPlugin.PROVIDERS, brought));
            }

            @Override
            public Mono<Void> shutdown() {
                return Mono.fromRunnable(() -> shutDown.set(true));
            }
        };

        assertThatExceptionOfType(PromptException.class)
                .isThrownBy(() -> Cortex.builder()
                        .provider(provider)
                        .plugin(started)
                        .prompts(Path.of("/no/such"))
                        .build());

        assertThat(shutDown).isTrue();
        StepVerifier.create(brought.stream(ChatRequest.of("Hello?"))).verifyError(ProviderClosedException.class);
        provider.enqueue(ScriptedReply.text("Here."));
        StepVerifier.create(provider.chat(ChatRequest.of("Hello?")))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void pluginWhoseDependencyIsDisabledIsReportedWhenBuilding() {
        CortexConfig config = CortexConfig.builder()
                .plugins(PluginSettings.DEFAULTS.withDisabled("prompt"))
                .build();

        assertThatExceptionOfType(PluginResolutionException.class)
                .isThrownBy(() -> Cortex.builder()
                        .config(config)
                        .plugin(plugin(plugins -> {}))
                        .build())
                .withMessageContaining("prompt");
    }

    @Test
    void guardrailsComeFromConfigurationAndClient() {
        provider.enqueue(ScriptedReply.text("Yours is " + CARD + "."), ScriptedReply.text("Yours is " + CARD + "."));
        Cortex cortex = build(Cortex.builder()
                .provider(provider)
                .guardrail(PiiGuardrail.create())
                .config(CortexConfig.builder()
                        .guardrails(GuardrailSettings.DEFAULTS.withInput("pii"))
                        .build()));
        answer(cortex, "Is " + CARD + " mine?");

        assertThat(provider.requests().get(0).messages().get(0).text()).doesNotContain("4111");
        StepVerifier.create(cortex.chat().withGuardrails("pii").send(ChatRequest.of("Which is mine?")))
                .assertNext(response -> assertThat(response.text()).doesNotContain("4111"))
                .verifyComplete();
    }

    @Test
    void blockedQuestionReachesNoProvider() {
        PiiGuardrail strict =
                PiiGuardrail.builder().onViolation(OnViolation.BLOCK).build();
        Cortex cortex = build(Cortex.builder().provider(provider).guardrail(strict));

        StepVerifier.create(cortex.chat().withGuardrails("pii").text("Is " + CARD + " mine?"))
                .verifyError(GuardrailBlockedException.class);
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void closingReleasesWhatGuardrailsHold() {
        AtomicBoolean closed = new AtomicBoolean();
        Guardrail remote = new Guardrail() {
            @Override
            public String id() {
                return "remote";
            }

            @Override
            public Mono<GuardrailResult> check(GuardrailContent content) {
                return Mono.just(GuardrailResult.pass());
            }

            @Override
            public Mono<Void> close() {
                return Mono.fromRunnable(() -> closed.set(true));
            }
        };

        build(Cortex.builder().provider(provider).guardrail(remote)).close().block(SOON);

        assertThat(closed).isTrue();
    }

    @Test
    void agentCallsTheToolsOfTheFrontDoor() {
        provider.enqueue(ScriptedReply.toolCall("1", "clock", Map.of()), ScriptedReply.text("It is noon."));
        Cortex cortex = build(Cortex.builder().provider(provider).tool(CLOCK));
        Agent agent = cortex.agent(Agent.define("timekeeper").tools("clock").build());

        AgentResponse response =
                Objects.requireNonNull(agent.run("What time is it?").block(SOON));

        assertThat(response.output()).isEqualTo("It is noon.");
        assertThat(response.iterations()).hasSize(2);
    }

    record City(String name, int people) {}

    @Test
    void structuredOutputAsksTheDefaultProvider() {
        provider.enqueue(ScriptedReply.text("{\"name\":\"Oslo\",\"people\":700000}"));
        Cortex cortex = build(Cortex.builder().provider(provider));

        StepVerifier.create(cortex.structuredOutput().generateAs(ChatRequest.of("A city?"), City.class))
                .assertNext(response -> assertThat(response.value()).isEqualTo(new City("Oslo", 700_000)))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void promptsOfADirectoryAreLoaded(@TempDir Path directory) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("greeting"));
        Files.writeString(folder.resolve("prompt.yaml"), "id: greeting\nrequired_variables: [name]\n");
        Files.writeString(folder.resolve("v9.hbs"), "Hi {{name}}");
        Files.writeString(folder.resolve("v10.hbs"), "Hello {{name}}");
        Cortex cortex = build(Cortex.builder().provider(provider).prompts(directory));

        assertThat(cortex.prompt("greeting").render(Map.of("name", "Ada"))).isEqualTo("Hello Ada");
        assertThat(cortex.prompt("greeting", "9.0.0").render(Map.of("name", "Ada")))
                .isEqualTo("Hi Ada");
    }

    @Test
    void featuresAreConfiguredByFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("cortex.yaml");
        Files.writeString(file, """
                cortex:
                  prompt:
                    discovery: {enabled: false, paths: [prompts]}
                    caching: {ttl: 3600}
                  tools: {timeout: 5s, discovery: {packages: [com.example.tools]}}
                  guardrails: {input: [pii, injection], timeout: 2s}
                  structured_output: {strategy: json_mode, max_attempts: 3}
                  plugins: {disabled: [loud]}
                  events: {disabled: [GuardrailChecked, ToolEvent]}
                """);
        CortexConfig config = CortexConfig.load(file);

        assertThat(config.prompt().discovery().enabled()).isFalse();
        assertThat(config.prompt().caching().ttl()).isEqualTo(Duration.ofHours(1));
        assertThat(config.tools().packages()).containsExactly("com.example.tools");
        assertThat(config.tools().running().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.guardrails().input()).containsExactly("pii", "injection");
        assertThat(config.structuredOutput().attempts()).isEqualTo(3);
        assertThat(config.plugins().disabled()).containsExactly("loud");
        assertThat(config.events()).isNotEqualTo(EventSettings.DEFAULTS);
        assertThat(config.events().disabled()).contains(GuardrailChecked.class.getSimpleName());
    }

    private static CortexConfig read(Path directory, String yaml) throws IOException {
        return CortexConfig.load(Files.writeString(directory.resolve("cortex.yaml"), yaml));
    }

    @Test
    void guardrailsAreDefinedByFile(@TempDir Path directory) throws IOException {
        CortexConfig config = read(directory, """
                guardrails:
                  input: [pii, attacks]
                  output: [cards, words, orders, short, shape]
                  define:
                    pii:
                    attacks: {type: injection, threshold: 0.5}
                    cards: {type: pii, kinds: [card, national_id], national_ids: [de], mask: "***"}
                    words: {type: keyword, words: [heim], on_violation: mask, mask: "?", match_case: true, whole_words: false}
                    orders:
                      type: regex
                      patterns: {order: '\\bORD-\\d+\\b'}
                      max_length: 12
                    short: {type: length, max: 100}
                    shape:
                      type: schema
                      schema: '{"type": "object", "required": ["said"]}'
                """);
        provider.enqueue(
                ScriptedReply.text("{\"said\": \"geheim Heim ORD-12 for 4111 1111 1111 1111\"}"),
                ScriptedReply.text("{}"));
        Cortex cortex = build(Cortex.builder().provider(provider).config(config));

        assertThat(answer(cortex, "joe@example.com?").text()).isEqualTo("{\"said\": \"ge? Heim [ORDER] for ***\"}");
        assertThat(provider.requests().get(0).messages().get(0).text()).isEqualTo("[EMAIL]?");
        assertThatExceptionOfType(GuardrailBlockedException.class)
                .isThrownBy(() -> answer(cortex, "Hello?"))
                .withMessageContaining("shape");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            words: {type: keyword}                                | words      | no words
            words: {type: keywords, words: [a]}                   | words.type | pii, keyword, regex, length, injection, schema
            mine: {max: 5}                                        | mine       | type of guardrail 'mine'
            pii: {kinds: [cards]}                                 | pii.kinds  | CARD
            pii: {kind: [card]}                                   | pii.kind   | is not known here
            orders: {type: regex, patterns: {order: '('}}         | orders     | pattern
            length: {min: 5, max: 3}                              | length     | from 5 to 3
            injection: {threshold: 7}                             | injection  | cannot be used
            schema: {}                                            | schema     | is missing
            schema: {schema: '{'}                                 | schema     | cannot be used
            words: {type: keyword, words: [a], on_violation: hide} | words.on_violation | BLOCK
            """)
    void aDefinitionThatIsWrongIsToldWhereItStands(
            String definition, String place, String problem, @TempDir Path directory) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(directory, "guardrails:\n  define:\n    " + definition + "\n"))
                .withMessageContaining("cortex.yaml:3")
                .withMessageContaining("guardrails.define." + place)
                .withMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"input", "output"})
    void guardrailsThatAreNotThereAreToldWhenItIsBuilt(String way, @TempDir Path directory) throws IOException {
        CortexConfig config = read(directory, "guardrails:\n  " + way + ": [pii]\n");
        Cortex.Builder without = Cortex.builder().provider(provider).config(config);

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(without::build)
                .withMessageContaining("cortex.yaml:2")
                .withMessageContaining("guardrails." + way)
                .withMessageContaining("'pii'");
        assertThat(build(without.guardrail(PiiGuardrail.create())).guardrails().has("pii"))
                .isTrue();
    }

    @Test
    void promptsAreReadAgainAsTheyChange(@TempDir Path directory) throws IOException, InterruptedException {
        Path prompts = directory.resolve("prompts");
        Path file = Files.createDirectories(prompts.resolve("greeting")).resolve("v1.hbs");
        Files.writeString(file, "one");
        CortexConfig config = read(directory, "prompt: {hot_reload: true, discovery: {paths: ['" + prompts + "']}}");
        CountDownLatch reloaded = new CountDownLatch(1);
        Cortex cortex = build(Cortex.builder()
                .provider(provider)
                .config(config)
                .plugin(plugin(plugins ->
                        plugins.services().replace(PromptRegistry.class, old -> telling(old, "two", reloaded)))));

        Files.move(Files.writeString(directory.resolve("new"), "two"), file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(reloaded.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(cortex.prompt("greeting").template()).isEqualTo("two");
    }

    /** Tells when a template has been registered. */
    private static PromptRegistry telling(PromptRegistry registry, String template, CountDownLatch told) {
        return (PromptRegistry) Proxy.newProxyInstance(
                PromptRegistry.class.getClassLoader(),
                new Class<?>[] {PromptRegistry.class},
                (proxy, method, given) -> {
                    Object result = method.invoke(registry, given);
                    if (method.getName().equals("register")
                            && ((Prompt) given[0]).template().equals(template)) {
                        told.countDown();
                    }
                    return result;
                });
    }
}
