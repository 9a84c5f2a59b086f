package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.durable.EngineSettings.Lease;
import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked // it is what nobody may say
class EngineSettingsTests {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Lease LEASE = Lease.DEFAULTS;

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("queue", () -> new EngineSettings(null, 1, LEASE, SECOND, SECOND, 1)),
                wrong("queue", () -> new EngineSettings(" ", 1, LEASE, SECOND, SECOND, 1)),
                wrong(
                        "concurrency must be positive, and is 0",
                        () -> new EngineSettings("q", 0, LEASE, SECOND, SECOND, 1)),
                wrong("lease must be there", () -> with(null)),
                wrong("lease.ttl", () -> with(new Lease(null, SECOND, SECOND))),
                wrong("lease.beat must be positive", () -> with(new Lease(SECOND, Duration.ZERO, SECOND))),
                wrong("lease.doubt", () -> with(new Lease(SECOND, SECOND, SECOND.negated()))),
                wrong("beat < doubt < ttl", () -> with(new Lease(SECOND, SECOND, SECOND))),
                wrong("scan", () -> new EngineSettings("q", 1, LEASE, null, SECOND, 1)),
                wrong("scan must be positive", () -> new EngineSettings("q", 1, LEASE, Duration.ZERO, SECOND, 1)),
                wrong("drain", () -> new EngineSettings("q", 1, LEASE, SECOND, null, 1)),
                wrong(
                        "drain must be zero or more, and is PT-1S",
                        () -> new EngineSettings("q", 1, LEASE, SECOND, SECOND.negated(), 1)),
                wrong("maxStateBytes", () -> new EngineSettings("q", 1, LEASE, SECOND, SECOND, 0)));
    }

    private static Arguments wrong(String told, Supplier<EngineSettings> settings) {
        return Arguments.of(told, settings);
    }

    private static EngineSettings with(Lease lease) {
        return new EngineSettings("q", 1, lease, SECOND, SECOND, 1);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatNoEngineCouldWorkWithIsRefused(String told, Supplier<EngineSettings> settings) {
        assertThatExceptionOfType(EngineConfigurationException.class)
                .isThrownBy(settings::get)
                .withMessageContaining(told);
    }

    @Test
    void longTimesAreTheLongest() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        EngineSettings settings =
                new EngineSettings("q", 1, new Lease(endless, SECOND, SECOND.plus(SECOND)), endless, endless, 1);

        assertThat(settings.lease().ttl()).isEqualTo(Schedule.LONGEST);
        assertThat(settings.scan()).isEqualTo(Schedule.LONGEST);
        assertThat(settings.drain()).isEqualTo(Schedule.LONGEST);
    }
}
