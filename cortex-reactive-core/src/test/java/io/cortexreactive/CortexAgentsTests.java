package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.CortexConfig.AgentSettings;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentConfigurationException;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentEvent;
import io.cortexreactive.agent.AgentEvent.AgentRunCompleted;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.agent.AgentNotFoundException;
import io.cortexreactive.agent.AgentPlugin;
import io.cortexreactive.agent.AgentRegistry;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.agent.discovered.Greeter;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantMissingException;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolNotFoundException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Agents at the front door: how they come in, and what they run on. */
class CortexAgentsTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final ModelPrices DOLLAR_A_TOKEN = new ModelPrices(MILLION, MILLION, MILLION, MILLION, "USD");

    private final ScriptedProvider provider = ScriptedProvider.of();
    private @Nullable Cortex cortex;

    private Cortex build(Cortex.Builder builder) {
        cortex = builder.build();
        return cortex;
    }

    private Cortex.Builder builder() {
        return Cortex.builder().provider(provider);
    }

    @AfterEach
    void close() {
        if (cortex != null) {
            cortex.close().block(SOON);
        }
    }

    private static AgentDefinition agent(String id) {
        return Agent.define(id).systemPrompt("You are " + id + ".").build();
    }

    private static AgentResponse run(Agent agent) {
        return Objects.requireNonNull(agent.run("Go").block(SOON));
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
            public Mono<Void> register(PluginManager plugins) {
                return Mono.fromRunnable(() -> register.accept(plugins));
            }
        };
    }

    @Test
    void registeredAgentRunsByItsId() {
        provider.enqueue(ScriptedReply.text("Done."));
        Cortex cortex = build(builder().agent(agent("writer")));

        assertThat(run(cortex.agent("writer")).output()).isEqualTo("Done.");
        assertThat(provider.requests().get(0).system()).isEqualTo("You are writer.");
    }

    @Test
    void unknownIdIsAnErrorThatNamesThoseThereAre() {
        Cortex cortex = build(builder().agent(agent("writer")).agent(agent("editor")));

        assertThatExceptionOfType(AgentNotFoundException.class)
                .isThrownBy(() -> cortex.agent("writr"))
                .withMessageContainingAll("'writr'", "writer, editor");
    }

    @Test
    void agentsAreAPluginOfTheirOwn() {
        Cortex cortex = build(builder());

        assertThat(cortex.plugins().features()).contains("agent", "agent-registry");
        assertThat(cortex.plugins().services().get(AgentRegistry.class)).isSameAs(cortex.agents());
    }

    @Test
    void pluginAddsAnAgent() {
        Cortex cortex = build(builder().plugin(plugin(plugins -> plugins.extend(AgentPlugin.AGENTS, agent("added")))));

        assertThat(cortex.agent("added").id()).isEqualTo("added");
    }

    @Test
    void pluginReplacesTheRegistryAndTheApplicationsAgentsGoThere() {
        AgentRegistry other = AgentRegistry.of(List.of(agent("other")));
        Cortex cortex = build(builder()
                .agent(agent("writer"))
                .plugin(plugin(plugins -> plugins.services().replace(AgentRegistry.class, old -> other))));

        assertThat(cortex.agents()).isSameAs(other);
        assertThat(other.all()).extracting(AgentDefinition::id).containsExactly("other", "writer");
    }

    @Test
    void disabledPluginFindsNothingButHoldsWhatTheApplicationGives() {
        provider.enqueue(ScriptedReply.text("Done."));
        Cortex cortex = build(builder()
                .agent(agent("writer"))
                .config(CortexConfig.builder()
                        .plugins(PluginSettings.DEFAULTS.withDisabled("agent"))
                        .agent(new AgentSettings(true, List.of("io.cortexreactive.agent.unmakeable")))
                        .build()));

        assertThat(cortex.plugins().has("agent")).isFalse();
        assertThat(cortex.agents().all()).extracting(AgentDefinition::id).containsExactly("writer");
        assertThat(run(cortex.agent("writer")).output()).isEqualTo("Done.");
    }

    @Test
    void agentsAreFoundAsServicesAndInPackages() {
        AgentDefinition mine = agent("greeter");
        Cortex cortex = build(builder()
                .agent(mine)
                .config(CortexConfig.builder()
                        .agent(new AgentSettings(true, List.of(Greeter.class.getPackageName())))
                        .build()));

        assertThat(cortex.agents().all())
                .extracting(AgentDefinition::id)
                .containsExactly("service", "asker", "greeter");
        assertThat(cortex.agents().get("greeter")).isSameAs(mine);
    }

    @Test
    void discoveryIsSwitchedOff() {
        Cortex cortex = build(builder()
                .config(CortexConfig.builder()
                        .agent(new AgentSettings(false, List.of(Greeter.class.getPackageName())))
                        .build()));

        assertThat(cortex.agents().all()).isEmpty();
    }

    @Test
    void discoveryIsConfiguredByFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("cortex.yaml"), """
                cortex:
                  agent: {discovery: {enabled: false, packages: [com.example.agents]}}
                  events: {disabled: [AgentIterationStarted, AgentEvent]}
                """);
        CortexConfig config = CortexConfig.load(file);

        assertThat(config.agent()).isEqualTo(new AgentSettings(false, List.of("com.example.agents")));
        assertThat(config).isNotEqualTo(CortexConfig.defaults());
        assertThat(config.events()).isNotEqualTo(EventSettings.DEFAULTS);
        assertThat(config.events().disabled()).contains("AgentIterationStarted");
    }

    @ParameterizedTest
    @CsvSource({"packages: [a], agent.packages", "'discovery: {paths: [a]}', agent.discovery.paths"})
    void unknownSettingIsToldWhereItStands(String setting, String place, @TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("cortex.yaml"), "agent:\n  " + setting + "\n");

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> CortexConfig.load(file))
                .withMessageContainingAll("cortex.yaml:2", place);
    }

    @Test
    void whatAnAgentNamesMustBeThereWhenItIsBuilt() {
        assertThatExceptionOfType(AgentNotFoundException.class)
                .isThrownBy(builder().agent(Agent.define("a").agents("b").build())::build)
                .withMessageContaining("'b'");
        assertThatExceptionOfType(AgentNotFoundException.class)
                .isThrownBy(builder().agent(Agent.define("a").handOffs("b").build())::build)
                .withMessageContaining("'b'");
        assertThatExceptionOfType(ToolNotFoundException.class)
                .isThrownBy(builder().agent(Agent.define("a").tools("clock").build())::build)
                .withMessageContaining("'clock'");
        assertThatExceptionOfType(ProviderNotFoundException.class)
                .isThrownBy(builder().agent(Agent.define("a").provider("other").build())::build)
                .withMessageContaining("'other'");
    }

    @Test
    void agentsMayNameEachOtherAndToolsThatComeLater() {
        Cortex cortex = build(builder()
                .agent(Agent.define("a").agents("b").tools("clock").build())
                .agent(Agent.define("b").handOffs("a").build())
                .tool(Tool.builder("clock")
                        .handler((input, context) -> Mono.just("noon"))
                        .build()));

        assertThat(cortex.agent("a").id()).isEqualTo("a");
    }

    @Test
    void eventsOfRunsComeFromTheEventStream() {
        provider.enqueue(ScriptedReply.text("Done."));
        Cortex cortex = build(builder().agent(agent("writer")));

        StepVerifier.create(cortex.events().on(AgentEvent.class).take(4).last())
                .then(() -> run(
                        cortex.forTenant(TenantContext.builder("acme").build()).agent("writer")))
                .assertNext(event -> {
                    assertThat(event).isInstanceOf(AgentRunCompleted.class);
                    assertThat(event.meta().tenantId()).isEqualTo("acme");
                    assertThat(event.agent()).isEqualTo("writer");
                })
                .expectComplete()
                .verify(SOON);
    }

    private static final TenantContext ACME = TenantContext.builder("acme").build();
    private static final AgentDefinition REMEMBERING =
            Agent.define("host").memory(ConversationMemory.buffer()).build();

    private static void say(Cortex cortex, String text) {
        cortex.agent(REMEMBERING).run(text, AgentContext.conversation("talk")).block(SOON);
    }

    @Test
    void agentsOfAllViewsRememberInOnePlace() {
        provider.enqueue(ScriptedReply.text("Hello."), ScriptedReply.text("Ada."), ScriptedReply.text("Who?"));
        Cortex cortex = build(builder());
        say(cortex.forTenant(ACME), "I am Ada.");
        say(cortex.forTenant(ACME), "Who am I?");
        say(cortex, "Who am I?");

        assertThat(provider.requests().get(1).messages())
                .extracting(Message::text)
                .containsExactly("I am Ada.", "Hello.", "Who am I?");
        assertThat(provider.requests().get(2).messages()).hasSize(1);
    }

    @Test
    void conversationsAreKeptInTheStoreThatIsGiven() {
        provider.enqueue(ScriptedReply.text("Hello."));
        ConversationStore store = ConversationStore.inMemory();
        say(build(builder().conversationStore(store)).forTenant(ACME), "I am Ada.");

        StepVerifier.create(Conversations.on(store)
                        .history("talk")
                        .map(Message::text)
                        .contextWrite(Tenancy.as(ACME)))
                .expectNext("I am Ada.", "Hello.")
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void conversationsAreReadAndDeletedInTheStoreThatThereIs() {
        provider.enqueue(ScriptedReply.text("Hello."));
        Cortex cortex = build(builder());
        say(cortex.forTenant(ACME), "I am Ada.");
        Conversations conversations = Conversations.on(cortex.conversationStore());

        StepVerifier.create(conversations.history("talk").map(Message::text).contextWrite(Tenancy.as(ACME)))
                .expectNext("I am Ada.", "Hello.")
                .expectComplete()
                .verify(SOON);
        conversations.delete("talk").contextWrite(Tenancy.as(ACME)).block(SOON);
        StepVerifier.create(conversations.history("talk").contextWrite(Tenancy.as(ACME)))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void theStoreThatIsGivenIsTheOneThatThereIs() {
        ConversationStore store = ConversationStore.inMemory();
        Cortex cortex = build(builder().conversationStore(store));

        assertThat(cortex.conversationStore()).isSameAs(store);
        assertThat(cortex.forTenant(ACME).conversationStore()).isSameAs(store);
    }

    @Test
    void agentAsksByTheClientThatIsGivenAndSoDoThoseItNames() {
        provider.enqueue(
                ScriptedReply.toolCall("1", "writer", Map.of("input", "Write.")),
                ScriptedReply.text("Written."),
                ScriptedReply.text("Done."));
        Cortex cortex = build(builder().agent(agent("writer")));
        ChatClient polite = cortex.chat()
                .with((request, next) -> next.stream(request.toBuilder()
                        .system("Please. " + request.system())
                        .build()));
        Agent lead = cortex.agent(
                Agent.define("lead").systemPrompt("Lead.").agents("writer").build(), polite);

        StepVerifier.create(cortex.events().on(AgentRunCompleted.class).take(2).map(AgentEvent::agent))
                .then(() -> assertThat(run(lead).output()).isEqualTo("Done."))
                .expectNext("writer", "lead")
                .expectComplete()
                .verify(SOON);
        assertThat(provider.requests())
                .extracting(ChatRequest::system)
                .containsExactly("Please. Lead.", "Please. You are writer.", "Please. Lead.");
    }

    @Test
    void withoutATenantThatIsRequiredNothingIsLookedUp() {
        AtomicInteger searches = new AtomicInteger();
        Cortex cortex = build(builder()
                .config(CortexConfig.builder()
                        .tenancy(new CortexConfig.TenancySettings(false, true, null))
                        .build()));
        Agent agent = cortex.agent(
                Agent.define("asker")
                        .retriever((query, limit) -> Mono.fromSupplier(() -> {
                            searches.incrementAndGet();
                            return RetrievedContent.NONE;
                        }))
                        .build(),
                cortex.chat());

        StepVerifier.create(agent.stream("Go"))
                .expectError(TenantMissingException.class)
                .verify(SOON);
        assertThat(searches).hasValue(0);
    }

    private static Model model(String id, @Nullable ModelPrices prices) {
        return new Model(id, id, 1_000, 1_000, prices, ProviderCapabilities.all());
    }

    private static ScriptedProvider provider(String id, Model... models) {
        return ScriptedProvider.builder().id(id).models(models).build();
    }

    private static ScriptedReply costing(long tokens) {
        return ScriptedReply.builder()
                .toolCall("1", "none", Map.of())
                .model("m")
                .usage(Usage.of(tokens, 0))
                .build();
    }

    private AgentStopReason endOf(@Nullable String named, ScriptedProvider asked, ScriptedProvider... others) {
        asked.enqueue(costing(3), costing(3), ScriptedReply.text("never"));
        Cortex.Builder builder = Cortex.builder();
        for (ScriptedProvider other : others) {
            builder.provider(other);
        }
        AgentDefinition.Builder definition =
                Agent.define("spender").limits(AgentLimits.NONE.withMaxCost(BigDecimal.valueOf(5)));
        return run(build(builder).agent((named == null ? definition : definition.provider(named)).build()))
                .stopReason();
    }

    @Test
    void pricesAreThoseOfTheProviderThatTheAgentNames() {
        ScriptedProvider free = provider(
                "free",
                model("m", new ModelPrices(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, "USD")));
        ScriptedProvider dear = provider("dear", model("other", null), model("m", DOLLAR_A_TOKEN));

        assertThat(endOf("dear", dear, free, dear)).isEqualTo(AgentStopReason.MAX_COST);
        assertThat(dear.requests()).hasSize(2);
    }

    @Test
    void pricesAreElseThoseOfAnybodyWhoKnows() {
        ScriptedProvider silent = provider("silent", model("m", null));
        ScriptedProvider knowing = provider("knowing", model("m", DOLLAR_A_TOKEN));

        assertThat(endOf(null, silent, silent, knowing)).isEqualTo(AgentStopReason.MAX_COST);
        assertThat(silent.requests()).hasSize(2);
    }

    @Test
    void runWhoseCostNobodyKnowsFails() {
        provider.enqueue(costing(3));
        Agent agent = build(builder())
                .agent(Agent.define("spender")
                        .limits(AgentLimits.NONE.withMaxCost(BigDecimal.ONE))
                        .build());

        StepVerifier.create(agent.run("Go"))
                .expectError(AgentConfigurationException.class)
                .verify(SOON);
    }
}
