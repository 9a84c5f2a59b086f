package io.cortexreactive.benchmarks.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.benchmarks.stream.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AgentBenchmarkIT {

    @Test
    void everyAgentGivesEveryResult() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        AgentBenchmark shortest =
                new AgentBenchmark(Options.parse("--quick"), new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(shortest.run())
                .as(() -> printed.toString(StandardCharsets.UTF_8))
                .isEmpty();
    }
}
