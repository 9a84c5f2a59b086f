package io.cortexreactive.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who listens, at one moment. Immutable.
 *
 * @param open the subscriptions that have not ended
 * @param listeners how many of them listen to each type
 * @param types the types listened to; the same instance as long as they are the same types
 * @param closed whether nobody can join any more
 */
record Audience(List<Mailbox<?>> open, Map<Class<?>, Integer> listeners, Set<Class<?>> types, boolean closed) {

    static final Audience NOBODY = new Audience(List.of(), Map.of(), Set.of(), false);

    /** With this subscription; unchanged if closed. */
    Audience with(Mailbox<?> joining) {
        if (closed) {
            return this;
        }
        List<Mailbox<?>> more = new ArrayList<>(open.size() + 1);
        more.addAll(open);
        more.add(joining);
        return of(more, joining.listensTo(), 1);
    }

    /** Without this subscription; unchanged if it was not there. */
    Audience without(Mailbox<?> leaving) {
        List<Mailbox<?>> fewer = new ArrayList<>(open);
        return fewer.remove(leaving) ? of(fewer, leaving.listensTo(), -1) : this;
    }

    /** Closed, if nobody is left; else unchanged. */
    Audience closedIfEmpty() {
        return open.isEmpty() ? new Audience(open, listeners, types, true) : this;
    }

    private Audience of(List<Mailbox<?>> subscriptions, @Nullable Class<?> type, int change) {
        if (type == null) {
            return new Audience(subscriptions, listeners, types, closed);
        }
        Map<Class<?>, Integer> counts = new HashMap<>(listeners);
        counts.merge(type, change, (before, more) -> before + more == 0 ? null : before + more);
        Set<Class<?>> kept = counts.keySet().equals(types) ? types : Set.copyOf(counts.keySet());
        return new Audience(subscriptions, counts, kept, closed);
    }
}
