package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.SkewedScheduler;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantResolver;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

class WorkflowRecoveryTests extends WorkflowFixture {

    private static final Duration LONG = Duration.ofMinutes(3);

    private WorkflowDefinition three(Duration second) {
        return Workflow.define("w")
                .callback("a", gives("a"))
                .callback(
                        "b",
                        context -> Mono.delay(second)
                                .then(Mono.defer(() -> gives("b").apply(context))))
                .callback("c", gives("c"))
                .edge("a", "b")
                .edge("b", "c")
                .startAt("a")
                .endAt("c")
                .build();
    }

    private WorkflowStatus status(String runId) {
        return stored(runId).status();
    }

    @Test
    void journaledNodesDoNotRunAgainAfterACrash() {
        Line line = new Line(log);
        begin(engine(line.store()).bind(three(Duration.ofSeconds(10))).run(NOTHING));
        line.cutAll();
        engine.bind(three(Duration.ofSeconds(10)));
        await(engine.start());
        pass(LONG);

        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(ran).filteredOn("a"::equals).hasSize(1);
        assertThat(ran).filteredOn("c"::equals).hasSize(1);
    }

    @Test
    void callerFollowsARunThatAnotherProcessHasTakenOver() {
        Line line = new Line(log);
        Begun<WorkflowResult> begun =
                begin(engine(line.store()).bind(three(Duration.ofSeconds(10))).run(NOTHING));
        line.cutAll();
        engine.bind(three(Duration.ZERO));
        await(engine.start());
        pass(Duration.ofSeconds(50));
        line.mend();

        assertThat(begun.await(LONG).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(longs = {-10, 10})
    void timeOfARunIsTheStoresWhateverTheClockOfItsProcessSays(long minutes) {
        SkewedScheduler skewed = new SkewedScheduler(time, Duration.ofMinutes(minutes));
        DefaultWorkflowEngine other = engine(log, EngineSettings.DEFAULTS, TenantResolver.none(), skewed);
        other.bind(three(Duration.ofSeconds(30)));
        await(other.start());
        Workflow begins = engine.bind(three(Duration.ofSeconds(30))).withoutWaiting();
        await(engine.stop());
        String late = await(begins.run(NOTHING, new RunOptions("late", Duration.ofSeconds(20))))
                .runId();
        String inTime = await(begins.run(NOTHING, new RunOptions("in time", Duration.ofMinutes(5))))
                .runId();
        pass(LONG);

        assertThat(status(late)).isEqualTo(WorkflowStatus.FAILED);
        assertThat(status(inTime)).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void deadlineOfANodeHoldsOverItsAttemptsInOtherProcesses() {
        WorkflowDefinition definition = WorkflowRunTests.single(WorkflowNode.callback(
                        "a", context -> gives("a").apply(context).then(Mono.error(new IllegalStateException("no"))))
                .with(WorkflowNode.Settings.retry(3, Duration.ofSeconds(4)).withDeadline(Duration.ofMinutes(1))));
        SkewedScheduler skewed = new SkewedScheduler(time, Duration.ofMinutes(10));
        DefaultWorkflowEngine other = engine(log, EngineSettings.DEFAULTS, TenantResolver.none(), skewed);
        other.bind(definition);
        begin(engine.bind(definition).withoutWaiting().run(NOTHING));
        Begun<Void> stopped = begin(engine.stop());
        await(other.start());
        pass(LONG);

        assertThat(stopped.end).hasValue(SignalType.ON_COMPLETE);
        assertThat(ran).containsExactly("a", "a", "a");
    }

    private WorkflowDefinition late(WorkflowNode.Settings settings, Object before) {
        return Workflow.define("w")
                .callback("a", context -> gives(before).apply(context).delayElement(Duration.ofSeconds(20)))
                .callback("b", context -> gives("b").apply(context).then(Mono.never()))
                .settings("b", settings)
                .edge("a", "b")
                .build();
    }

    /** One that crashes when the run is in its second node, for 10 s. */
    private void crashIn(WorkflowDefinition definition) {
        Line line = new Line(log);
        begin(engine(line.store()).bind(definition).run(NOTHING));
        pass(Duration.ofSeconds(30));
        assertThat(ran).containsExactly("a", "b");
        line.cutAll();
    }

    @ParameterizedTest
    @ValueSource(longs = {-10, 0, 10})
    void deadlineOfANodeCountsFromWhenTheRunCameToItAlsoAfterACrash(long minutes) {
        SkewedScheduler skewed = new SkewedScheduler(time, Duration.ofMinutes(minutes));
        WorkflowDefinition definition = late(WorkflowNode.Settings.DEFAULTS.withDeadline(Duration.ofMinutes(1)), "a");
        crashIn(definition);
        DefaultWorkflowEngine other = engine(log, EngineSettings.DEFAULTS, TenantResolver.none(), skewed);
        other.bind(definition);
        await(other.start());
        pass(Duration.ofSeconds(45));

        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(ran).containsExactly("a", "b", "b");
        pass(Duration.ofSeconds(6));
        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.FAILED);
        assertThat(Objects.requireNonNull(record(new RunKey("", onlyRun())).error()))
                .hasFieldOrPropertyWithValue("code", "node_timed_out")
                .hasToString(
                        "ErrorInfo[code=node_timed_out, message=Node 'b' took longer than 60000 ms., isTransient=true]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void nodeDoesNotBeginAgainAfterACrashThatLastsLongerThanItsDeadline(int chars) {
        WorkflowNode.Settings settings =
                WorkflowNode.Settings.retry(9, Duration.ofMillis(1)).withDeadline(Duration.ofSeconds(25));
        WorkflowDefinition definition = late(settings, "x".repeat(chars));
        crashIn(definition);
        engine.bind(definition);
        await(engine.start());
        pass(LONG);

        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.FAILED);
        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void deadlineOfTheFirstNodeCountsFromWhenTheRunWasTaken() {
        WorkflowDefinition definition = WorkflowRunTests.single(
                WorkflowNode.callback("a", gives("a")).with(WorkflowNode.Settings.DEFAULTS.withDeadline(SCAN)));
        Workflow workflow = engine.bind(definition);
        await(engine.stop());
        await(workflow.withoutWaiting().run(NOTHING));
        pass(Duration.ofMinutes(1));
        DefaultWorkflowEngine other = engine(log);
        other.bind(definition);
        await(other.start());
        pass(Duration.ofSeconds(5));

        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void fencedOwnerTellsNothing() {
        Line line = new Line(log);
        begin(engine(line.store()).bind(three(Duration.ofSeconds(90))).run(NOTHING));
        line.cut("beat");
        engine.bind(three(Duration.ZERO));
        await(engine.start());
        pass(LONG);

        assertThat(told()).containsExactly("Started", "NodeExited", "NodeExited", "NodeExited", "Completed");
        assertThat(kinds(onlyRun())).containsExactly("START", "NODE", "NODE", "TERMINAL");
    }

    @Test
    void nothingBeginsWhileTheWorkerIsInDoubt() {
        Line line = new Line(log);
        begin(engine(line.store()).bind(three(Duration.ofSeconds(25))).run(NOTHING));
        line.cut("beat");
        pass(Duration.ofSeconds(29));

        assertThat(ran).containsExactly("a", "b");
        line.mend();
        pass(Duration.ofSeconds(10));
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void commitWhoseAnswerIsLostIsNotGuessedAt() {
        Line line = new Line(log);
        Begun<WorkflowResult> begun =
                begin(engine(line.store()).bind(three(Duration.ofSeconds(1))).run(NOTHING));
        line.deaf = "commit"::equals;
        pass(Duration.ofSeconds(1));
        line.mend();

        assertThat(begun.await(LONG).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void engineGoesOnWhenTheStoreIsBack() {
        Line line = new Line(log);
        DefaultWorkflowEngine first = engine(line.store());
        Workflow workflow = first.bind(three(Duration.ofSeconds(1)));
        await(first.start());
        line.cutAll();
        assertThatThrownBy(() -> await(workflow.run(NOTHING))).isInstanceOf(StoreUnavailableException.class);
        pass(LONG);
        line.mend();
        pass(Duration.ofSeconds(40));

        assertThat(await(workflow.run(NOTHING)).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void startWhoseAnswerIsLostIsRunAllTheSame() {
        Line line = new Line(log);
        DefaultWorkflowEngine first = engine(line.store());
        Workflow workflow = first.bind(three(Duration.ZERO));
        await(first.start());
        line.deaf = "start"::equals;
        assertThatThrownBy(() -> await(workflow.run(NOTHING))).isInstanceOf(StoreUnavailableException.class);
        line.mend();
        pass(LONG);

        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void eachVersionIsRunByWhoHasIt() {
        WorkflowDefinition one = version("1");
        Line line = new Line(log);
        begin(engine(line.store()).bind(one).run(NOTHING));
        line.cutAll();
        engine.bind(version("2"));
        await(engine.start());
        pass(LONG);
        assertThat(ran).containsExactly("1");
        String runId = onlyRun();
        assertThat(status(runId)).isEqualTo(WorkflowStatus.PENDING);
        DefaultWorkflowEngine old = engine(log);
        old.bind(one);
        await(old.start());
        pass(LONG);

        assertThat(status(runId)).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(ran).containsExactly("1", "1");
    }

    private WorkflowDefinition version(String version) {
        return Workflow.define("w")
                .version(version)
                .callback(
                        "a",
                        context -> Mono.delay(Duration.ofSeconds(5))
                                .doOnSubscribe(s -> ran.add(version))
                                .thenReturn(NodeResult.of(version)))
                .startAt("a")
                .endAt("a")
                .build();
    }

    @Test
    void nodeThatIsNotKnownHereLeavesTheRunPending() {
        Line line = new Line(log);
        begin(engine(line.store()).bind(three(Duration.ofSeconds(10))).run(NOTHING));
        line.cutAll();
        engine.bind(Workflow.define("w")
                .callback("x", gives(1))
                .startAt("x")
                .endAt("x")
                .build());
        await(engine.start());
        pass(LONG);

        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.PENDING);
        assertThat(engine.runsSetAside()).isBetween(1L, 10L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 400, 1_000, 1_500})
    void subscriberThatLeavesChangesNothing(long after) {
        WorkflowNode flaky = WorkflowNode.callback(
                        "b",
                        context -> context.attempt() == 1
                                ? Mono.delay(Duration.ofMillis(500)).then(Mono.error(new IllegalStateException("once")))
                                : Mono.just(NodeResult.of(1)))
                .with(WorkflowNode.Settings.retry(2, Duration.ofSeconds(1)));
        WorkflowDefinition definition = Workflow.define("w")
                .callback("a", gives(1))
                .node(flaky)
                .edge("a", "b")
                .startAt("a")
                .endAt("b")
                .build();
        Begun<WorkflowResult> begun = begin(engine.bind(definition).run(NOTHING));
        pass(Duration.ofMillis(after));
        begun.leave();
        pass(Duration.ofSeconds(5));

        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void stopLetsNodesEndAndGivesTheRestBack() {
        begin(engine.bind(three(Duration.ofSeconds(10))).run(NOTHING));
        Begun<Void> stopped = begin(engine.stop());
        pass(Duration.ofSeconds(11));

        assertThat(stopped.end.get()).isNotNull();
        assertThat(ran).containsExactly("a", "b");
        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.PENDING);
        DefaultWorkflowEngine other = engine(log);
        other.bind(three(Duration.ofSeconds(10)));
        await(other.start());
        pass(Duration.ofSeconds(5));
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void stopCancelsNodesThatTakeTooLong() {
        AtomicInteger cancelled = new AtomicInteger();
        begin(engine.bind(WorkflowRunTests.single(WorkflowNode.callback(
                        "a", context -> Mono.<NodeResult>never().doOnCancel(cancelled::incrementAndGet))))
                .run(NOTHING));
        Begun<Void> stopped = begin(engine.stop());
        pass(Duration.ofSeconds(31));

        assertThat(stopped.end.get()).isNotNull();
        assertThat(cancelled).hasValue(1);
        assertThat(status(onlyRun())).isEqualTo(WorkflowStatus.PENDING);
    }

    @Test
    void tenantOfARunIsFoundAgain() {
        TenantContext acme = TenantContext.builder("acme").build();
        WorkflowDefinition definition = WorkflowRunTests.single(WorkflowNode.callback(
                "a",
                context -> Mono.delay(Duration.ofSeconds(10))
                        .then(Tenancy.current())
                        .map(tenant -> NodeResult.of(tenant.id()))));
        Line line = new Line(log);
        begin(engine(line.store()).bind(definition).run(NOTHING).contextWrite(Tenancy.as(acme)));
        line.cutAll();
        engine.bind(definition);
        await(engine.start());
        pass(LONG);
        RunKey key = newest("acme", "w");
        assertThat(record(key).status()).isEqualTo(RunStatus.PENDING);
        assertThat(engine.runsSetAside()).isPositive();
        DefaultWorkflowEngine knows = engine(log, EngineSettings.DEFAULTS, new TenantResolver() {
            @Override
            public Mono<TenantContext> resolve() {
                return Mono.empty();
            }

            @Override
            public Mono<TenantContext> byId(String tenantId) {
                return Mono.just(acme);
            }
        });
        await(engine.stop());
        knows.bind(definition);
        await(knows.start());
        pass(LONG);

        assertThat(record(key).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void runOfAnotherTenantIsNotFound() {
        Workflow workflow = engine.bind(three(Duration.ZERO));
        String runId = await(workflow.run(NOTHING)).runId();

        assertThatThrownBy(() -> await(workflow.cancel(runId)
                        .contextWrite(Tenancy.as(TenantContext.builder("other").build()))))
                .isInstanceOf(WorkflowNotFoundException.class);
    }

    @Test
    void pausedRunsHoldNothing() {
        WorkflowDefinition definition =
                WorkflowRunTests.single(WorkflowNode.humanInput("h", "ok?", null, null, OnTimeout.fail()));
        Workflow workflow = engine.bind(definition);
        for (int i = 0; i < 500; i++) {
            await(workflow.run(Map.of("i", i)));
        }

        assertThat(engine.worker().load()).isZero();
        assertThat(engine.worker().watched()).isZero();
    }

    @Test
    void longRunNeedsNoStack() throws InterruptedException {
        WorkflowNode body = WorkflowNode.callback(
                "n", context -> Mono.just(NodeResult.of((context.data("n") instanceof Integer n ? n : 0) + 1)));
        WorkflowDefinition definition = Workflow.define("w")
                .loop(
                        "l",
                        body,
                        state -> !Integer.valueOf(2_000).equals(state.data().get("n")),
                        4_000)
                .startAt("l")
                .endAt("l")
                .build();
        Begun<WorkflowResult> begun = new Begun<>();
        Thread small = new Thread(
                null, () -> begun.value.set(await(engine.bind(definition).run(NOTHING))), "small", 256 * 1024);
        small.start();
        small.join();

        assertThat(Objects.requireNonNull(begun.value.get()).state().data()).containsEntry("n", 2_000);
    }

    @Test
    void manyRunsOfOthersAreTakenSoManyAtATime() {
        Line line = new Line(log);
        Workflow first = engine(line.store()).bind(three(Duration.ofSeconds(10)));
        for (int i = 0; i < 40; i++) {
            begin(first.run(NOTHING));
        }
        line.cutAll();
        engine.bind(three(Duration.ofSeconds(10)));
        await(engine.start());
        int most = 0;
        for (int i = 0; i < 180; i++) {
            pass(Duration.ofSeconds(1));
            most = Math.max(most, engine.worker().load());
        }

        assertThat(most).isEqualTo(16);
        assertThat(log.page(all()).toStream()).allMatch(run -> run.status() == RunStatus.COMPLETED);
    }

    @Test
    void runThatCannotBeReadIsLeftAsItIs() {
        WorkflowDefinition definition = three(Duration.ZERO);
        NewRun.Terms terms = new NewRun.Terms(RunWriter.newCommitId(), "default", 100, null, null, null);
        NewRun.Content newer = new NewRun.Content("{}", "{\"v\":99}");
        RunKey key = new RunKey("", "newer");
        log.start(new NewRun(
                        key, DefaultWorkflowEngine.code(definition), "a", newer, null, RunRecord.Lineage.NONE, terms))
                .block();
        engine.bind(definition);
        await(engine.start());
        pass(LONG);

        assertThat(record(key).status()).isEqualTo(RunStatus.PENDING);
        assertThat(engine.runsSetAside()).isPositive();
    }
}
