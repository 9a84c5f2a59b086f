package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.agent.ApprovalNotFoundException;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The time of a run is that of all attempts at it together. */
class AgentRunsDurationTests extends AgentRunsFixture {

    private static final Duration LONGER = Duration.ofMinutes(2);
    private static final AgentLimits SHORT = AgentLimits.NONE.withMaxDuration(Duration.ofMinutes(1));

    private final List<String> made = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> called = Sinks.empty();

    private Tool slow(Mono<Object> result) {
        return tool("slow", (input, context) -> {
            made.add(context.idempotencyKey());
            called.tryEmitEmpty();
            return result;
        });
    }

    /** The second worker has its agents as the first has left them, after the first has worked on it for longer. */
    private AgentResponse takenOver(AgentDefinition[] before, AgentDefinition... after) {
        Site first = hasty(before);
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go").dispatch());
        called.asMono().block(SOON);
        clock.set(LONGER);
        first.runs().stop().block(SOON);
        Site second = site(after);
        second.runs().start().block(SOON);
        return get(second.runs().await(runId));
    }

    private void oneCall() {
        provider.enqueue(
                ScriptedReply.builder()
                        .text("I look.")
                        .toolCall("t1", "slow", Map.of("n", 1))
                        .build(),
                ScriptedReply.text("Done."));
    }

    @Test
    void theNextWorkerHasNoMoreTimeThanWasLeft() {
        oneCall();

        AgentResponse response = takenOver(
                new AgentDefinition[] {define(slow(Mono.never())).limits(SHORT).build()},
                define(slow(Mono.never())).limits(SHORT).build());

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_DURATION);
        assertThat(response.output()).isEqualTo("I look.");
        assertThat(response.totalUsage().total()).isPositive();
        assertThat(response.duration()).isGreaterThanOrEqualTo(LONGER);
        assertThat(made).hasSize(1);
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void whereNobodyLimitsItTheWholeTimeIsTold() {
        oneCall();

        AgentResponse response = takenOver(
                new AgentDefinition[] {define(slow(Mono.never())).build()},
                define(slow(Mono.just("slow"))).build());

        assertThat(response.output()).isEqualTo("Done.");
        assertThat(response.duration()).isBetween(LONGER, LONGER.plus(SOON));
    }

    @Test
    void subAgentsHaveNoMoreTimeEither() {
        provider.enqueue(
                ScriptedReply.toolCall("a1", "writer", Map.of("input", "Write")),
                ScriptedReply.toolCall("w1", "slow", Map.of("n", 1)),
                ScriptedReply.text("Without."));
        AgentDefinition lead = define().agents("writer").build();

        AgentResponse response = takenOver(
                new AgentDefinition[] {
                    lead,
                    Agent.define("writer")
                            .tools(slow(Mono.never()))
                            .limits(SHORT)
                            .build()
                },
                lead,
                Agent.define("writer").tools(slow(Mono.never())).limits(SHORT).build());

        assertThat(response.output()).isEqualTo("Without.");
        assertThat(made).hasSize(1);
    }

    @Test
    void waitingForADecisionTakesNoTime() {
        provider.enqueue(ScriptedReply.toolCall("t1", "risky", Map.of("n", 1)), ScriptedReply.text("Done."));
        Tool risky = Tool.builder("risky")
                .description("does something")
                .input(Schema.object().property("n", Schema.integer()))
                .requiresApproval(true)
                .handler((input, context) -> Mono.just("risked"))
                .build();
        Site site = site(define(risky).limits(SHORT).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        get(site.runs()
                .follow(runId, null)
                .filter(AgentStep.ApprovalRequested.class::isInstance)
                .next());
        // It is told a moment before the run is paused, and whoever decides waits for that.
        assertThatThrownBy(() -> site.runs()
                        .approve(runId, "t9", AgentRuns.Approval.grant())
                        .block(SOON))
                .isInstanceOf(ApprovalNotFoundException.class);
        clock.set(LONGER);
        site.runs().approve(runId, "t1", AgentRuns.Approval.grant()).block(SOON);

        AgentResponse response = get(site.runs().await(runId));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(response.duration()).isLessThan(LONGER);
    }
}
