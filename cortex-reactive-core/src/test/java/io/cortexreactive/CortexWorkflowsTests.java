package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.CortexConfig.Persistence;
import io.cortexreactive.CortexConfig.WorkflowSettings;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.EngineStoppedException;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.RunTimes;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowNotFoundException;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowState;
import io.cortexreactive.workflow.WorkflowStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Workflows at the front door: how they come in, and what they run on. */
class CortexWorkflowsTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final ScriptedProvider provider = ScriptedProvider.of();
    private @Nullable Cortex cortex;

    private Cortex build(Cortex.Builder builder) {
        cortex = builder.provider(provider).build();
        return cortex;
    }

    @AfterEach
    void close() {
        if (cortex != null) {
            cortex.close().block(SOON);
        }
    }

    private static WorkflowDefinition greeting() {
        return Workflow.define("greeting")
                .callback("greet", context -> Mono.just(NodeResult.of("Hello, " + context.data("name"))))
                .build();
    }

    private static WorkflowDefinition asking() {
        return Workflow.define("asking")
                .humanInput("ask", "May I?", null, null, OnTimeout.fail())
                .build();
    }

    private static WorkflowResult run(Workflow workflow, Map<String, Object> input) {
        return Objects.requireNonNull(workflow.run(input).block(SOON));
    }

    @Test
    void registeredWorkflowRunsByItsId() {
        Cortex cortex = build(Cortex.builder().workflow(greeting()));

        WorkflowResult result = run(cortex.workflow("greeting"), Map.of("name", "Ada"));

        assertThat(result.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(result.output()).containsEntry("greet", "Hello, Ada");
    }

    @Test
    void unknownIdIsAnErrorThatNamesThoseThereAre() {
        Cortex cortex = build(Cortex.builder().workflow(greeting()));

        assertThatExceptionOfType(WorkflowNotFoundException.class)
                .isThrownBy(() -> cortex.workflow("gone"))
                .withMessageContaining("greeting");
    }

    @Test
    void agentNodeRunsARegisteredAgent() {
        provider.enqueue(ScriptedReply.text("A fine text."));
        Cortex cortex = build(Cortex.builder()
                .agent(Agent.define("writer").systemPrompt("You write.").build())
                .workflow(Workflow.define("writing").agent("write", "writer").build()));

        WorkflowResult result = run(cortex.workflow("writing"), Map.of("input", "Write about the sea"));

        assertThat(result.output()).containsEntry("write", "A fine text.");
        assertThat(provider.requests().get(0).messages().get(0).text()).isEqualTo("Write about the sea");
    }

    @Test
    void runIsKeptInTheGivenStore() {
        RunStore store = RunStore.inMemory();
        Cortex cortex = build(Cortex.builder().runStore(store).workflow(greeting()));

        String runId = run(cortex.workflow("greeting"), Map.of("name", "Ada")).runId();

        assertThat(Objects.requireNonNull(store.find(runId).block(SOON)).status())
                .isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void statesAreAsLargeAsTheConfigurationSays() throws IOException {
        CortexConfig config = read("workflow: {engine: {max_state_bytes: 100}}");
        Cortex small = Cortex.builder().config(config).build();
        WorkflowState state = new WorkflowState(
                "w",
                "1",
                "run",
                null,
                "a",
                WorkflowStatus.PENDING,
                Map.of("x", "y".repeat(200)),
                List.of(),
                null,
                new RunTimes(null, null));

        StepVerifier.create(small.runStore().save(state)).verifyError(StateNotStorableException.class);
        StepVerifier.create(small.runStore().find("run")).verifyComplete();
        small.close().block();
    }

    @Test
    void runOfATenantIsNotFoundByAnother() {
        Cortex cortex = build(Cortex.builder().workflow(asking()));
        Cortex acme = cortex.forTenant(TenantContext.builder("acme").build());
        Cortex globex = cortex.forTenant(TenantContext.builder("globex").build());
        String runId = run(acme.workflow("asking"), Map.of()).runId();

        assertThatExceptionOfType(WorkflowNotFoundException.class)
                .isThrownBy(() -> globex.workflow("asking").cancel(runId).block(SOON));
        assertThat(acme.workflow("asking").cancel(runId).block(SOON)).isTrue();
    }

    @Test
    void closedFrontDoorRefusesRuns() {
        Cortex cortex = build(Cortex.builder().workflow(greeting()));
        cortex.close().block(SOON);

        assertThatExceptionOfType(CortexClosedException.class)
                .isThrownBy(() -> run(cortex.workflow("greeting"), Map.of()));
    }

    @Test
    void whoWaitsForARunWhenTheFrontDoorClosesIsToldSo() {
        Cortex cortex = build(Cortex.builder()
                .workflow(
                        Workflow.define("late").delay("d", Duration.ofHours(1)).build()));
        Workflow late = cortex.workflow("late");
        String runId = Objects.requireNonNull(
                        late.withoutWaiting().run(Map.of()).block(SOON))
                .runId();
        CompletableFuture<@Nullable Void> following =
                late.follow(runId, null).then().toFuture();
        cortex.close().block(SOON);

        assertThatExceptionOfType(EngineStoppedException.class)
                .isThrownBy(() -> Mono.fromFuture(following).block(SOON))
                .satisfies(error -> assertThat(error.runId()).isEqualTo(runId));
    }

    @Test
    void configurationOfWorkflowsIsRead() throws IOException {
        CortexConfig config = read("""
                workflow:
                  engine:
                    queue: slow
                    concurrency: 4
                    scan: 2s
                    drain: 5s
                    max_state_bytes: 4096
                    max_depth: 5
                    lease:
                      ttl: 60s
                      beat: 10s
                      doubt: 40s
                  persistence:
                    table: app_workflow_states
                    schema: jobs
                    ttl: 3600
                    paused_ttl: 30d
                """);

        assertThat(config.workflow())
                .isEqualTo(new WorkflowSettings(
                        new EngineSettings(
                                "slow",
                                4,
                                new EngineSettings.Lease(
                                        Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(40)),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                4096,
                                5),
                        new Persistence("app_", "jobs", Duration.ofHours(1), Duration.ofDays(30))));
    }

    @ParameterizedTest
    @CsvSource({
        "'workflow: {engine: {concurrency: 0}}', concurrency",
        "'workflow: {engine: {max_state_bytes: 0}}', max_state_bytes",
        "'workflow: {engine: {max_depth: 0}}', max_depth",
        "'workflow: {engine: {lease: {ttl: 5s, beat: 10s}}}', beat < doubt < ttl",
        "'workflow: {persistence: {table: runs}}', workflow_states",
        "'workflow: {driver: postgres}', driver"
    })
    void wrongSettingIsRefused(String yaml, String hint) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(yaml))
                .withMessageContaining(hint);
    }

    private CortexConfig read(String yaml) throws IOException {
        return CortexConfig.load(Files.writeString(folder.resolve("cortex.yaml"), yaml));
    }
}
