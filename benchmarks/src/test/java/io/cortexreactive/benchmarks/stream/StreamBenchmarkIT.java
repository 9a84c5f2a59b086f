package io.cortexreactive.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StreamBenchmarkIT {

    @Test
    void everyClientGivesEveryResult() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        StreamBenchmark shortest =
                new StreamBenchmark(true, 1, section -> true, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(shortest.run())
                .as(() -> printed.toString(StandardCharsets.UTF_8))
                .isEmpty();
    }
}
