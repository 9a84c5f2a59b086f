package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call that goes on holds, in a process that does nothing else. */
class LiveCallsIT {

    @ParameterizedTest
    @EnumSource
    void callHoldsItsAnswerOnce(Wire wire) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        classPath(),
                        LiveCalls.class.getName(),
                        wire.name())
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(said).containsPattern("held (0\\.[5-9]|1\\.[0-4]) times");
        } finally {
            process.destroyForcibly();
        }
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
