package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.agent.AgentConfigurationException;
import io.cortexreactive.agent.queue.AgentRunSettings.Queue;
import io.cortexreactive.durable.EngineSettings.Lease;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked // it is what nobody may say
class AgentRunSettingsTests {

    private static final AgentRunSettings GOOD = AgentRunSettings.DEFAULTS;
    private static final Duration SECOND = Duration.ofSeconds(1);

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong(
                        "concurrency must be positive, and is 0",
                        () -> Queue.of("bulk").withConcurrency(0)),
                wrong(
                        "perTenant must be positive, and is -1",
                        () -> Queue.of("bulk").withPerTenant(-1)),
                wrong(
                        "mostWaiting must be positive, and is 0",
                        () -> Queue.of("bulk").withMostWaiting(0)),
                wrong("name", () -> Queue.of(null)),
                wrong("name is blank", () -> Queue.of(" ")),
                wrong("name has a NUL", () -> Queue.of("a\0")),
                wrong("name has half of a surrogate pair", () -> Queue.of("a\uD83D")),
                wrong("name has more than 600 bytes", () -> Queue.of("x".repeat(601))),
                wrong("queues must have one", () -> settings(null, SECOND, SECOND, SECOND, 1)),
                wrong("queues must have one", GOOD::withQueues),
                wrong("queues must have one", () -> settings(Arrays.asList((Queue) null), SECOND, SECOND, SECOND, 1)),
                wrong("'bulk' is there twice", () -> GOOD.withQueues(Queue.of("bulk"), Queue.of("bulk"))),
                wrong("lease", () -> GOOD.withLease(null, SECOND)),
                wrong("lease.ttl", () -> GOOD.withLease(new Lease(null, SECOND, SECOND), SECOND)),
                wrong("lease.beat", () -> GOOD.withLease(new Lease(SECOND, Duration.ZERO, SECOND), SECOND)),
                wrong("beat < doubt < ttl", () -> GOOD.withLease(new Lease(SECOND, SECOND, SECOND), SECOND)),
                wrong("scan must be positive, and is PT0S", () -> GOOD.withLease(GOOD.lease(), Duration.ZERO)),
                wrong("scan", () -> GOOD.withLease(GOOD.lease(), null)),
                wrong("watch", () -> settings(GOOD.queues(), SECOND, SECOND.negated(), SECOND, 1)),
                wrong("watch", () -> settings(GOOD.queues(), SECOND, null, SECOND, 1)),
                wrong("drain must be zero or more, and is PT-1S", () -> GOOD.withDrain(SECOND.negated())),
                wrong("drain", () -> GOOD.withDrain(null)),
                wrong("maxEntryBytes", () -> settings(GOOD.queues(), SECOND, SECOND, SECOND, 0)));
    }

    private static Arguments wrong(String told, Supplier<?> settings) {
        return Arguments.of(told, settings);
    }

    private static AgentRunSettings settings(
            List<Queue> queues, Duration scan, Duration watch, Duration drain, int maxEntryBytes) {
        return new AgentRunSettings(queues, GOOD.lease(), scan, watch, drain, maxEntryBytes);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatNoEngineCouldWorkWithIsRefused(String told, Supplier<?> settings) {
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(settings::get)
                .withMessageContaining(told);
    }

    @Test
    void nothingNeedBeWaitedForWhenItStops() {
        assertThat(GOOD.withDrain(Duration.ZERO).drain()).isZero();
    }
}
