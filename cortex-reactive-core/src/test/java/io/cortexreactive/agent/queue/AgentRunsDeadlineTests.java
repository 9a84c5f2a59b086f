package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.ApprovalNotFoundException;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.TestClock;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** What a queue ends by itself is told to all who wait for it, and to channels: no worker would. */
class AgentRunsDeadlineTests extends AgentRunsFixture {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAYS = Duration.ofDays(9);
    private static final String CHANNEL = "runs.42";

    private final TestClock time = new TestClock();

    @BeforeEach
    void openQueue() {
        queue = AgentRunQueue.of(RunLog.inMemory(time, DAYS, DAYS, DAYS));
    }

    private ChannelMessage endOf(Mono<List<ChannelMessage>> messages) {
        List<ChannelMessage> told = get(messages);
        assertThat(told).filteredOn(ChannelMessage::last).hasSize(1);
        return told.get(told.size() - 1);
    }

    private Mono<List<ChannelMessage>> channel() {
        return broadcaster.follow(CHANNEL, null).collectList();
    }

    private static String error(ChannelMessage end) {
        return Objects.requireNonNull(end.error()).message();
    }

    private void assertLate(AgentRuns runs, String runId) {
        assertThatThrownBy(() -> runs.await(runId).block(SOON))
                .isInstanceOfSatisfying(
                        AgentRunFailedException.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("deadline_exceeded"));
        assertThat(get(runs.status(runId))).isEqualTo(AgentRunStatus.FAILED);
        assertThat(all(runs, runId, null)).filteredOn(ChannelMessage::last).hasSize(1);
        assertThat(error(endOf(channel()))).contains("deadline_exceeded");
    }

    static Stream<UnaryOperator<PendingAgentRun>> waiting() {
        return Stream.of(run -> run, run -> run.delay(DAYS), run -> run.onQueue("nobodys"));
    }

    @ParameterizedTest
    @MethodSource("waiting")
    void aRunThatNobodyTakesFailsWhenItsDeadlineComes(UnaryOperator<PendingAgentRun> how) {
        Site here = site(define().build());
        PendingAgentRun run = here.pending("Go").deadline(HOUR).broadcastTo(CHANNEL);
        String runId = get(how.apply(run).dispatch());
        time.advance(HOUR);

        site().runs().start().block(SOON);

        assertLate(here.runs(), runId);
    }

    private static Tool risky() {
        return Tool.builder("risky")
                .description("does something")
                .input(Schema.object().property("n", Schema.integer()))
                .requiresApproval(true)
                .handler((input, context) -> Mono.just("risked"))
                .build();
    }

    /** A run that waits for a decision, which nobody works on any more. */
    private String paused(UnaryOperator<PendingAgentRun> how) {
        provider.enqueue(ScriptedReply.toolCall("t1", "risky", Map.of("n", 1)));
        Site first = hasty(define(risky()).build());
        first.runs().start().block(SOON);
        PendingAgentRun run = first.pending("Go").broadcastTo(CHANNEL);
        String runId = get(how.apply(run).dispatch());
        get(first.runs()
                .follow(runId, null)
                .filter(AgentStep.ApprovalRequested.class::isInstance)
                .next());
        first.runs().stop().block(SOON);
        return runId;
    }

    @Test
    void aRunThatWaitsForADecisionFailsWhenItsDeadlineComes() {
        String runId = paused(run -> run.deadline(HOUR));
        Site second = site(define(risky()).build());
        time.advance(HOUR);

        second.runs().start().block(SOON);

        assertLate(second.runs(), runId);
        assertThatThrownBy(() -> second.runs()
                        .approve(runId, "t1", AgentRuns.Approval.grant())
                        .block(SOON))
                .isInstanceOf(ApprovalNotFoundException.class);
    }

    @Test
    void aDecisionThatNobodyTakesForTooLongIsToldAsACancel() {
        String runId = paused(run -> run);
        Site second = site(define(risky()).build());
        time.advance(DAYS.plusMillis(1));

        second.runs().start().block(SOON);

        assertThat(error(endOf(second.runs().messages(runId, null).collectList())))
                .contains("was cancelled");
        assertThat(error(endOf(channel()))).contains("agent_run_cancelled");
    }

    @Test
    void aRunWhoseWorkersAllDieIsToldToo() {
        Site here = site(define().build());
        String runId = get(here.pending("Go").broadcastTo(CHANNEL).dispatch());
        for (int i = 0; i < 10; i++) {
            die(new RunKey("", runId));
        }

        site().runs().start().block(SOON);

        assertThatThrownBy(() -> here.runs().await(runId).block(SOON))
                .isInstanceOfSatisfying(
                        AgentRunFailedException.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("crash_loop"));
        assertThat(error(endOf(channel()))).contains("crash_loop");
    }

    /** A worker takes the run, as soon as it can be taken, and is gone. */
    private void die(RunKey run) {
        String worker = Tenancy.newCorrelationId();
        Set<Code> codes = Set.of(Dispatch.code("helper"));
        queue.sweep(10).blockLast(SOON);
        time.advance(Duration.ofMinutes(1));
        queue.sweep(10).blockLast(SOON);
        queue.register(worker, HOUR).block(SOON);
        assertThat(queue.claim(new RunLog.Claim(worker, PendingAgentRun.Terms.DEFAULT_QUEUE, codes, run, 1))
                        .collectList()
                        .block(SOON))
                .hasSize(1);
        queue.leave(worker).block(SOON);
    }

    @Test
    void theEndIsToldOnTheChannelOfItsTenant() {
        TenantContext acme = TenantContext.builder("acme").build();
        tenants = TenantResolverStub.knowing(acme);
        Site here = site(define().build());
        PendingAgentRun run = here.pending("Go").deadline(HOUR).broadcastTo(CHANNEL);
        get(run.dispatch().contextWrite(Tenancy.as(acme)));
        time.advance(HOUR);

        site().runs().start().block(SOON);

        assertThat(error(endOf(channel().contextWrite(Tenancy.as(acme))))).contains("deadline_exceeded");
    }

    @Test
    void aLateRunCanBeBegunAnewWithAllItsTime() {
        Site here = site(define().build());
        String runId = get(here.pending("Go").deadline(HOUR).dispatch());
        time.advance(HOUR);
        AgentRuns others = site().runs();
        others.start().block(SOON);
        assertThatThrownBy(() -> here.runs().await(runId).block(SOON)).isInstanceOf(AgentRunFailedException.class);
        others.stop().block(SOON);

        String again = get(here.runs().redrive(runId));
        provider.enqueue(ScriptedReply.text("Done."));
        here.runs().start().block(SOON);

        assertThat(get(here.runs().await(again)).output()).isEqualTo("Done.");
    }
}
