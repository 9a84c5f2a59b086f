package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.Lasting;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.message.Usage;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.prompt.PromptValidationException;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolApprovalMissingException;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolNotFoundException;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AgentLoopTests extends AgentFixture {

    @Test
    void answerWithoutToolCallsEndsTheRun() {
        provider.enqueue(ScriptedReply.text("Done."));
        AgentResponse response = run(agent());

        assertThat(response.output()).isEqualTo("Done.");
        assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(response.messages()).containsExactly(Message.user("Go"), Message.assistant("Done."));
        assertThat(response.iterations()).hasSize(1);
        assertThat(response.metadata()).containsEntry("iterations", 1);
    }

    @Test
    void resultsOfToolsGoBackToTheModelInTheOrderOfItsCalls() {
        provider.enqueue(
                ScriptedReply.builder()
                        .text("Let me look.")
                        .toolCall("t1", "slow", Map.of("n", 1))
                        .toolCall("t2", "quick", Map.of("n", 2))
                        .build(),
                ScriptedReply.text("Both done."));
        Agent agent = agent(
                tool("slow", (input, context) -> Mono.just(input).delayElement(Duration.ofMillis(50))),
                tool("quick", (input, context) -> Mono.just("two")));
        AgentResponse response = run(agent);

        assertThat(response.output()).isEqualTo("Both done.");
        List<Message> second = provider.requests().get(1).messages();
        assertThat(second).extracting(Message::role).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);
        assertThat(second.get(1).toolCalls()).extracting(ToolCall::id).containsExactly("t1", "t2");
        assertThat(results(second.get(2)))
                .containsExactly(
                        new ToolResultContent("t1", "{\"n\":1}", false), new ToolResultContent("t2", "two", false));
        assertThat(response.messages())
                .startsWith(second.toArray(Message[]::new))
                .hasSize(4);
    }

    @Test
    void definitionSaysWhatTheModelIsAsked() {
        provider.enqueue(ScriptedReply.text("Done."));
        registry.register(tool("shared", (input, context) -> Mono.empty()));
        AgentDefinition definition = Agent.define("helper")
                .systemPrompt("Help.")
                .model("small")
                .provider("scripted")
                .options(ChatOptions.builder().temperature(0.2).build())
                .tools(counter())
                .tools("shared")
                .build();
        run(Agent.bind(definition, runtime()));

        ChatRequest asked = provider.requests().get(0);
        assertThat(asked.system()).isEqualTo("Help.");
        assertThat(asked.model()).isEqualTo("small");
        assertThat(asked.options().temperature()).isEqualTo(0.2);
        assertThat(asked.tools()).extracting(ToolDefinition::name).containsExactly("count", "shared");
        assertThat(asked.metadata()).containsEntry("agentId", "helper").containsKey("runId");
    }

    @Test
    void aPromptIsFilledWithTheVariablesOfTheRun() {
        provider.enqueue(ScriptedReply.text("Done."));
        Prompt prompt = Prompt.builder("helper")
                .template("Help {{company}}.")
                .requiredVariables("company")
                .build();
        Agent agent = Agent.bind(Agent.define("helper").systemPrompt(prompt).build(), runtime());

        StepVerifier.create(agent.run(Message.user("Go"), AgentContext.NONE.withVariables(Map.of("company", "Acme"))))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(agent.run(Message.user("Go"), AgentContext.NONE))
                .expectError(PromptValidationException.class)
                .verify();

        assertThat(provider.requests()).extracting(ChatRequest::system).containsExactly("Help Acme.");
        assertThat(provider.requests().get(0).metadata())
                .containsAllEntriesOf(
                        prompt.renderPrompt(Map.of("company", "Acme")).metadata());
    }

    @Test
    void reasoningGoesBackWithItsSignature() {
        provider.enqueue(
                ScriptedReply.builder()
                        .reasoning("hm", "proof")
                        .toolCall("t1", "count", Map.of())
                        .build(),
                ScriptedReply.text("Done."));
        run(agent(counter()));

        assertThat(provider.requests().get(1).messages().get(1).content())
                .first()
                .isEqualTo(new ReasoningContent("hm", "proof", false));
    }

    @Test
    void errorsOfToolsGoBackToTheModel() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "broken", Map.of("n", 1))
                        .toolCall("t2", "nowhere", Map.of())
                        .toolCall("t3", "broken", Map.of("n", "many"))
                        .invalidToolCall("t4", "broken", "{\"n\": ")
                        .build(),
                ScriptedReply.text("Sorry."));
        AtomicInteger called = new AtomicInteger();
        AgentResponse response = run(agent(tool("broken", (input, context) -> {
            called.incrementAndGet();
            return Mono.error(new IllegalStateException("no ink"));
        })));

        assertThat(response.output()).isEqualTo("Sorry.");
        assertThat(called).hasValue(1);
        assertThat(response.iterations().get(0).toolCalls())
                .extracting(done -> done.result().errorKind().orElseThrow())
                .containsExactly(
                        ToolErrorKind.FAILED,
                        ToolErrorKind.UNKNOWN_TOOL,
                        ToolErrorKind.INVALID_ARGUMENTS,
                        ToolErrorKind.INVALID_ARGUMENTS);
        assertThat(results(provider.requests().get(1).messages().get(2)))
                .allMatch(ToolResultContent::error)
                .hasSize(4);
    }

    @Test
    void modelMayCallNoToolButThoseOfTheAgent() {
        registry.register(counter());
        provider.enqueue(call("t1", "count"), ScriptedReply.text("Pity."));
        AgentResponse response = run(agent());

        assertThat(runs).hasValue(0);
        assertThat(response.iterations().get(0).toolCalls().get(0).result().errorKind())
                .hasValue(ToolErrorKind.UNKNOWN_TOOL);
    }

    @Test
    void toolMayStopTheRun() {
        provider.enqueue(call("t1", "answer"));
        AgentResponse response = run(agent(tool("answer", (input, context) -> Mono.just(ToolResult.stop("42")))));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.TOOL_STOP);
        assertThat(response.output()).isEqualTo("42");
        assertThat(response.messages()).hasSize(3);
    }

    @Test
    void endlessLoopEndsAtTheLimitWithItsTraceAndWithoutRunningTheLastTools() {
        AgentDefinition definition =
                Agent.define("helper").tools(counter()).maxIterations(3).build();
        provider.enqueue(call("t1", "count"), call("t2", "count"), call("t3", "count"), call("t4", "count"));
        AgentResponse response = run(Agent.bind(definition, runtime()));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_ITERATIONS);
        assertThat(response.iterations()).hasSize(3);
        assertThat(provider.requests()).hasSize(3);
        assertThat(runs).hasValue(2);
        assertPaired(response.messages());
        assertThat(response.iterations().get(2).toolCalls().get(0).result().errorKind())
                .hasValue(ToolErrorKind.NOT_RUN);
    }

    private static void assertPaired(List<Message> messages) {
        List<String> calls = messages.stream()
                .flatMap(message -> message.toolCalls().stream())
                .map(ToolCall::id)
                .toList();
        List<String> answered = messages.stream()
                .filter(message -> message.role() == Role.TOOL)
                .flatMap(message -> results(message).stream())
                .map(ToolResultContent::callId)
                .toList();
        assertThat(answered).isEqualTo(calls);
    }

    @Test
    void runMayHaveATighterLimit() {
        provider.enqueue(call("t1", "count"), call("t2", "count"));
        AgentContext context = AgentContext.NONE.withLimits(AgentLimits.iterations(1));
        AgentResponse response =
                Objects.requireNonNull(agent(counter()).run("Go", context).block(LONG));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_ITERATIONS);
        assertThat(provider.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "max_tokens, MAX_TOKENS",
        "content_filtered, CONTENT_FILTERED",
        "model_context_window_exceeded, CONTEXT_WINDOW_EXCEEDED"
    })
    void answerThatIsCutRunsNoTools(String stop, AgentStopReason reason) {
        provider.enqueue(ScriptedReply.builder()
                .text("Let me")
                .toolCall("t1", "count", Map.of("n", 1))
                .stopReason(StopReason.of(stop))
                .build());
        AgentResponse response = run(agent(counter()));

        assertThat(response.stopReason()).isEqualTo(reason);
        assertThat(runs).hasValue(0);
        assertPaired(response.messages());
    }

    @Test
    void toolCallsWithAnotherStopReasonAreRunAllTheSame() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "count", Map.of("n", 1))
                        .stopReason(StopReason.END_TURN)
                        .build(),
                ScriptedReply.text("Done."));

        assertThat(run(agent(counter())).output()).isEqualTo("Done.");
        assertThat(runs).hasValue(1);
    }

    private Tool payment() {
        return Tool.builder("pay")
                .requiresApproval(true)
                .handler((input, context) -> Mono.fromSupplier(() -> "paid " + runs.incrementAndGet()))
                .build();
    }

    @Test
    void toolThatRequiresApprovalFailsTheRunWithoutAnybodyToAsk() {
        provider.enqueue(ScriptedReply.toolCall("t1", "pay", Map.of()));

        StepVerifier.create(agent(payment()).run("Go"))
                .expectError(ToolApprovalMissingException.class)
                .verify(LONG);
        assertThat(runs).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void approvalDecidesWhetherTheToolRuns(boolean approved) {
        provider.enqueue(ScriptedReply.toolCall("t1", "pay", Map.of()), ScriptedReply.text("So be it."));
        AgentContext context = AgentContext.NONE.withApproval((call, tool) -> Mono.just(approved));
        AgentResponse response =
                Objects.requireNonNull(agent(payment()).run("Go", context).block(LONG));

        assertThat(response.output()).isEqualTo("So be it.");
        assertThat(runs).hasValue(approved ? 1 : 0);
        assertThat(results(response.messages().get(2)).get(0).error()).isEqualTo(!approved);
    }

    @Test
    void toolsKnowWhatTheyBelongTo() {
        List<String> seen = new ArrayList<>();
        provider.enqueue(call("t1", "who"), call("t1", "who"), ScriptedReply.text("Done."));
        Tool who = tool("who", (input, context) -> {
            seen.add(context.idempotencyKey());
            return Mono.just(String.join(
                    " ",
                    String.valueOf(context.conversationId()),
                    String.valueOf(context.agentId()),
                    String.valueOf(context.tenantId()),
                    String.valueOf(context.metadata().get("user")),
                    context.correlationId().orElse("")));
        });
        AgentResponse response = Objects.requireNonNull(agent(who)
                .run("Go", AgentContext.conversation("talk").withVariables(Map.of("user", "u1")))
                .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                .contextWrite(Tenancy.correlation("order-42"))
                .block(LONG));

        assertThat(results(response.messages().get(2)).get(0).result()).isEqualTo("talk helper acme u1 order-42");
        String runId = String.valueOf(response.metadata().get("runId"));
        assertThat(seen).containsExactly(runId + "/1/t1", runId + "/2/t1");
    }

    private List<String> keysOfAnAttempt(AgentContext context, ScriptedReply... replies) {
        List<String> keys = new ArrayList<>();
        provider.enqueue(replies);
        Tool book = tool("book", (input, about) -> {
            keys.add(about.idempotencyKey());
            return Mono.just("booked");
        });
        agent(book).run("Go", context).block(LONG);
        return keys;
    }

    @Test
    void callThatIsMadeAgainInAnotherAttemptHasTheSameKey() {
        AgentContext attempt = AgentContext.NONE.withIdempotencyKey("run/3/");
        Map<String, Object> window = Map.of("seat", Map.of("row", 1, "side", "window"), "class", 2);
        Map<String, Object> aisle = Map.of("class", 2, "seat", Map.of("side", "aisle", "row", 1));
        ScriptedReply done = ScriptedReply.text("Done.");
        List<String> first = keysOfAnAttempt(
                attempt,
                ScriptedReply.toolCall("x1", "book", window),
                ScriptedReply.toolCall("x2", "book", aisle),
                ScriptedReply.toolCall("x3", "book", window),
                done);
        List<String> second = keysOfAnAttempt(
                attempt,
                ScriptedReply.toolCall("y1", "book", new TreeMap<>(aisle)),
                ScriptedReply.toolCall("y2", "book", window),
                done);

        assertThat(first).doesNotHaveDuplicates().allMatch(key -> key.startsWith("run/3//book:"));
        assertThat(second).containsExactly(first.get(1), first.get(0));
        assertThat(keysOfAnAttempt(
                        AgentContext.NONE.withIdempotencyKey("run/4/"),
                        ScriptedReply.toolCall("x1", "book", window),
                        done))
                .doesNotContainAnyElementsOf(first);
    }

    @Test
    void callsOfAnAgentThatIsCalledHaveTheSameKeysToo() {
        List<String> keys = new ArrayList<>();
        Tool book = tool("book", (input, about) -> {
            keys.add(about.idempotencyKey());
            return Mono.just("booked");
        });
        Agent outer = agent(agent(book).asTool());
        for (int attempt = 0; attempt < 2; attempt++) {
            provider.enqueue(
                    ScriptedReply.toolCall("t" + attempt, "helper", Map.of("input", "Book!")),
                    call("u" + attempt, "book"),
                    ScriptedReply.text("Booked."),
                    ScriptedReply.text("Done."));
            outer.run("Go", AgentContext.NONE.withIdempotencyKey("run/3/")).block(LONG);
        }

        assertThat(keys).hasSize(2).allMatch(key -> key.startsWith("run/3//helper:"));
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    @Test
    void usageOfAllIterationsIsCounted() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "count", Map.of())
                        .usage(Usage.of(10, 5))
                        .build(),
                ScriptedReply.builder().text("Done.").usage(Usage.of(20, 2)).build());

        assertThat(run(agent(counter())).totalUsage()).isEqualTo(Usage.of(30, 7));
    }

    @Test
    void whatIsMissingIsFoundWhenTheAgentIsBound() {
        AgentRuntime runtime = runtime();

        assertThatThrownBy(() -> Agent.bind(Agent.define("a").tools("nowhere").build(), runtime))
                .isInstanceOf(ToolNotFoundException.class);
        assertThatThrownBy(
                        () -> Agent.bind(Agent.define("a").provider("nowhere").build(), runtime))
                .isInstanceOf(ProviderNotFoundException.class);
        assertThatThrownBy(() ->
                        Agent.bind(Agent.define("a").tools(counter(), counter()).build(), runtime))
                .isInstanceOf(AgentConfigurationException.class)
                .hasMessageContaining("two tools of one name");
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> Agent.define(" ")).isInstanceOf(AgentConfigurationException.class);
        assertThatThrownBy(() -> Agent.define("a").maxIterations(0)).isInstanceOf(AgentConfigurationException.class);
        assertThatThrownBy(() -> Agent.define("a").traceLimit(0)).isInstanceOf(AgentConfigurationException.class);
        assertThatThrownBy(() -> AgentLimits.iterations(0)).isInstanceOf(AgentConfigurationException.class);
    }

    @Test
    void inputMayBeMoreThanText() {
        provider.enqueue(ScriptedReply.text("Done."));
        Message input = Message.user(new TextContent("Look at this"), new TextContent("and that"));
        agent().run(input, AgentContext.NONE).block(LONG);

        assertThat(provider.requests().get(0).messages()).containsExactly(input);
    }

    static Stream<Message> noInputs() {
        return Stream.of(
                Message.assistant("x"),
                Message.system("x"),
                Message.toolResult("t1", "x", false),
                Message.user(" "),
                Message.user(new Content[0]));
    }

    @ParameterizedTest
    @MethodSource("noInputs")
    void onlyWhatAUserSaysIsAnInput(Message input) {
        RecordedMemory memory = new RecordedMemory();
        Agent agent = Agent.bind(Agent.define("helper").memory(memory).build(), runtime());

        StepVerifier.create(agent.run(input, AgentContext.NONE))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AgentInputException.class)
                        .isInstanceOf(Lasting.class))
                .verify(LONG);
        assertThat(memory.closed).hasValue(0);
        assertThat(provider.requests()).isEmpty();
    }
}
