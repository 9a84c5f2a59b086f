package io.cortexreactive.memory;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Whose turn it is in each conversation, in this process: first come, first served. Keeps nothing of a conversation
 * that nobody is in or waits for. Thread-safe.
 */
final class Turns {

    private final Map<ConversationKey, Set<Turn>> lines = new ConcurrentHashMap<>();

    /** Stands at the end of the line, until it leaves. */
    Turn join(ConversationKey key) {
        Turn turn = new Turn(key);
        lines.compute(key, (same, line) -> {
            Set<Turn> joined = line == null ? new LinkedHashSet<>() : line;
            turn.first = joined.isEmpty();
            joined.add(turn);
            return joined;
        });
        return turn;
    }

    /** How many conversations somebody is in or waits for. */
    int size() {
        return lines.size();
    }

    /** One place in a line. */
    final class Turn {

        private final ConversationKey key;
        private final Sinks.Empty<Void> come = Sinks.empty();
        private volatile boolean first;

        private Turn(ConversationKey key) {
            this.key = key;
        }

        /** Whether nobody is before it. */
        boolean hasCome() {
            return first;
        }

        /**
         * Completes when nobody is before it. Goes on elsewhere than whoever left the line, since many who end at once
         * would make a deep stack.
         */
        Mono<Void> come(Scheduler elsewhere) {
            return first ? Mono.empty() : come.asMono().publishOn(elsewhere);
        }

        /** Leaves the line, wherever it stands. Idempotent. */
        void leave() {
            AtomicReference<Turn> next = new AtomicReference<>();
            lines.computeIfPresent(key, (same, line) -> {
                if (line.remove(this) && first && !line.isEmpty()) {
                    Turn head = line.iterator().next();
                    // Here, so that it hands on its turn if it leaves before it is told.
                    head.first = true;
                    next.set(head);
                }
                return line.isEmpty() ? null : line;
            });
            Turn called = next.get();
            if (called != null) {
                called.come.tryEmitEmpty();
            }
        }
    }
}
