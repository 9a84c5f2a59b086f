package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.durable.DelegatingRunLog;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What becomes of runs when a worker leaves, or when what it runs on has. */
class AgentRunsLeavingTests extends AgentRunsFixture {

    @Test
    void aWorkerOfSeveralQueuesLeavesOnceItsRunsHaveEnded() {
        provider.enqueue(ScriptedReply.toolCall("t1", "wait", Map.of("n", 1)), ScriptedReply.text("Done."));
        Sinks.Empty<Void> begun = Sinks.empty();
        Sinks.One<Object> let = Sinks.one();
        AgentDefinition agent = define(tool("wait", (input, context) -> {
                    begun.tryEmitEmpty();
                    return let.asMono();
                }))
                .build();
        AgentRunSettings settings = AgentRunSettings.DEFAULTS
                .withQueues(AgentRunSettings.Queue.of("agents"), AgentRunSettings.Queue.of("others"))
                .withDrain(Duration.ofHours(1));
        Site site = site(settings, agent);
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        begun.asMono().block(SOON);

        CompletableFuture<?> stopped = site.runs().stop().toFuture();
        assertThat(stopped).isNotDone();
        let.tryEmitValue("waited");

        assertThat(stopped).succeedsWithin(SOON);
        assertThat(get(site.runs().status(runId))).isEqualTo(AgentRunStatus.COMPLETED);
    }

    @Test
    void aRunIsNoWorseForAnAgentThatIsClosedHere() {
        Sinks.One<Move> given = Sinks.one();
        queue = new WatchedQueue(queue, given);
        Cortex closed = Cortex.builder().provider(provider).build();
        Agent agent = closed.agent(define().build());
        closed.close().block(SOON);
        Site site = site(define().build());
        AgentRuns runs = AgentRunEngine.create(
                AgentRunEngine.Parts.of(queue, new AgentRunEngine.Callees(() -> List.of("helper"), id -> agent)));
        String runId = get(site.pending("Go").maxAttempts(1).dispatch());
        runs.start().block(SOON);

        assertThat(given.asMono().block(SOON)).isEqualTo(Move.RETRY);
        runs.stop().block(SOON);

        AgentRuns.Info info = get(site.runs().info(runId));
        assertThat(info.status()).isEqualTo(AgentRunStatus.PENDING);
        assertThat(info.error()).isNull();
    }

    @Test
    void timesMayBeAsLongAsAnybodyLikes() {
        provider.enqueue(ScriptedReply.text("Done."));
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        AgentRunSettings patient = new AgentRunSettings(
                AgentRunSettings.DEFAULTS.queues(),
                new EngineSettings.Lease(ever, Duration.ofSeconds(5), Duration.ofSeconds(20)),
                ever,
                ever,
                ever,
                1_000_000);
        Site site = site(
                patient, define().limits(AgentLimits.NONE.withMaxDuration(ever)).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());

        assertThat(get(site.runs().await(runId)).output()).isEqualTo("Done.");
        site.runs().stop().block(SOON);
    }

    /** Tells how a run is given away. */
    private record WatchedQueue(RunLog runs, Sinks.One<Move> given) implements AgentRunQueue, DelegatingRunLog {

        @Override
        public Mono<Verdict> commit(Transition transition) {
            return runs.commit(transition).doOnNext(verdict -> {
                if (transition.move().to() != RunStatus.RUNNING) {
                    given.tryEmitValue(transition.move());
                }
            });
        }
    }
}
