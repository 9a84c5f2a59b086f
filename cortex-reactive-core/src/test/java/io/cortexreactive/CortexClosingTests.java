package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.WorkflowEngine;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What closing does to agents and tools; what it does to calls of models alone is elsewhere. */
class CortexClosingTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ToolCall CALL = ToolCall.of("1", "book", Map.of());

    private final ScriptedProvider provider = ScriptedProvider.of();
    private final CountDownLatch started = new CountDownLatch(1);

    private Cortex cortex(Mono<String> booking) {
        Tool book = Tool.builder("book")
                .handler((input, context) -> booking.doOnSubscribe(begun -> started.countDown()))
                .timeout(Duration.ofHours(1))
                .build();
        book.definition().inputSchema().prepared().block(SOON);
        return Cortex.builder().provider(provider).tool(book).build();
    }

    private static Agent agent(Cortex cortex) {
        return cortex.agent(Agent.define("clerk").tools("book").build());
    }

    private void toolBegins() {
        try {
            assertThat(started.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void runUnderWayGoesOnToItsEndAndNewOnesAreRefused() {
        provider.enqueue(ScriptedReply.toolCall("1", "book", Map.of()), ScriptedReply.text("Booked."));
        Sinks.One<String> let = Sinks.one();
        Cortex cortex = cortex(let.asMono());
        Agent agent = agent(cortex);
        CompletableFuture<@Nullable AgentResponse> response =
                agent.run("Book it").toFuture();
        toolBegins();

        StepVerifier.create(cortex.close())
                .then(() -> {
                    StepVerifier.create(agent.run("Book more"))
                            .expectError(CortexClosedException.class)
                            .verify(SOON);
                    StepVerifier.create(cortex.toolExecutor().execute(CALL))
                            .expectError(CortexClosedException.class)
                            .verify(SOON);
                    let.tryEmitValue("done");
                })
                .expectComplete()
                .verify(SOON);

        assertThat(response).succeedsWithin(SOON);
        assertThat(Objects.requireNonNull(response.join()).output()).isEqualTo("Booked.");
    }

    @Test
    void nothingIsStartedAfterwards() {
        RunLog log = RunLog.inMemory(Clock.systemUTC(), Duration.ofDays(1));
        AgentRunQueue queue = AgentRunQueue.inMemory();
        Cortex.Builder builder = Cortex.builder().provider(provider).runStore(RunStore.of(log));
        Cortex cortex = builder.agentRunQueue(queue)
                .agent(Agent.define("clerk").build())
                .build();
        WorkflowEngine engine = cortex.workflowEngine();
        cortex.close().block(SOON);

        StepVerifier.create(cortex.agentRuns().start()).verifyError(CortexClosedException.class);
        StepVerifier.create(engine.start()).verifyError(CortexClosedException.class);
        StepVerifier.create(queue.workers()).verifyComplete();
        StepVerifier.create(log.workers()).verifyComplete();
    }

    @Test
    void toolUnderWayIsWaitedFor() {
        Sinks.One<String> let = Sinks.one();
        Cortex cortex = cortex(let.asMono());
        CompletableFuture<?> result = cortex.toolExecutor().execute(CALL).toFuture();
        toolBegins();

        StepVerifier.create(cortex.close())
                .then(() -> assertThat(result).isNotDone())
                .then(() -> let.tryEmitValue("done"))
                .expectComplete()
                .verify(SOON);

        assertThat(result).isCompleted();
    }

    @Test
    void whatTakesTooLongIsCancelledAndDoesNothingLater() {
        provider.enqueue(ScriptedReply.toolCall("1", "book", Map.of()));
        AtomicBoolean booked = new AtomicBoolean();
        List<Throwable> errors = new ArrayList<>();
        StepVerifier.withVirtualTime(() -> {
                    Cortex cortex =
                            cortex(Mono.delay(Duration.ofMinutes(5)).map(late -> "booked " + booked.getAndSet(true)));
                    agent(cortex).run("Book it").subscribe(response -> {}, errors::add);
                    cortex.toolExecutor().execute(CALL).subscribe(result -> {}, errors::add);
                    return cortex.close();
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(29))
                .thenAwait(Duration.ofSeconds(1))
                .expectComplete()
                .verify(SOON);

        assertThat(errors).hasSize(2).hasOnlyElementsOfType(CortexClosedException.class);
        assertThat(booked).isFalse();
    }
}
