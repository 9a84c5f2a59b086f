package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Which attempt at it a run is in, and what begins it anew. */
class AgentRunsAttemptTests extends AgentRunsFixture {

    private static final ScriptedReply PASSES = ScriptedReply.fail(Fault.status(500, "InternalServerException", "no"));
    private static final ScriptedReply LASTS =
            ScriptedReply.fail(Fault.status(401, "UnrecognizedClientException", "no"));

    private static int attempt(Site site, String runId) {
        return get(site.runs().info(runId)).attempt();
    }

    @Test
    void triesAreCountedThoughTheRunCameFurther() {
        provider.enqueue(
                PASSES, ScriptedReply.toolCall("t1", "count", Map.of("n", 1)), PASSES, ScriptedReply.text("Done."));
        Site site =
                site(define(tool("count", (input, context) -> Mono.just("one"))).build());
        String runId = get(site.pending("Go").dispatch());
        assertThat(attempt(site, runId)).isZero();

        site.runs().start().block(SOON);
        get(site.runs().await(runId));

        assertThat(attempt(site, runId)).isEqualTo(3);
    }

    @Test
    void theLastTryIsTheOneThatFailedTheRun() {
        provider.enqueue(PASSES, PASSES);
        Site site = site(define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").maxAttempts(2).dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON)).isInstanceOf(AgentRunFailedException.class);

        assertThat(attempt(site, runId)).isEqualTo(2);
    }

    @Test
    void anAttemptGoesOnWhereItWasGivenBack() {
        AgentDefinition agent = define().build();
        provider.enqueue(
                ScriptedReply.builder()
                        .chunks("Half an ", "answer.")
                        .fault(Fault.stallAfter(1))
                        .build(),
                ScriptedReply.text("A whole answer."));
        Site first = hasty(agent);
        String runId = get(first.pending("Go").dispatch());
        first.runs().start().block(SOON);
        get(first.runs()
                .follow(runId, null)
                .filter(AgentStep.Text.class::isInstance)
                .next());
        assertThat(attempt(first, runId)).isOne();
        first.runs().stop().block(SOON);
        assertThat(attempt(first, runId)).isOne();

        Site second = site(agent);
        second.runs().start().block(SOON);
        get(second.runs().await(runId));

        assertThat(attempt(second, runId)).isOne();
    }

    @Test
    void aRepetitionThatFailsIsRepeated() {
        provider.enqueue(LASTS, LASTS, ScriptedReply.text("Done."));
        Site site = site(define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON)).isInstanceOf(AgentRunFailedException.class);
        String second = get(site.runs().redrive(runId));
        assertThatThrownBy(() -> site.runs().await(second).block(SOON)).isInstanceOf(AgentRunFailedException.class);

        String third = get(site.runs().redrive(runId));

        assertThat(third).isNotIn(runId, second);
        assertThat(get(site.runs().info(third)).redriveOf()).isEqualTo(second);
        assertThat(get(site.runs().await(third)).output()).isEqualTo("Done.");
        assertThat(get(site.runs().redrive(runId))).isEqualTo(third);
    }

    @Test
    void noKeyOfACallerKeepsARunFromBeingBegunAnew() {
        provider.enqueue(LASTS, ScriptedReply.text("Other."), ScriptedReply.text("Done."));
        Site site = site(define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON)).isInstanceOf(AgentRunFailedException.class);
        String other =
                get(site.pending("Other").idempotencyKey("redrive:" + runId).dispatch());
        assertThat(get(site.pending("Other").idempotencyKey("redrive:" + runId).dispatch()))
                .isEqualTo(other);
        get(site.runs().await(other));

        String again = get(site.runs().redrive(runId));

        assertThat(again).isNotIn(runId, other);
        assertThat(get(site.runs().await(again)).output()).isEqualTo("Done.");
    }
}
