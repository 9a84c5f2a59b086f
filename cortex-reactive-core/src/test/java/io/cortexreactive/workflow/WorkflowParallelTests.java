package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.Transition.Guard;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class WorkflowParallelTests extends WorkflowFixture {

    private WorkflowDefinition fan(Merge merge, WorkflowNode... branches) {
        return fan(merge, 8, branches);
    }

    private WorkflowDefinition fan(Merge merge, int concurrency, WorkflowNode... branches) {
        return Workflow.define("w")
                .parallel("p", merge, concurrency, branches)
                .callback("z", context -> Mono.just(NodeResult.of(context.data("p"))))
                .edge("p", "z")
                .startAt("p")
                .endAt("z")
                .build();
    }

    private WorkflowNode slow(String id, Duration time) {
        return WorkflowNode.callback(
                id, context -> Mono.delay(time).then(Mono.defer(() -> gives(id).apply(context))));
    }

    private WorkflowNode failing(String id) {
        return WorkflowNode.callback(id, context -> Mono.error(new IllegalStateException(id)));
    }

    @Test
    void allGivesTheOutputsByBranch() {
        WorkflowResult result = run(fan(Merge.all(), branch("a", 1), branch("b", 2)));

        assertThat(result.output()).containsExactly(entry("a", 1), entry("b", 2));
        assertThat(result.state().data()).contains(entry("a", 1), entry("b", 2));
        assertThat(result.state().history().get(0).branches()).hasSize(2);
    }

    @Test
    void customMergeMakesSomethingElse() {
        assertThat(run(fan(Merge.of(outputs -> outputs.size()), branch("a", 1), branch("b", 2)))
                        .output())
                .containsExactly(entry("z", 2));
    }

    @Test
    void firstOfAnyCountsAndTheOthersAreCancelled() {
        AtomicInteger cancelled = new AtomicInteger();
        WorkflowNode endless =
                WorkflowNode.callback("b", context -> Mono.<NodeResult>never().doOnCancel(cancelled::incrementAndGet));
        WorkflowResult result = run(fan(Merge.any(), failing("x"), endless, slow("a", Duration.ofMillis(100))));

        assertThat(result.output()).containsExactly(entry("z", "a"));
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void anyFailsOnceAllHaveFailed() {
        assertThat(run(fan(Merge.any(), failing("x"), failing("y"))).status()).isEqualTo(WorkflowStatus.FAILED);
    }

    @Test
    void branchThatFailsFailsTheNodeAfterTheOthers() {
        WorkflowResult result = run(fan(Merge.all(), failing("x"), slow("a", Duration.ofMillis(100))));

        assertThat(result.status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(ran).containsExactly("a");
    }

    @Test
    void soManyBranchesRunAtATime() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        WorkflowNode[] branches = IntStream.range(0, 6)
                .mapToObj(i -> WorkflowNode.callback(
                        "b" + i,
                        context -> Mono.delay(Duration.ofMillis(10))
                                .doOnSubscribe(s -> most.accumulateAndGet(now.incrementAndGet(), Math::max))
                                .doOnNext(tick -> now.decrementAndGet())
                                .thenReturn(NodeResult.of(1))))
                .toArray(WorkflowNode[]::new);
        run(fan(Merge.all(), 2, branches));

        assertThat(most).hasValue(2);
    }

    @Test
    void recoveryRunsOnlyTheMissingBranches() {
        WorkflowNode[] branches = IntStream.range(0, 8)
                .mapToObj(i -> slow("b" + i, Duration.ofMillis(i < 5 ? 10 : 10_000)))
                .toArray(WorkflowNode[]::new);
        WorkflowDefinition definition = fan(Merge.all(), branches);
        Line line = new Line(log);
        DefaultWorkflowEngine first = engine(line.store());
        begin(first.bind(definition).run(NOTHING));
        pass(Duration.ofSeconds(1));
        assertThat(ran).hasSize(5);
        line.cutAll();
        engine.bind(definition);
        await(engine.start());
        pass(Duration.ofMinutes(2));

        assertThat(stored(onlyRun()).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(ran).filteredOn(id -> id.compareTo("b5") < 0).hasSize(5);
    }

    @Test
    void humanInABranchPausesTheRunOnceTheOthersAreDone() {
        WorkflowDefinition definition = fan(
                Merge.all(),
                WorkflowNode.humanInput("h", "ok?", null, null, OnTimeout.fail()),
                slow("a", Duration.ofMillis(500)),
                WorkflowNode.humanInput("i", "sure?", null, null, OnTimeout.fail()));
        WorkflowResult paused = run(definition);

        assertThat(paused.status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(ran).containsExactly("a");
        Workflow workflow = engine.bind(definition);
        WorkflowResult again = await(workflow.resume(paused.runId(), Map.of("n", 1)));
        assertThat(again.status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(reason(again)).isEqualTo("sure?");
        WorkflowResult result = await(workflow.resume(paused.runId(), Map.of("n", 2)));
        assertThat(result.output())
                .containsExactly(entry("h", Map.of("n", 1)), entry("a", "a"), entry("i", Map.of("n", 2)));
        assertThat(ran).containsExactly("a");
    }

    @Test
    void subWorkflowInABranchIsWaitedFor() {
        workflows.register(Workflow.define("child")
                .delay("d", Duration.ofSeconds(3))
                .callback("c", gives("child"))
                .edge("d", "c")
                .startAt("d")
                .endAt("c")
                .build());
        WorkflowDefinition definition =
                fan(Merge.all(), WorkflowNode.subWorkflow("s", "child", state -> Map.of()), branch("a", 1));
        WorkflowResult result = await(engine.bind(definition).run(NOTHING), Duration.ofSeconds(20));

        assertThat(result.output()).containsExactly(entry("s", Map.of("c", "child")), entry("a", 1));
        assertThat(ran).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void runsThatNobodyWaitsForAnyMoreAreCancelled() {
        workflows.register(Workflow.define("child")
                .delay("d", Duration.ofHours(1))
                .startAt("d")
                .endAt("d")
                .build());
        WorkflowNode child = WorkflowNode.subWorkflow("s", "child", state -> Map.of());
        WorkflowResult result = run(fan(Merge.any(), child, slow("a", Duration.ofMillis(100))));
        settle();

        assertThat(result.output()).containsExactly(entry("z", "a"));
        assertThat(record(newest("", "child")).status()).isEqualTo(RunStatus.CANCELLED);
    }

    private WorkflowNode childAfter(Duration time, Function<NodeContext, Mono<NodeResult>> body) {
        workflows.register(Workflow.define("child")
                .delay("d", time)
                .callback("c", body)
                .edge("d", "c")
                .startAt("d")
                .endAt("c")
                .build());
        return WorkflowNode.subWorkflow("s", "child", state -> Map.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void subWorkflowThatEndsFirstCountsAndTheOthersAreCancelled(boolean started) {
        WorkflowNode child = childAfter(Duration.ofSeconds(2), gives("child"));
        if (started) {
            await(engine.start());
        }
        WorkflowResult result = await(
                engine.bind(fan(Merge.any(), 1, child, slow("a", Duration.ofMinutes(1))))
                        .run(NOTHING),
                Duration.ofSeconds(10));

        assertThat(result.output()).containsExactly(entry("c", "child"));
        assertThat(ran).containsExactly("c");
    }

    @Test
    void subWorkflowThatFailsFirstLeavesItToTheOthers() {
        WorkflowNode child =
                childAfter(Duration.ofSeconds(2), context -> Mono.error(new IllegalStateException("broken")));
        WorkflowDefinition definition = fan(Merge.any(), child, slow("a", Duration.ofSeconds(20)));

        assertThat(await(engine.bind(definition).run(NOTHING), Duration.ofSeconds(30))
                        .output())
                .containsExactly(entry("z", "a"));
    }

    @Test
    void subWorkflowThatIsStillWaitedForWhenTheOthersHaveFailedCounts() {
        WorkflowNode child = childAfter(Duration.ofSeconds(20), gives("child"));
        WorkflowDefinition definition = fan(Merge.any(), child, failing("x"));
        Begun<WorkflowResult> running = begin(engine.bind(definition).run(NOTHING));

        assertThat(record(newest("", "w")).status()).isEqualTo(RunStatus.PENDING);
        assertThat(running.await(Duration.ofSeconds(30)).output()).containsExactly(entry("c", "child"));
    }

    @Test
    void processThatStopsLeavesASubWorkflowThatIsWaitedFor() {
        WorkflowNode child = childAfter(Duration.ofSeconds(20), gives("child"));
        WorkflowDefinition definition = fan(Merge.any(), child, slow("a", Duration.ofSeconds(10)));
        begin(engine.bind(definition).withoutWaiting().run(NOTHING));
        await(engine.stop(), Duration.ofSeconds(40));

        assertThat(kinds(newest("", "w").runId())).containsExactly("START", "BRANCH", "NODE");
        assertThat(record(newest("", "child")).status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void firstResultOfABranchCounts() {
        WorkflowNode twice = WorkflowNode.callback(
                "a",
                context -> log.load(new RunKey("", context.state().runId()))
                        .flatMap(run -> log.branch(first(run, "a")))
                        .thenReturn(NodeResult.of("second")));

        assertThat(run(fan(Merge.all(), twice, branch("b", 2))).output())
                .containsExactly(entry("a", "first"), entry("b", 2));
    }

    private static RunLog.BranchResult first(RunRecord run, String branch) {
        Guard guard =
                new Guard(run.key(), run.progress().epoch(), run.progress().seq());
        String payload =
                new RunImage.Change("first", Map.of(), Map.of()).toJson(1_000).text();
        return new RunLog.BranchResult(guard, branch, UUID.randomUUID(), payload, null);
    }

    @Test
    void branchIsTriedAgainAlone() {
        AtomicInteger attempts = new AtomicInteger();
        WorkflowNode flaky = WorkflowNode.callback(
                        "f",
                        context -> attempts.incrementAndGet() < 3
                                ? Mono.error(new IllegalStateException("not yet"))
                                : Mono.just(NodeResult.of(context.attempt())))
                .with(WorkflowNode.Settings.retry(3, Duration.ofMillis(100)));

        assertThat(run(fan(Merge.all(), flaky, branch("a", 1))).output()).containsEntry("f", 3);
        assertThat(ran).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60})
    void timeoutCountsFromWhenTheRunCameToTheNode(int backOff) {
        WorkflowNode flaky = failing("f").with(WorkflowNode.Settings.retry(5, Duration.ofSeconds(backOff)));
        WorkflowDefinition definition = Workflow.define("w")
                .parallel("p", Merge.all(), flaky, branch("a", 1))
                .settings("p", WorkflowNode.Settings.timeout(Duration.ofSeconds(5)))
                .build();
        Begun<WorkflowResult> running = begin(engine.bind(definition).run(NOTHING));
        pass(Duration.ofSeconds(4));
        assertThat(running.value).hasValue(null);

        assertThat(code(running.await(Duration.ofMillis(2_500)))).isEqualTo("node_timed_out");
    }

    @Test
    void branchCannotSayWhereTheRunGoesOn() {
        WorkflowNode goes = WorkflowNode.callback("g", context -> Mono.just(NodeResult.end(1)));

        assertThat(run(fan(Merge.all(), goes)).status()).isEqualTo(WorkflowStatus.FAILED);
    }
}
