package io.cortexreactive.testing;

import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Waits for the signal itself, and fails when it does not come. */
final class Await {

    static final Duration LONG = Duration.ofSeconds(60);

    private Await() {}

    static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    static void completion(Mono<Void> mono) {
        mono.block(LONG);
    }
}
