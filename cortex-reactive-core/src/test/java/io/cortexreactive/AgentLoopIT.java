package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRuntime;
import io.cortexreactive.agent.AgentStep.Text;
import io.cortexreactive.agent.AgentStep.ToolArguments;
import io.cortexreactive.agent.AgentStep.ToolFinished;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The plain tool loop over each protocol. */
class AgentLoopIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final AtomicInteger runs = new AtomicInteger();
    private final ToolRegistry tools = ToolRegistry.of(List.of(
            Tool.builder("weather")
                    .description("The weather in a city, now")
                    .input(Schema.object().property("city", Schema.string()).required("city"))
                    .handler((input, context) -> Mono.fromSupplier(() -> {
                        runs.incrementAndGet();
                        return Map.of("city", input.get("city"), "degrees", 3);
                    }))
                    .build(),
            Tool.builder("clock")
                    .description("The time, now")
                    .blocking(true)
                    .handler((input, context) -> Mono.fromSupplier(() -> "12:00"))
                    .build()));
    private final ToolExecutor executor = ToolExecutor.create(tools);

    private SimulatedModelServer server;
    private @Nullable Cortex cortex;

    @BeforeEach
    void start() {
        server = value(SimulatedModelServer.builder().start());
    }

    @AfterEach
    void stop() {
        if (cortex != null) {
            cortex.close().block(LONG);
        }
        executor.close().block(LONG);
        server.close().block(LONG);
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    private Agent agent(Wire wire) {
        Cortex made = Cortex.builder()
                .provider(wire.provider(server.endpoint(), ProviderTimeouts.DEFAULTS, 10))
                .build();
        cortex = made;
        AgentDefinition definition =
                Agent.define("helper").systemPrompt("Help.").tools(tools.all()).build();
        return Agent.bind(definition, AgentRuntime.of(made.chat(), executor));
    }

    private WireCall call(int number) {
        return value(server.call(number));
    }

    private static ScriptedReply weather(String id) {
        return ScriptedReply.toolCall(id, "weather", Map.of("city", "Oslo"));
    }

    @ParameterizedTest
    @EnumSource
    void toolsRunUntilTheModelIsDone(Wire wire) {
        server.enqueue(
                ScriptedReply.builder()
                        .text("Let me look.")
                        .toolCall("t1", "weather", Map.of("city", "Oslo"))
                        .toolCall("t2", "clock", Map.of())
                        .build(),
                weather("t3"),
                ScriptedReply.text("It is 3 degrees at noon."));
        AgentResponse response = value(agent(wire).run("How is Oslo?"));

        assertThat(response.output()).isEqualTo("It is 3 degrees at noon.");
        assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(response.iterations()).hasSize(3);
        assertThat(response.iterations().get(0).toolCalls())
                .extracting(done -> done.call().name())
                .containsExactly("weather", "clock");
        assertThat(runs).hasValue(2);
        assertThat(server.calls()).allMatch(call -> call.status() == 200);
        assertThat(call(2).body()).contains("12:00", "degrees", "t1", "t2");
    }

    /** As the server read it from the wire. */
    @ParameterizedTest
    @EnumSource
    void resultsReachTheServerInTheOrderOfTheCalls(Wire wire) {
        server.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "weather", Map.of("city", "Oslo"))
                        .toolCall("t2", "nowhere", Map.of())
                        .build(),
                ScriptedReply.text("Done."));
        agent(wire).run("How is Oslo?").block(LONG);

        List<ToolResultContent> results = call(2).call().request().messages().stream()
                .flatMap(message -> message.content().stream())
                .filter(ToolResultContent.class::isInstance)
                .map(ToolResultContent.class::cast)
                .toList();
        assertThat(results).extracting(ToolResultContent::callId).containsExactly("t1", "t2");
        assertThat(String.valueOf(results.get(1).result())).contains("no tool 'nowhere'");
    }

    @ParameterizedTest
    @EnumSource(names = {"BEDROCK", "BEDROCK_SDK", "ANTHROPIC"})
    void reasoningGoesBackWithItsSignature(Wire wire) {
        server.enqueue(
                ScriptedReply.builder()
                        .reasoning("Oslo is in Norway", "c2lnbmVkLWJ5LXRoZS1zZXJ2aWNl")
                        .toolCall("t1", "weather", Map.of("city", "Oslo"))
                        .build(),
                ScriptedReply.text("Cold."));
        agent(wire).run("How is Oslo?").block(LONG);

        assertThat(call(2).body()).contains("Oslo is in Norway", "c2lnbmVkLWJ5LXRoZS1zZXJ2aWNl");
        assertThat(call(2).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void argumentsThatAreNoJsonGoBackAsAnError(Wire wire) {
        server.enqueue(
                ScriptedReply.builder()
                        .invalidToolCall("t1", "weather", "{\"city\": \"Os")
                        .build(),
                ScriptedReply.text("I give up."));
        AgentResponse response = value(agent(wire).run("How is Oslo?"));

        assertThat(response.output()).isEqualTo("I give up.");
        assertThat(response.iterations().get(0).toolCalls().get(0).result().errorKind())
                .hasValue(ToolErrorKind.INVALID_ARGUMENTS);
        assertThat(runs).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void streamCutInsideArgumentsRunsNoTool(Wire wire) {
        server.enqueue(ScriptedReply.builder()
                .toolCall("t1", "weather", Map.of("city", "Llanfairpwllgwyngyll"))
                .chunkSize(5)
                .fault(Fault.cutAfter(2))
                .build());

        StepVerifier.create(agent(wire).run("How is it there?"))
                .expectError(ProviderException.class)
                .verify(LONG);
        assertThat(runs).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void argumentsAreToldWhileTheyStream(Wire wire) {
        server.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "weather", Map.of("city", "Oslo"))
                        .chunkSize(5)
                        .build(),
                ScriptedReply.text("Cold."));
        List<?> steps = value(agent(wire).stream("How is Oslo?").collectList());
        String arguments = steps.stream()
                .filter(ToolArguments.class::isInstance)
                .map(step -> ((ToolArguments) step).json())
                .reduce("", String::concat);

        assertThat(arguments).isEqualTo("{\"city\":\"Oslo\"}");
        assertThat(steps).filteredOn(ToolArguments.class::isInstance).hasSizeGreaterThan(1);
        assertThat(steps)
                .filteredOn(ToolFinished.class::isInstance)
                .extracting(step -> ((ToolFinished) step).call())
                .containsExactly(ToolCall.of("t1", "weather", Map.of("city", "Oslo")));
    }

    @ParameterizedTest
    @EnumSource
    void cancelClosesTheProvidersConnection(Wire wire) {
        server.enqueue(ScriptedReply.builder().repeat("0123456789", 1_000_000).build());

        StepVerifier.create(agent(wire).stream("Tell me all").ofType(Text.class), 1)
                .expectNextCount(1)
                .thenCancel()
                .verify(LONG);
        assertThat(value(call(1).closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void cancelReachesATool(Wire wire) {
        CompletableFuture<String> started = new CompletableFuture<>();
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        tools.register(Tool.builder("hang")
                .handler((input, context) -> Mono.never()
                        .doOnSubscribe(subscription -> started.complete("started"))
                        .doOnCancel(() -> cancelled.complete("cancelled")))
                .build());
        server.enqueue(ScriptedReply.toolCall("t1", "hang", Map.of()));

        StepVerifier.create(agent(wire).run("Hang"))
                .then(() -> Mono.fromFuture(started).block(LONG))
                .thenCancel()
                .verify(LONG);
        Mono.fromFuture(cancelled).block(LONG);
        assertThat(server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void toolMayEndTheRun(Wire wire) {
        tools.register(Tool.builder("answer")
                .handler((input, context) -> Mono.just(ToolResult.stop("42")))
                .build());
        server.enqueue(ScriptedReply.toolCall("t1", "answer", Map.of()));
        AgentResponse response = value(agent(wire).run("What is it?"));

        assertThat(response.output()).isEqualTo("42");
        assertThat(response.stopReason()).isEqualTo(AgentStopReason.TOOL_STOP);
        assertThat(server.calls()).hasSize(1);
    }
}
