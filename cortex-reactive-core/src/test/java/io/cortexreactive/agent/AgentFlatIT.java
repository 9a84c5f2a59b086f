package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run of very many iterations, in a process that has next to no stack and heap. */
class AgentFlatIT {

    private static final int ITERATIONS = 100_000;

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void aHundredThousandIterationsNeedNeitherStackNorHeap(String mode) throws InterruptedException {
        List<String> options = List.of("-Xss256k", "-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
        try (ForkedJvm process = ForkedJvm.start(options, FlatRun.class, String.valueOf(ITERATIONS), mode)) {
            assertThat(process.toEnd(Duration.ofMinutes(5)))
                    .contains("asked " + ITERATIONS + ", ran " + (ITERATIONS - 1) + ", kept 1000, COMPLETED, Done.");
        }
    }
}
