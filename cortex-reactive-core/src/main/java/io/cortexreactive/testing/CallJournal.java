package io.cortexreactive.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The calls a server has seen: the latest of them, up to a limit. Thread-safe. */
final class CallJournal {

    private final int limit;
    private final Deque<DefaultWireCall> calls = new ArrayDeque<>();
    private final Map<Integer, Sinks.One<WireCall>> awaited = new HashMap<>();
    private int count;

    CallJournal(int limit) {
        this.limit = limit;
    }

    /** Numbers a call and writes it down. */
    DefaultWireCall open(IntFunction<DefaultWireCall> create) {
        DefaultWireCall call;
        Sinks.One<WireCall> waiting;
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

    List<WireCall> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** The call of this number, now or when it arrives. */
    Mono<WireCall> call(int number) {
        return Mono.defer(() -> find(number));
    }

    private Mono<WireCall> find(int number) {
        synchronized (calls) {
            int first = count - calls.size() + 1;
            if (number > count) {
                return awaited.computeIfAbsent(number, n -> Sinks.one()).asMono();
            }
            if (number < first) {
                return Mono.error(new IllegalArgumentException(
                        "Call " + number + " is no longer in the journal, which begins at " + first));
            }
            return calls.stream()
                    .filter(call -> call.number() == number)
                    .map(WireCall.class::cast)
                    .findFirst()
                    .map(Mono::just)
                    .orElseGet(Mono::empty);
        }
    }
}
