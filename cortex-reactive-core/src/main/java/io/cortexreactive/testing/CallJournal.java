package io.cortexreactive.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The latest calls somebody has seen, numbered from 1. Thread-safe. */
final class CallJournal<C> {

    /** Enough for any test, and a bound for a server that runs for days. */
    static final int KEPT = 10_000;

    private final int limit;
    private final Deque<C> calls = new ArrayDeque<>();
    private final Map<Integer, Sinks.One<C>> awaited = new HashMap<>();
    private int count;

    CallJournal(int limit) {
        this.limit = limit;
    }

    /** Numbers a call and writes it down. */
    C open(IntFunction<C> create) {
        C call;
        Sinks.One<C> waiting;
        synchronized (calls) {
            call = create.apply(++count);
            calls.addLast(call);
            if (calls.size() > limit) {
                calls.removeFirst();
            }
            waiting = awaited.remove(count);
        }
        if (waiting != null) {
            waiting.tryEmitValue(call);
        }
        return call;
    }

    List<C> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** The call of this number, now or when it comes; an error if it is no longer kept. */
    Mono<C> call(int number) {
        return Mono.defer(() -> find(number));
    }

    private Mono<C> find(int number) {
        synchronized (calls) {
            if (number > count) {
                return awaited.computeIfAbsent(number, n -> Sinks.one()).asMono();
            }
            int first = count - calls.size() + 1;
            if (number < first) {
                return Mono.error(new IllegalArgumentException(
                        "There is no call " + number + " in the journal: it begins at " + first));
            }
            return Mono.justOrEmpty(calls.stream().skip(number - first).findFirst());
        }
    }
}
