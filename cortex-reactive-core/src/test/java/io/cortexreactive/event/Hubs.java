package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

final class Hubs {

    static final Duration LONG = Duration.ofSeconds(30);

    static final EventSettings.Logging NOT_LOGGED =
            new EventSettings.Logging(false, "cortex.test", Level.INFO, Set.of());

    private Hubs() {}

    static EventHub quiet() {
        return disabling();
    }

    static EventHub disabling(String... names) {
        return EventHub.create(new EventSettings(true, Set.of(names), NOT_LOGGED));
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void close(EventHub hub) {
        hub.close().block(LONG);
    }
}
