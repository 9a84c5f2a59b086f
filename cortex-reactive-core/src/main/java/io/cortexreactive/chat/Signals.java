package io.cortexreactive.chat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Sinks;

/** Lets many wait until something has changed, each on a signal of its own, so that joining and leaving is quick. */
final class Signals {

    private final Set<Sinks.Empty<?>> waiting = new HashSet<>();

    /** Waits from now on, before anybody subscribes. Empty once {@link #tell} is called. */
    <T> Sinks.Empty<T> next() {
        Sinks.Empty<T> signal = Sinks.empty();
        waiting.add(signal);
        return signal;
    }

    void forget(Sinks.Empty<?> signal) {
        waiting.remove(signal);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void tell() {
        List<Sinks.Empty<?>> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(Sinks.Empty::tryEmitEmpty);
    }
}
