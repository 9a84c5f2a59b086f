package io.cortexreactive.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The calls somebody has seen, numbered from 1; the oldest go when they have become too many. Thread-safe. */
final class CallJournal<C> {

    /** Room for 60,000 small calls, and a bound for a server that runs for days. */
    static final long BUDGET_BYTES = 64L * 1024 * 1024;

    private static final long BYTES_PER_CALL = 1024;

    private final long budget;
    private final ToLongFunction<C> size;
    private final Deque<C> calls = new ArrayDeque<>();
    private final Map<Integer, Sinks.One<C>> awaited = new HashMap<>();
    private int count;
    private long held;

    /** @param size the bytes of a call besides those that every call has */
    CallJournal(long budget, ToLongFunction<C> size) {
        this.budget = budget;
        this.size = size;
    }

    /** Numbers a call and writes it down. */
    C open(IntFunction<C> create) {
        C call;
        Sinks.One<C> waiting;
        synchronized (calls) {
            call = create.apply(++count);
            add(call);
            waiting = awaited.remove(count);
        }
        if (waiting != null) {
            waiting.tryEmitValue(call);
        }
        return call;
    }

    private void add(C call) {
        calls.addLast(call);
        held += bytes(call);
        while (held > budget && calls.size() > 1) {
            held -= bytes(calls.removeFirst());
        }
    }

    private long bytes(C call) {
        return BYTES_PER_CALL + size.applyAsLong(call);
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
