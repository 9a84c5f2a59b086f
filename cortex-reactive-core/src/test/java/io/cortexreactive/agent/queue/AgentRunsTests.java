package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentConfigurationException;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentInputException;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.agent.AgentNotFoundException;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRunCancelledException;
import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentRunNotFailedException;
import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.chat.ChannelFailedException;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.UnknownMessageException;
import io.cortexreactive.durable.ForwardingRunLog;
import io.cortexreactive.durable.IdempotencyConflictException;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.QueueFullException;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.TestClock;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class AgentRunsTests extends AgentRunsFixture {

    @Test
    void aRunGoesOnWithoutWhoeverDispatchedIt() {
        provider.enqueue(ScriptedReply.toolCall("t1", "count", Map.of("n", 1)), ScriptedReply.text("It is one."));
        Site site =
                site(define(tool("count", (input, context) -> Mono.just("one"))).build());
        PendingAgentRun pending = site.pending("Go");
        String runId = get(pending.dispatch());
        assertThat(runId).isEqualTo(pending.runId());
        assertThat(get(site.runs().status(runId))).isEqualTo(AgentRunStatus.PENDING);
        assertThat(site.runs().result(runId).blockOptional(SOON)).isEmpty();

        site.runs().start().block(SOON);
        AgentResponse response = get(site.runs().await(runId));

        assertThat(response.output()).isEqualTo("It is one.");
        assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(response.metadata()).containsEntry("runId", runId);
        assertThat(response.iterations()).hasSize(2);
        assertThat(get(site.runs().status(runId))).isEqualTo(AgentRunStatus.COMPLETED);
        assertThat(get(site.runs().result(runId))).isEqualTo(response);
    }

    @Test
    void theLastStepComesWithTheEndHoweverSlowTheStoreIs() {
        queue = new SlowQueue(queue);
        Site site = site(define().build());
        site.runs().start().block(SOON);
        for (int i = 0; i < 10; i++) {
            provider.enqueue(ScriptedReply.text("Done."));
            String runId = get(site.pending("Go").dispatch());

            assertThat(get(site.runs().await(runId)).output()).isEqualTo("Done.");
            List<ChannelMessage> told = all(site.runs(), runId, null);
            assertThat(seq(told.get(told.size() - 2))).isEqualTo(seq(told.get(told.size() - 1)));
        }
    }

    private static String seq(ChannelMessage message) {
        return message.id().substring(0, message.id().indexOf('-'));
    }

    @Test
    void everyPlaceInARunIsFollowedByTheSameSteps() {
        provider.enqueue(
                ScriptedReply.builder()
                        .chunks("Let me ", "look.")
                        .toolCall("t1", "count", Map.of("n", 1))
                        .build(),
                ScriptedReply.text("It is one."));
        Site site =
                site(define(tool("count", (input, context) -> Mono.just("one"))).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        List<ChannelMessage> live = all(site.runs(), runId, null);

        assertThat(live).extracting(ChannelMessage::id).doesNotHaveDuplicates();
        assertThat(live.get(live.size() - 1).last()).isTrue();
        assertThat(all(site.runs(), runId, null)).isEqualTo(live);
        IntStream.range(0, live.size())
                .forEach(at -> assertThat(all(site.runs(), runId, live.get(at).id()))
                        .isEqualTo(live.subList(at + 1, live.size())));
        List<AgentStep> steps = get(site.runs().follow(runId, null).collectList());
        assertThat(steps).hasAtLeastOneElementOfType(AgentStep.ToolFinished.class);
        assertThat(steps.stream().filter(AgentStep.Text.class::isInstance).map(step -> ((AgentStep.Text) step).text()))
                .containsExactly("Let me look.", "It is one.");
        assertThat(steps.get(steps.size() - 1))
                .isEqualTo(completed(get(site.runs().result(runId))));
    }

    private static AgentStep completed(AgentResponse response) {
        return new AgentStep.Completed(List.of("helper"), 2, response);
    }

    @Test
    void anIdThatTheRunDoesNotHaveIsRefused() {
        provider.enqueue(ScriptedReply.text("Done."));
        Site site = site(define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        get(site.runs().await(runId));
        String first = get(site.runs().messages(runId, null).next()).id();
        for (String id : List.of("99-0", "x", "", "1", "-1-0", "0-0", "0-5", "1-999", "0" + first, first + "0")) {
            assertThatThrownBy(() -> all(site.runs(), runId, id))
                    .isInstanceOf(UnknownMessageException.class)
                    .hasMessageStartingWith("Run '" + runId + "' has no message");
        }
    }

    @Test
    void anUnknownRunIsNeverPending() {
        AgentRuns runs = site(define().build()).runs();
        assertThat(runs.status("nobody").blockOptional(SOON)).isEmpty();
        assertThat(runs.info("nobody").blockOptional(SOON)).isEmpty();
        assertThat(runs.result("nobody").blockOptional(SOON)).isEmpty();
        for (Mono<?> asked : List.of(
                runs.await("nobody"),
                runs.cancel("nobody"),
                runs.redrive("nobody"),
                runs.messages("nobody", null).then(),
                runs.approvals("nobody").then(),
                runs.approve("nobody", "t1", AgentRuns.Approval.grant()))) {
            assertThatThrownBy(() -> asked.block(SOON)).isInstanceOf(AgentRunNotFoundException.class);
        }
    }

    @Test
    void aKeyGivesOneRun() {
        Site site = site(define().build());
        String first = get(site.pending("Go").idempotencyKey("order-1").dispatch());
        assertThat(get(site.pending("Go").idempotencyKey("order-1").dispatch())).isEqualTo(first);
        assertThat(get(site.pending("Go").idempotencyKey("order-2").dispatch())).isNotEqualTo(first);
        Mono<String> other = site.pending("Stop").idempotencyKey("order-1").dispatch();
        assertThatThrownBy(() -> other.block(SOON)).isInstanceOf(IdempotencyConflictException.class);
    }

    @Test
    void aKeyStandsForTermsToo() {
        Site site = site(define().build());
        String runId = get(site.pending("Go").idempotencyKey("order-1").dispatch());
        PendingAgentRun again = site.pending("Go").idempotencyKey("order-1");
        for (PendingAgentRun other : List.of(again.onQueue("bulk"), again.maxAttempts(7), again.broadcastTo("all"))) {
            assertThatThrownBy(() -> other.dispatch().block(SOON))
                    .isInstanceOf(IdempotencyConflictException.class)
                    .hasMessageContaining("another input or on other terms");
        }
        Duration day = Duration.ofDays(1);
        for (PendingAgentRun same : List.of(again.priority(1), again.delay(day), again.deadline(day))) {
            assertThat(get(same.dispatch())).isEqualTo(runId);
        }
    }

    @Test
    void dispatchingAgainIsTheSameRun() {
        Site site = site(define().build());
        PendingAgentRun pending = site.pending("Go");
        assertThat(get(pending.dispatch())).isEqualTo(get(pending.dispatch()));
        assertThat(get(site.runs().list(AgentRuns.Filter.ALL).collectList())).hasSize(1);
    }

    @Test
    void whatCannotRunIsRefusedBeforeItIsQueued() {
        Site site = site(define().build());
        AgentContext asking = AgentContext.NONE.withApproval((call, context) -> Mono.just(true));
        AgentContext strange = AgentContext.NONE.withVariables(Map.of("ratio", Double.NaN));
        Agent helper = Agent.bind(site.agents().get("helper"), site.runtime());
        assertThatThrownBy(() -> helper.runAsync("Go", asking)).isInstanceOf(AgentConfigurationException.class);
        AgentContext keyed = AgentContext.NONE.withIdempotencyKey("order-1");
        assertThatThrownBy(() -> helper.runAsync("Go", keyed))
                .isInstanceOf(AgentConfigurationException.class)
                .hasMessageContaining("PendingAgentRun.idempotencyKey");
        assertThatThrownBy(() -> helper.runAsync(" ")).isInstanceOf(AgentInputException.class);
        assertThatThrownBy(() -> helper.runAsync("Go").maxAttempts(0)).isInstanceOf(AgentConfigurationException.class);
        assertThatThrownBy(() -> helper.runAsync("Go").deadline(Duration.ZERO))
                .isInstanceOf(AgentConfigurationException.class);
        assertThatThrownBy(() -> helper.runAsync("Go", strange).dispatch().block(SOON))
                .isInstanceOf(StateNotStorableException.class);
        PendingAgentRun stranger = PendingAgentRun.of(site.runs(), "stranger", Message.user("Go"), AgentContext.NONE);
        assertThatThrownBy(() -> stranger.dispatch().block(SOON)).isInstanceOf(AgentNotFoundException.class);
        assertThat(site.runs().list(AgentRuns.Filter.ALL).collectList().block(SOON))
                .isEmpty();
    }

    @Test
    void aCancelReachesTheToolUnderWay() {
        Sinks.Empty<Void> begun = Sinks.empty();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        provider.enqueue(ScriptedReply.toolCall("t1", "hang", Map.of("n", 1)));
        Site site = site(define(tool(
                        "hang",
                        (input, context) -> Mono.never()
                                .doOnSubscribe(subscribed -> begun.tryEmitEmpty())
                                .doOnCancel(cancelled::tryEmitEmpty)))
                .build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        begun.asMono().block(SOON);

        assertThat(get(site.runs().cancel(runId))).isTrue();
        cancelled.asMono().block(SOON);
        assertThat(get(site.runs().cancel(runId))).isFalse();
        assertThat(get(site.runs().status(runId))).isEqualTo(AgentRunStatus.CANCELLED);
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON)).isInstanceOf(AgentRunCancelledException.class);
        assertThatThrownBy(() -> site.runs().follow(runId, null).blockLast(SOON))
                .isInstanceOf(ChannelFailedException.class);
    }

    @Test
    void aRunBelongsToItsTenant() {
        List<Object> seen = new CopyOnWriteArrayList<>();
        provider.enqueue(ScriptedReply.toolCall("t1", "who", Map.of("n", 1)), ScriptedReply.text("Done."));
        TenantContext acme = TenantContext.builder("acme").build();
        tenants = TenantResolverStub.knowing(acme);
        Site site = site(define(tool("who", (input, context) -> {
                    seen.add(Objects.requireNonNull(context.tenantId()));
                    return Mono.just("ok");
                }))
                .build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch().contextWrite(Tenancy.as(acme)));

        assertThat(get(site.runs().await(runId).contextWrite(Tenancy.as(acme))).output())
                .isEqualTo("Done.");
        assertThat(site.runs().status(runId).blockOptional(SOON)).isEmpty();
        TenantContext other = TenantContext.builder("other").build();
        assertThat(site.runs().status(runId).contextWrite(Tenancy.as(other)).blockOptional(SOON))
                .isEmpty();
        assertThat(seen).containsExactly("acme");
    }

    @Test
    void whatFailsForAWhileIsTriedAgain() {
        provider.enqueue(
                ScriptedReply.fail(Fault.status(503, "ServiceUnavailableException", "down")),
                ScriptedReply.text("Done."));
        Site site = site(define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        assertThat(get(site.runs().await(runId)).output()).isEqualTo("Done.");
    }

    @Test
    void whatFailsForGoodFailsOnceAndCanBeBegunAnew() {
        provider.enqueue(
                ScriptedReply.toolCall("t1", "count", Map.of("n", 1)),
                ScriptedReply.fail(Fault.status(401, "UnrecognizedClientException", "who?")),
                ScriptedReply.text("Done."));
        List<String> keys = new CopyOnWriteArrayList<>();
        Site site = site(define(tool("count", (input, context) -> {
                    keys.add(context.idempotencyKey());
                    return Mono.just("one");
                }))
                .build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON))
                .isInstanceOfSatisfying(
                        AgentRunFailedException.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("authentication"));
        assertThat(get(site.runs().list(AgentRuns.Filter.failed()).collectList()))
                .singleElement()
                .satisfies(info -> assertThat(info.runId()).isEqualTo(runId));

        String again = get(site.runs().redrive(runId));
        assertThat(again).isNotEqualTo(runId);
        assertThat(get(site.runs().redrive(runId))).isEqualTo(again);
        AgentResponse response = get(site.runs().await(again));

        assertThat(response.output()).isEqualTo("Done.");
        assertThat(response.iterations()).hasSize(2);
        assertThat(keys).hasSize(1);
        assertThat(Objects.requireNonNull(get(site.runs().info(again)).redriveOf()))
                .isEqualTo(runId);
        assertThatThrownBy(() -> site.runs().redrive(again).block(SOON)).isInstanceOf(AgentRunNotFailedException.class);
    }

    @Test
    void aRepetitionDoesNothingAgainThatIsKeptNoLonger() {
        TestClock clock = new TestClock();
        queue = AgentRunQueue.inMemory(clock, AgentRunQueue.RETENTION);
        provider.enqueue(
                ScriptedReply.toolCall("t1", "count", Map.of("n", 1)),
                ScriptedReply.fail(Fault.status(401, "UnrecognizedClientException", "who?")));
        List<String> keys = new CopyOnWriteArrayList<>();
        Site site = site(define(tool("count", (input, context) -> {
                    keys.add(context.idempotencyKey());
                    return Mono.just("one");
                }))
                .build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON)).isInstanceOf(AgentRunFailedException.class);
        site.runs().stop().block(SOON);
        String again = get(site.runs().redrive(runId));
        clock.advance(Duration.ofHours(25));
        queue.purge().block(SOON);

        site.runs().start().block(SOON);

        assertThatThrownBy(() -> site.runs().await(again).block(SOON))
                .isInstanceOfSatisfying(
                        AgentRunFailedException.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("history_lost"));
        assertThat(keys).hasSize(1);
        assertThat(provider.requests()).hasSize(2);
    }

    @Test
    void whatIsBegunAnewHasTheTermsOfTheFirst() {
        ScriptedReply refusal = ScriptedReply.fail(Fault.status(401, "UnrecognizedClientException", "who?"));
        provider.enqueue(refusal, refusal);
        List<NewRun> begun = new CopyOnWriteArrayList<>();
        queue = new DelegatedQueue(new ForwardingRunLog(queue) {
            @Override
            public Mono<Started> start(NewRun run) {
                begun.add(run);
                return super.start(run);
            }
        });
        AgentRunSettings.Queue narrow = AgentRunSettings.Queue.of("agents").withMostWaiting(1);
        Site site = hasty(define().build());
        Site full = site(AgentRunSettings.DEFAULTS.withQueues(narrow), define().build());
        site.runs().start().block(SOON);
        String runId =
                get(site.pending("Go").priority(7).deadline(Duration.ofHours(1)).dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON)).isInstanceOf(AgentRunFailedException.class);
        site.runs().stop().block(SOON);
        String waiting = get(site.pending("Wait").dispatch());

        assertThatThrownBy(() -> full.runs().redrive(runId).block(SOON)).isInstanceOf(QueueFullException.class);
        full.runs().cancel(waiting).block(SOON);
        get(full.runs().redrive(runId));

        NewRun.Terms terms = begun.get(begun.size() - 1).terms();
        assertThat(terms.priority()).isEqualTo(7);
        assertThat(terms.deadline()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aDeadlineEndsARun() {
        provider.enqueue(ScriptedReply.toolCall("t1", "hang", Map.of("n", 1)));
        Site site = site(define(tool("hang", (input, context) -> Mono.never())).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").deadline(Duration.ofMillis(300)).dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON))
                .isInstanceOfSatisfying(
                        AgentRunFailedException.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("deadline_exceeded"));
    }

    @Test
    void limitsAndVariablesTravelWithTheRun() {
        provider.enqueue(
                ScriptedReply.toolCall("t1", "who", Map.of("n", 1)),
                ScriptedReply.toolCall("t2", "who", Map.of("n", 2)));
        List<Object> seen = new CopyOnWriteArrayList<>();
        Site site = site(define(tool("who", (input, context) -> {
                    seen.add(Objects.requireNonNull(context.metadata().get("user")));
                    return Mono.just("ok");
                }))
                .build());
        site.runs().start().block(SOON);
        AgentContext context =
                AgentContext.NONE.withVariables(Map.of("user", "ada")).withLimits(AgentLimits.iterations(2));
        String runId = get(Agent.bind(site.agents().get("helper"), site.runtime())
                .runAsync("Go", context)
                .dispatch());
        assertThat(get(site.runs().await(runId)).stopReason()).isEqualTo(AgentStopReason.MAX_ITERATIONS);
        assertThat(seen).containsExactly("ada");
    }

    @Test
    void stepsGoToAChannelToo() {
        provider.enqueue(ScriptedReply.text("Done."));
        Site site = site(define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").broadcastTo("runs.42").dispatch());
        List<AgentStep> told = get(ChannelMessage.items(broadcaster.follow("runs.42", null), AgentStep.class)
                .collectList());
        assertThat(told).isEqualTo(get(site.runs().follow(runId, null).collectList()));
    }

    @Test
    void theChannelOfARunThatNobodyHasTakenEndsWhenItIsCancelled() {
        Site site = site(define().build());
        String runId = get(site.pending("Go").broadcastTo("runs.42").dispatch());
        assertThat(get(site.runs().cancel(runId))).isTrue();

        assertThat(get(broadcaster.follow("runs.42", null).collectList()))
                .singleElement()
                .satisfies(end -> assertThat(Objects.requireNonNull(end.error()).message())
                        .contains("agent_run_cancelled"));
    }

    @Test
    void aFullQueueRefusesMore() {
        Site site = site(
                AgentRunSettings.DEFAULTS.withQueues(
                        AgentRunSettings.Queue.of("agents").withMostWaiting(2)),
                define().build());
        get(site.pending("One").dispatch());
        String second = get(site.pending("Two").idempotencyKey("two").dispatch());
        assertThatThrownBy(() -> site.pending("Three").dispatch().block(SOON))
                .isInstanceOf(QueueFullException.class)
                .isInstanceOf(Transient.class);
        assertThat(get(site.pending("Two").idempotencyKey("two").dispatch())).isEqualTo(second);
    }

    @Test
    void aDelayedRunWaitsForItsTime() {
        provider.enqueue(ScriptedReply.text("Now."), ScriptedReply.text("Later."));
        Site site = site(define().build());
        String later = get(site.pending("Later").delay(Duration.ofMillis(500)).dispatch());
        String now = get(site.pending("Now").dispatch());
        site.runs().start().block(SOON);
        assertThat(get(site.runs().await(now)).output()).isEqualTo("Now.");
        assertThat(get(site.runs().await(later)).output()).isEqualTo("Later.");
    }

    @Test
    void anAnswerThatIsTooLargeToBeKeptFailsTheRun() {
        AgentRunSettings defaults = AgentRunSettings.DEFAULTS;
        Site site = site(
                new AgentRunSettings(
                        defaults.queues(),
                        defaults.lease(),
                        defaults.scan(),
                        defaults.watch(),
                        defaults.drain(),
                        2_000),
                define().build());
        provider.enqueue(ScriptedReply.text("x".repeat(5_000)));
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON))
                .isInstanceOfSatisfying(
                        AgentRunFailedException.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("state_not_storable"));
    }

    @Test
    void resultsAreKeptForADay() {
        TestClock clock = new TestClock();
        queue = AgentRunQueue.inMemory(clock, AgentRunQueue.RETENTION);
        provider.enqueue(ScriptedReply.text("Done."));
        Site site = site(define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        get(site.runs().await(runId));
        site.runs().stop().block(SOON);

        clock.advance(Duration.ofHours(23));
        queue.purge().block(SOON);
        assertThat(get(site.runs().result(runId)).output()).isEqualTo("Done.");
        clock.advance(Duration.ofMinutes(61));
        queue.purge().block(SOON);
        assertThat(site.runs().result(runId).blockOptional(SOON)).isEmpty();
    }
}
