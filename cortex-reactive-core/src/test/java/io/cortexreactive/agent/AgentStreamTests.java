package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentStep.Completed;
import io.cortexreactive.agent.AgentStep.IterationCompleted;
import io.cortexreactive.agent.AgentStep.Reasoning;
import io.cortexreactive.agent.AgentStep.Restarted;
import io.cortexreactive.agent.AgentStep.Text;
import io.cortexreactive.agent.AgentStep.ToolArguments;
import io.cortexreactive.agent.AgentStep.ToolFinished;
import io.cortexreactive.agent.AgentStep.ToolProgressed;
import io.cortexreactive.agent.AgentStep.ToolStarted;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolProgress;
import io.cortexreactive.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AgentStreamTests extends AgentFixture {

    @Test
    void stepsAreToldAsTheyHappen() {
        provider.enqueue(
                ScriptedReply.builder()
                        .reasoning("hm", "sig")
                        .text("Look.")
                        .toolCall("t1", "count", Map.of("n", 1))
                        .build(),
                ScriptedReply.text("Done."));
        Tool counting =
                tool("count", (input, context) -> Flux.just(new ToolProgress("half"), ToolResult.success("ok")));

        StepVerifier.create(agent(counting).stream("Go"))
                .expectNext(
                        new Reasoning(PATH, 1, "hm"),
                        new Text(PATH, 1, "Look."),
                        new ToolStarted(PATH, 1, 0, "t1", "count"),
                        new ToolArguments(PATH, 1, 0, "t1", "{\"n\":1}"),
                        new ToolProgressed(PATH, 1, 0, "t1", "half"),
                        new ToolFinished(
                                PATH, 1, 0, ToolCall.of("t1", "count", Map.of("n", 1)), ToolResult.success("ok")))
                .assertNext(
                        step -> assertThat(((IterationCompleted) step).trace().toolCalls())
                                .hasSize(1))
                .expectNext(new Text(PATH, 2, "Done."))
                .expectNextMatches(IterationCompleted.class::isInstance)
                .assertNext(step ->
                        assertThat(((Completed) step).response().output()).isEqualTo("Done."))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void streamCutInsideArgumentsRunsNoTool() {
        provider.enqueue(ScriptedReply.builder()
                .toolCall("t1", "count", Map.of("n", 123_456_789))
                .chunkSize(4)
                .fault(Fault.cutAfter(2))
                .build());

        StepVerifier.create(agent(counter()).run("Go"))
                .expectError(StreamInterruptedException.class)
                .verify(LONG);
        assertThat(runs).hasValue(0);
    }

    @Test
    void streamThatEndsWithoutItsEndRunsNoTool() {
        provider.enqueue(ScriptedReply.builder()
                .toolCall("t1", "count", Map.of("n", 1))
                .text("never")
                .fault(Fault.endAfter(1))
                .build());

        StepVerifier.create(agent(counter()).run("Go"))
                .expectError(IncompleteStreamException.class)
                .verify(LONG);
        assertThat(runs).hasValue(0);
    }

    @Test
    void restartDiscardsWhatCameBefore() {
        provider.enqueue(
                ScriptedReply.builder()
                        .text("Half")
                        .toolCall("t0", "count", Map.of("n", 0))
                        .build(),
                call("t1", "count"),
                ScriptedReply.text("Done."));
        AtomicBoolean restarted = new AtomicBoolean();
        ChatClient restarting = chat(provider)
                .with((request, next) -> restarted.getAndSet(true)
                        ? next.stream(request)
                        : next.stream(request)
                                .takeUntil(chunk -> chunk.toString().startsWith("ToolCallCompleted"))
                                .concatWithValues(new StreamRestarted(2, "cut"))
                                .concatWith(next.stream(request)));
        Agent agent = Agent.bind(Agent.define("helper").tools(counter()).build(), runtime(restarting));
        List<AgentStep> steps =
                Objects.requireNonNull(agent.stream("Go").collectList().block(LONG));

        assertThat(steps).contains(new Restarted(PATH, 1, "cut"));
        assertThat(runs).hasValue(1);
        AgentResponse response = ((Completed) steps.get(steps.size() - 1)).response();
        assertThat(response.messages().get(1).toolCalls())
                .extracting(ToolCall::id)
                .containsExactly("t1");
        assertThat(response.messages().get(1).text()).isEmpty();
    }

    @Test
    void eachSubscriptionIsARunOfItsOwn() {
        provider.enqueue(ScriptedReply.text("One."), ScriptedReply.text("Two."));
        Mono<AgentResponse> run = agent().run("Go");
        assertThat(provider.requests()).isEmpty();
        AgentResponse one = Objects.requireNonNull(run.block(LONG));
        AgentResponse two = Objects.requireNonNull(run.block(LONG));

        assertThat(List.of(one.output(), two.output())).containsExactly("One.", "Two.");
        assertThat(two.messages()).hasSize(2);
        assertThat(two.metadata().get("runId")).isNotEqualTo(one.metadata().get("runId"));
    }

    @Test
    void demandReachesTheProvider() {
        provider.enqueue(ScriptedReply.builder().repeat("word ", 1_000).build());

        StepVerifier.create(agent().stream("Go"), 1)
                .expectNextCount(1)
                .then(() -> assertThat(provider.requested()).isLessThan(10))
                .thenCancel()
                .verify(LONG);
    }

    @Test
    void cancelReachesTheProvider() {
        provider.enqueue(ScriptedReply.builder()
                .text("Let me think")
                .fault(Fault.stallAfter(1))
                .build());

        StepVerifier.create(agent().stream("Go"))
                .expectNextCount(1)
                .thenCancel()
                .verify(LONG);
        assertThat(provider.cancelled()).isEqualTo(1);
    }

    @Test
    void cancelReachesTheTools() {
        provider.enqueue(call("t1", "hang"));
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        Tool hang = tool(
                "hang",
                (input, context) ->
                        Flux.just("going").concatWith(Mono.never()).doOnCancel(() -> cancelled.complete("cancelled")));

        StepVerifier.create(agent(hang).stream("Go"))
                .expectNextMatches(ToolStarted.class::isInstance)
                .expectNextMatches(ToolArguments.class::isInstance)
                .expectNext(new ToolProgressed(PATH, 1, 0, "t1", "going"))
                .thenCancel()
                .verify(LONG);
        assertThat(cancelled).isCompletedWithValue("cancelled");
        assertThat(provider.active()).isZero();
    }

    @Test
    void traceKeepsTheLatestIterations() {
        AgentDefinition definition = Agent.define("helper")
                .tools(counter())
                .maxIterations(100)
                .traceLimit(2)
                .build();
        for (int i = 0; i < 5; i++) {
            provider.enqueue(call("t" + i, "count"));
        }
        provider.enqueue(ScriptedReply.text("Done."));
        AgentResponse response = run(Agent.bind(definition, runtime()));

        assertThat(response.iterations()).extracting(AgentIteration::number).containsExactly(5, 6);
        assertThat(response.metadata()).containsEntry("iterations", 6);
        assertThat(response.messages()).hasSize(4);
    }

    @Test
    void loopIsFlat() throws InterruptedException {
        int iterations = 2_000;
        ScriptedProvider calling = ScriptedProvider.builder()
                .script(asked -> asked.number() < iterations
                        ? ScriptedReply.toolCall("t", "count", Map.of())
                        : ScriptedReply.text("Done."))
                .build();
        // What is recorded would keep all conversations; counting the tokens of each would take long.
        ChatClient fresh = chat(calling)
                .with((request, next) -> next.stream(request.toBuilder()
                        .messages(request.messages()
                                .subList(
                                        Math.max(0, request.messages().size() - 2),
                                        request.messages().size()))
                        .build()));
        Agent agent = Agent.bind(
                Agent.define("helper")
                        .tools(counter())
                        .maxIterations(iterations)
                        .traceLimit(10)
                        .build(),
                runtime(fresh));
        AtomicReference<@Nullable AgentResponse> response = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null, () -> agent.run("Go").subscribe(response::set, failure::set), "small-stack", 256 * 1024);
        thread.start();
        thread.join(LONG.toMillis());

        assertThat(failure).hasNullValue();
        assertThat(Objects.requireNonNull(response.get()).output()).isEqualTo("Done.");
        assertThat(runs).hasValue(iterations - 1);
    }

    @Test
    void historyIsNotCopied() {
        provider.enqueue(call("t1", "count"), call("t2", "count"), ScriptedReply.text("Done."));
        run(agent(counter()));
        List<Message> first = provider.requests().get(1).messages();
        List<Message> second = provider.requests().get(2).messages();

        assertThat(first).hasSize(3);
        assertThat(second).hasSize(5);
        assertThat(second.get(0)).isSameAs(first.get(0));
        assertThat(first.getClass().getSimpleName()).isEqualTo("View");
    }

    @Test
    void callsOfOneIdAreToldApartByTheirIndex() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "count", Map.of("n", 1))
                        .toolCall("t1", "count", Map.of("n", 2))
                        .build(),
                ScriptedReply.text("Done."));
        Tool count = tool("count", (input, context) -> Mono.just(input.get("n") + " at " + context.callIndex()));

        StepVerifier.create(agent(count).stream("Go").ofType(ToolFinished.class))
                .assertNext(done ->
                        assertThat(done.index() + ": " + done.result().output()).isEqualTo("0: 1 at 0"))
                .assertNext(done ->
                        assertThat(done.index() + ": " + done.result().output()).isEqualTo("1: 2 at 1"))
                .expectComplete()
                .verify(LONG);
    }
}
