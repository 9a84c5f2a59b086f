package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call that goes on holds, in a process that does nothing else. */
class LiveCallsIT {

    @ParameterizedTest
    @EnumSource
    void callHoldsItsAnswerOnce(Wire wire) throws InterruptedException {
        List<String> options = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
        try (ForkedJvm process = ForkedJvm.start(options, LiveCalls.class, wire.name())) {
            assertThat(process.toEnd(Duration.ofMinutes(2))).containsPattern("held (0\\.[5-9]|1\\.[0-4]) times");
        }
    }
}
