package io.cortexreactive.benchmarks.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** What has been seen of one call. Only the one event loop uses it. */
final class Call {

    private final List<LongConsumer> waiting = new ArrayList<>();
    private OptionalLong closed = OptionalLong.empty();
    private int sent;

    void sentOne() {
        sent++;
    }

    int sent() {
        return sent;
    }

    void close() {
        long micros = nowMicros();
        closed = OptionalLong.of(micros);
        waiting.forEach(listener -> listener.accept(micros));
        waiting.clear();
    }

    /** Tells when the connection closed, in microseconds since 1970, as soon as it has. */
    void whenClosed(LongConsumer listener) {
        closed.ifPresentOrElse(listener, () -> waiting.add(listener));
    }

    static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
