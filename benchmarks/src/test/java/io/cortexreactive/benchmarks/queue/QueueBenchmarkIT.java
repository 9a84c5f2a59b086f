package io.cortexreactive.benchmarks.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.benchmarks.stream.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class QueueBenchmarkIT {

    @Test
    void everyClientGivesEveryResult() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        QueueBenchmark shortest =
                new QueueBenchmark(Options.parse("--quick"), new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(shortest.run())
                .as(() -> printed.toString(StandardCharsets.UTF_8))
                .isEmpty();
    }
}
