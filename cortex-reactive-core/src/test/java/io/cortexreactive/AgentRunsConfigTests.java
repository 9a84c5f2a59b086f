package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.agent.queue.AgentRunSettings.Queue;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.QueueFullException;
import io.cortexreactive.testing.ScriptedProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How agents are run in the background, as a file and the builder say. */
class AgentRunsConfigTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<Cortex> built = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void closeAll() {
        built.forEach(cortex -> cortex.close().block(SOON));
    }

    @Test
    void runsInTheBackgroundAreConfiguredByFile() throws IOException {
        CortexConfig config = read("""
                agent:
                  runs:
                    queues:
                      agents: {concurrency: 4, per_tenant: 2, most_waiting: 100}
                      bulk:
                    lease: {ttl: 60s, beat: 10s, doubt: 40s}
                    scan: 2s
                    watch: 500ms
                    drain: 5s
                    max_entry_bytes: 4096
                """);

        assertThat(config.agent().runs())
                .isEqualTo(new AgentRunSettings(
                        List.of(new Queue("agents", 4, 2, 100), Queue.of("bulk")),
                        new EngineSettings.Lease(
                                Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(40)),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        4096));
        assertThat(read("agent:\n  runs:\n    queues:\n").agent().runs()).isEqualTo(AgentRunSettings.DEFAULTS);
    }

    @Test
    void theBuilderSaysHowRunsInTheBackgroundAreRunOrElseTheFile() throws IOException {
        CortexConfig config = read("agent: {runs: {queues: {agents: {most_waiting: 1}}}}");
        AgentRunSettings wider =
                AgentRunSettings.DEFAULTS.withQueues(Queue.of("agents").withMostWaiting(2));
        AgentRunQueue queue = AgentRunQueue.inMemory();
        Cortex byFile = build(Cortex.builder().config(config).agentRunQueue(queue));
        Cortex byBuilder =
                build(Cortex.builder().config(config).agentRunQueue(queue).agentRunSettings(wider));

        dispatch(byFile);
        assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> dispatch(byFile));
        dispatch(byBuilder);
        assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> dispatch(byBuilder));
    }

    private Cortex build(Cortex.Builder builder) {
        Cortex cortex = builder.provider(ScriptedProvider.of())
                .agent(Agent.define("idle").build())
                .build();
        built.add(cortex);
        return cortex;
    }

    private CortexConfig read(String yaml) throws IOException {
        return CortexConfig.load(Files.writeString(directory.resolve("cortex.yaml"), yaml));
    }

    private static void dispatch(Cortex cortex) {
        cortex.agent("idle").runAsync("Go").onQueue("agents").dispatch().block(SOON);
    }

    @ParameterizedTest
    @CsvSource({
        "'queues: {bulk: {concurrency: 0}}', agent.runs.queues.bulk.concurrency",
        "'queues: {bulk: {per_tenant: -1}}', agent.runs.queues.bulk.per_tenant",
        "'queues: {bulk: {most_waiting: few}}', agent.runs.queues.bulk.most_waiting",
        "'queues: {bulk: {mostWaiting: 1}}', agent.runs.queues.bulk.mostWaiting",
        "'queues: {bulk: {most_waiting: 0}}', agent.runs.queues.bulk.most_waiting",
        "'queues: {\"\": {concurrency: 1}}', agent.runs.queues",
        "'queues: [bulk]', agent.runs.queues",
        "'lease: {ttl: 5s, beat: 10s}', agent.runs.lease",
        "max_entry_bytes: 0, agent.runs.max_entry_bytes",
        "scan: 0s, agent.runs.scan",
        "queue: bulk, agent.runs.queue"
    })
    void wrongSettingOfRunsIsToldWhereItStands(String setting, String place) throws IOException {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read("agent:\n  runs: {" + setting + "}\n"))
                .withMessageContainingAll("cortex.yaml:2", place);
    }
}
