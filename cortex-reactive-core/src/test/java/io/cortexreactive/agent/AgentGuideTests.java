package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolMethod;
import io.cortexreactive.tool.ToolRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@code docs/plugins/agent.md} shows, compiled and run. */
class AgentGuideTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScriptedProvider provider = ScriptedProvider.of();
    private final Cortex cortex = Cortex.builder().provider(provider).build();
    private final ToolExecutor executor = ToolExecutor.create(ToolRegistry.of(List.of()));
    private final ChatClient chat = cortex.chat();
    private final Tool weather = Tool.builder("weather")
            .requiresApproval(true)
            .handler((input, context) ->
                    Mono.just("Snow for " + context.metadata().getOrDefault("userId", "anybody")))
            .build();

    @AfterEach
    void close() {
        executor.close().block(LONG);
        cortex.close().block(LONG);
    }

    private static Mono<Boolean> askTheUser(ToolCall call) {
        return Mono.just(call.name().equals("weather"));
    }

    @Test
    void runs() {
        provider.enqueue(ScriptedReply.text("Take a coat."));

        AgentDefinition definition = Agent.define("travel")
                .systemPrompt("Help people to pack. Look at the weather first.")
                .tools(weather)
                .maxIterations(5)
                .build();
        Agent agent = Agent.bind(definition, AgentRuntime.of(chat, executor));

        Mono<AgentResponse> response = agent.run("I go to Oslo tomorrow.");

        assertThat(Objects.requireNonNull(response.block(LONG)).output()).isEqualTo("Take a coat.");
    }

    @AgentClass(
            id = "librarian",
            description = "Finds books",
            systemPrompt = "Find the book that fits.",
            tools = "clock",
            maxIterations = 5)
    static final class Librarian {

        @ToolMethod("Searches the shelves")
        Mono<List<String>> search(String words) {
            return Mono.just(List.of("A book of " + words));
        }
    }

    public static final class Translator implements Agents.Source {

        @Override
        public AgentDefinition definition() {
            return Agent.define("translator").systemPrompt("Translate.").build();
        }
    }

    @Test
    void comesInByAnnotationOrAsASource() {
        AgentDefinition librarian = Agents.from(new Librarian());
        AgentDefinition remembering = Agents.define(new Librarian())
                .memory(ConversationMemory.buffer())
                .build();

        assertThat(librarian.toolNames()).containsExactly("clock");
        assertThat(remembering.memory()).isNotNull();
        assertThat(new Translator().definition().id()).isEqualTo("translator");
    }

    @Test
    void limitsSayWhichOfThemEndedTheRun() {
        AgentLimits limits = AgentLimits.iterations(20)
                .withMaxToolCalls(50)
                .withMaxTokens(100_000)
                .withMaxCost(new BigDecimal("0.50"))
                .withMaxDuration(Duration.ofMinutes(2));

        assertThat(limits.maxToolCalls()).isEqualTo(50);
    }

    @Test
    void runsAtTheFrontDoor() {
        provider.enqueue(ScriptedReply.text("Take a coat."));
        AgentDefinition travel = Agent.define("travel").build();

        Cortex cortex = Cortex.builder().provider(provider).agent(travel).build();

        Mono<AgentResponse> response = cortex.agent("travel").run("I go to Oslo tomorrow.");

        assertThat(Objects.requireNonNull(response.block(LONG)).output()).isEqualTo("Take a coat.");
        cortex.close().block(LONG);
    }

    @Test
    void leadsAndHandsOver() {
        AgentDefinition writer = Agent.define("writer")
                .description("Writes short texts")
                .systemPrompt("Write what you are asked for.")
                .build();
        AgentDefinition lead = Agent.supervisor("lead", "writer", "librarian").build();

        AgentDefinition desk = Agent.define("desk")
                .systemPrompt("Find out what it is about, and hand over.")
                .handOffs("billing", "travel")
                .build();

        provider.enqueue(
                ScriptedReply.toolCall("1", "writer", Map.of("input", "Snow")),
                ScriptedReply.text("White."),
                ScriptedReply.text("Snow is white."));
        Cortex cortex = Cortex.builder()
                .provider(provider)
                .agent(writer)
                .agent(lead)
                .agent(desk)
                .agent(Agent.define("librarian").build())
                .agent(Agent.define("billing").build())
                .agent(Agent.define("travel").build())
                .build();

        Flux<String> shown =
                cortex.agent("lead").stream("A text on snow.").map(step -> String.join(" > ", step.path()));

        assertThat(shown.collectList().block(LONG)).contains("lead", "lead > writer");
        cortex.close().block(LONG);
    }

    @Test
    void tellsStepsAndAsksForApproval() {
        ScriptedReply look = ScriptedReply.toolCall("t1", "weather", Map.of());
        Agent agent = Agent.bind(Agent.define("travel").tools(weather).build(), AgentRuntime.of(chat, executor));
        provider.enqueue(ScriptedReply.text("Take a coat."));

        Flux<AgentStep> steps = agent.stream("I go to Oslo tomorrow.");

        Flux<String> shown = steps.map(step -> {
            if (step instanceof AgentStep.Text text) {
                return text.text();
            }
            return step instanceof AgentStep.ToolFinished done
                    ? "[" + done.call().name() + "]"
                    : "";
        });

        assertThat(shown.collectList().map(parts -> String.join("", parts)).block(LONG))
                .isEqualTo("Take a coat.");
        provider.enqueue(look, ScriptedReply.text("Booked."));

        AgentContext context = AgentContext.conversation("talk-7")
                .withVariables(Map.of("userId", "u1"))
                .withApproval((call, tool) -> askTheUser(call));

        Mono<AgentResponse> answer = agent.run("Book it.", context);

        AgentResponse response = Objects.requireNonNull(answer.block(LONG));
        assertThat(response.output()).isEqualTo("Booked.");
        assertThat(response.iterations().get(0).toolCalls().get(0).result().output())
                .isEqualTo("Snow for u1");
    }

    static Flux<AgentStep> answered(AgentRun run) {
        return run.turn().repeat(run::goesOn);
    }

    static Flux<AgentStep> asked(AgentRun run, String next) {
        return Flux.defer(() -> run.mayAsk() ? run.say(Message.user(next)).thenMany(answered(run)) : Flux.empty());
    }

    @Test
    void reflects() {
        AgentLoop reflect = run -> Flux.concat(
                answered(run),
                asked(run, "What is wrong or missing in your answer? Be brief."),
                asked(run, "Answer again, and better."));
        provider.enqueue(
                ScriptedReply.text("Take a coat."),
                ScriptedReply.text("It rains, too."),
                ScriptedReply.text("Take a coat and boots."));
        Agent agent = Agent.bind(Agent.define("travel").loop(reflect).build(), AgentRuntime.of(chat, executor));

        AgentResponse response =
                Objects.requireNonNull(agent.run("I go to Oslo.").block(LONG));
        assertThat(response.output()).isEqualTo("Take a coat and boots.");
        assertThat(response.messages()).hasSize(6);
    }

    @Test
    void plans() {
        AgentDefinition careful = Agent.define("travel")
                .tools(weather)
                .loop(AgentLoop.planAndExecute(
                        AgentLoop.PlanOptions.DEFAULTS.withMaxSteps(5).withPlannerModel("wise")))
                .build();
        provider.enqueue(
                ScriptedReply.text("{\"steps\":[\"Think of the cold\"]}"),
                ScriptedReply.text("It is cold."),
                ScriptedReply.text("Take a coat."));

        assertThat(Objects.requireNonNull(Agent.bind(careful, AgentRuntime.of(chat, executor))
                                .run("I go to Oslo.")
                                .block(LONG))
                        .output())
                .isEqualTo("Take a coat.");
    }

    @Test
    void runsInTheBackground() {
        provider.enqueue(ScriptedReply.toolCall("t1", "weather", Map.of("n", 1)), ScriptedReply.text("Take a coat."));
        cortex.agents().register(Agent.define("travel").tools(weather).build());

        Mono<String> dispatched = cortex.agent("travel")
                .runAsync("I go to Oslo tomorrow.", AgentContext.conversation("talk-7"))
                .idempotencyKey("order-1")
                .dispatch();

        Mono<AgentResponse> response =
                dispatched.flatMap(runId -> cortex.agentRuns().await(runId));

        String runId = Objects.requireNonNull(dispatched.block(LONG));
        cortex.agentRuns()
                .follow(runId, null)
                .filter(AgentStep.ApprovalRequested.class::isInstance)
                .blockFirst(LONG);
        Mono<Void> decided = cortex.agentRuns().approve(runId, "t1", AgentRuns.Approval.grant());
        decided.block(LONG);
        assertThat(Objects.requireNonNull(response.block(LONG)).output()).isEqualTo("Take a coat.");
    }
}
