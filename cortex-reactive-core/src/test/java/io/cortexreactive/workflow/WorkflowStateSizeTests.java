package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.TenantResolver;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** States near the size that they may have, and what cannot be kept at all. */
class WorkflowStateSizeTests extends WorkflowFixture {

    private static final int LIMIT = 4_000;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int STEP = 7;

    @BeforeEach
    void limit() {
        EngineSettings usual = EngineSettings.DEFAULTS;
        EngineSettings small = new EngineSettings(
                usual.queue(), usual.concurrency(), usual.lease(), usual.scan(), usual.drain(), LIMIT);
        engine = engine(log, small, TenantResolver.none());
    }

    private WorkflowNode filling(String output) {
        return branch("a", output)
                .with(WorkflowNode.Settings.compensation(context -> Mono.fromRunnable(() -> ran.add("undo"))));
    }

    private static WorkflowNode failing(int attempts) {
        return WorkflowNode.callback("z", context -> Mono.error(new IllegalStateException("?".repeat(5_000))))
                .with(WorkflowNode.Settings.retry(attempts, Duration.ofMillis(10)));
    }

    private WorkflowDefinition after(String output, WorkflowNode last) {
        return Workflow.define("w")
                .node(filling(output))
                .node(last)
                .edge("a", last.id())
                .build();
    }

    /** With outputs that leave less and less room, until they leave none. */
    private void endsWhateverIsLeft(IntFunction<WorkflowDefinition> filled, WorkflowStatus... as) {
        for (int chars = LIMIT - 600; chars < LIMIT; chars += STEP) {
            WorkflowResult result = await(engine.bind(filled.apply(chars)).run(NOTHING), LONG);
            assertThat(result.status()).as("%d chars", chars).isIn((Object[]) as);
            assertThat(error(result)).as("%d chars", chars).isNotEqualTo("crash_loop");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void runWhoseNodeFailsEndsAsFailed(int attempts) {
        endsWhateverIsLeft(chars -> named(chars, failing(attempts)), WorkflowStatus.FAILED);
    }

    private String error(WorkflowResult result) {
        ErrorInfo error = record(new RunKey("", result.runId())).error();
        return error == null ? "" : error.code();
    }

    private WorkflowDefinition named(int chars, WorkflowNode last) {
        return Workflow.define("w" + chars)
                .node(filling("x".repeat(chars)))
                .node(last)
                .edge("a", last.id())
                .build();
    }

    @Test
    void runWhoseNodeWaitsGoesOn() {
        workflows.register(Workflow.define("child").delay("d", SCAN).build());
        WorkflowStatus[] ends = {WorkflowStatus.COMPLETED, WorkflowStatus.FAILED};
        endsWhateverIsLeft(
                chars -> named(chars, new WorkflowNode.Delay("d", WorkflowNode.Settings.DEFAULTS, SCAN)), ends);
        endsWhateverIsLeft(
                chars -> Workflow.define("s" + chars)
                        .node(filling("x".repeat(chars)))
                        .node(WorkflowNode.subWorkflow("s", "child", state -> Map.of()))
                        .edge("a", "s")
                        .build(),
                ends);
    }

    @Test
    void outputThatIsTooMuchFailsTheRunWithWhatItKnewBefore() {
        WorkflowResult result = run(after("x".repeat(2_000), branch("b", "y".repeat(2_000))));

        assertThat(code(result)).isEqualTo("state_not_storable");
        assertThat(result.state().data()).containsOnlyKeys("a");
        assertThat(ran).containsExactly("a", "b", "undo");
    }

    /** Three bytes a char. */
    @Test
    void stateIsMeasuredInBytes() {
        WorkflowDefinition.Builder chain = Workflow.define("w");
        for (int i = 0; i < 6; i++) {
            chain.callback("n" + i, gives("€".repeat(300)));
            if (i > 0) {
                chain.edge("n" + (i - 1), "n" + i);
            }
        }
        WorkflowResult result = run(chain.build());

        assertThat(code(result)).isEqualTo("state_not_storable");
        assertThat(result.state().data()).containsOnlyKeys("n0", "n1", "n2", "n3");
    }

    @Test
    void branchesThatAreTooMuchTogetherFailTheRun() {
        WorkflowResult result = run(Workflow.define("w")
                .parallel("p", Merge.all(), filling("x".repeat(1_500)), branch("b", "y".repeat(1_500)))
                .build());

        assertThat(code(result)).isEqualTo("state_not_storable");
        assertThat(result.state().data()).isEmpty();
        assertThat(ran).containsExactly("a", "b", "undo");
    }

    @Test
    void branchesThatAreTooMuchTogetherForAPauseFailTheRun() {
        WorkflowResult result = run(Workflow.define("w")
                .parallel(
                        "p",
                        Merge.all(),
                        filling("x".repeat(2_500)),
                        branch("b", "y".repeat(2_500)),
                        WorkflowNode.humanInput("h", "ok?", null, null, OnTimeout.fail()))
                .build());

        assertThat(code(result)).isEqualTo("state_not_storable");
        assertThat(ran).containsExactly("a", "b", "undo");
    }

    /** As where somebody changes it meanwhile. */
    private static List<Object> broken() {
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                throw new IllegalStateException("changed");
            }

            @Override
            public int size() {
                return 1;
            }
        };
    }

    @Test
    void outputThatCannotBeReadFailsTheRun() {
        assertThat(code(run(after("x", branch("b", broken()))))).isEqualTo("internal");
    }

    @Test
    void outputThatIsNoJsonFailsTheRun() {
        assertThat(code(run(after("x", branch("b", new Object()))))).isEqualTo("state_not_storable");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void outputOfABranchThatCannotBeReadFailsTheRun(boolean any) {
        Merge merge = any ? Merge.any() : Merge.all();
        WorkflowResult result = run(
                Workflow.define("w").parallel("p", merge, branch("b", broken())).build());

        assertThat(code(result)).isEqualTo("internal");
    }

    @Test
    void errorsAreKeptAsLongAsPeopleReadThem() {
        WorkflowResult result = run(Workflow.define("w")
                .node(filling("x"))
                .parallel("p", Merge.all(), failing(1))
                .edge("a", "p")
                .build());

        String message = Objects.requireNonNull(
                        record(new RunKey("", result.runId())).error())
                .message();
        assertThat(message).startsWith("??").endsWith("…").hasSize(2_001);
        assertThat(journal(result.runId()))
                .allSatisfy(entry -> assertThat(String.valueOf(entry.error())).hasSizeLessThan(2_200));
    }

    @Test
    void noCharOfAnErrorIsCutInHalf() {
        String smiles = "\uD83D\uDE00".repeat(2_000);
        ErrorInfo kept = FanOut.bounded(new ErrorInfo("c", "x" + smiles, true));

        assertThat(kept.message()).isEqualTo("x" + smiles.substring(0, 1_998) + "…");
        assertThat(kept.isTransient()).isTrue();
    }
}
