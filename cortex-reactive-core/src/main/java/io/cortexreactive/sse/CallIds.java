package io.cortexreactive.sse;

import io.cortexreactive.message.ToolCall;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The ids that front ends know calls by. A model may give one id to several calls; here each further one gets its
 * number behind it, counted from the first element. One subscription; not thread-safe.
 */
final class CallIds<P> {

    private final Set<String> used = new HashSet<>();
    private final Map<P, String> open = new HashMap<>();

    /** A call begins at a place. */
    String start(P place, String id) {
        String told = id;
        for (int number = 2; !used.add(told); number++) {
            told = id + "#" + number;
        }
        open.put(place, told);
        return told;
    }

    boolean isOpen(P place) {
        return open.containsKey(place);
    }

    /** That of the call at a place, which begins now if it has not. */
    String of(P place, String id) {
        String told = open.get(place);
        return told == null ? start(place, id) : told;
    }

    ToolCall named(P place, ToolCall call) {
        return new ToolCall(of(place, call.id()), call.name(), call.input(), call.invalidArguments());
    }

    /** Those that have begun have no more to come. */
    void close() {
        open.clear();
    }
}
