package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

class RunLogPropertyTests extends RunLogPropertyContract {

    private final TestClock clock = new TestClock();

    @Override
    protected RunLog log() {
        return RunLog.inMemory(clock, Duration.ofDays(7));
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return Mono.fromRunnable(() -> clock.advance(Duration.ofMinutes(1)));
    }

    @Override
    protected int few() {
        return 300;
    }

    @Override
    protected int many() {
        return 50_000;
    }

    @ParameterizedTest
    @EnumSource
    void missingGuardIsNoticed(MissingGuard guard) {
        assertThatThrownBy(() -> checkWithout(guard))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed ");
    }

    private void checkWithout(MissingGuard guard) {
        for (int seed = 0; seed < 300; seed++) {
            RunLogProperty.check(guard.in(log()), afterAMinute(), seed, 40);
        }
    }
}
