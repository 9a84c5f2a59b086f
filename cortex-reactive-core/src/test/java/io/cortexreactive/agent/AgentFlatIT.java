package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run of very many iterations, in a process that has next to no stack and heap. */
class AgentFlatIT {

    private static final int ITERATIONS = 100_000;

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void aHundredThousandIterationsNeedNeitherStackNorHeap(String mode) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command(mode)).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(said)
                    .contains("asked " + ITERATIONS + ", ran " + (ITERATIONS - 1) + ", kept 1000, COMPLETED, Done.");
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(String mode) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(
                        List.of(java, "-Xss256k", "-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
                        List.of("-cp", classPath(), FlatRun.class.getName(), String.valueOf(ITERATIONS), mode))
                .flatMap(List::stream)
                .toList();
    }

    /** Surefire may hide it in the manifest of a jar. */
    private static String classPath() {
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(whole.split(File.pathSeparator))
                .distinct()
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
    }
}
