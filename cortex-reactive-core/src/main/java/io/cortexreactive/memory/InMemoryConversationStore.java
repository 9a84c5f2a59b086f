package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One lock, held for a few steps. A cache of frequencies would forget a new conversation before a busy one. */
final class InMemoryConversationStore implements ConversationStore {

    private final int messagesEach;
    private final long messagesInAll;
    private final Clock clock;

    /** The one that was not used for longest comes first. */
    private final Map<ConversationKey, Kept> conversations = new LinkedHashMap<>(16, 0.75f, true);

    private long inAll;

    InMemoryConversationStore(int messagesEach, long messagesInAll, Clock clock) {
        MemoryConfigurationException.require(
                messagesEach > 0 && messagesInAll >= 2L * messagesEach,
                "A store must keep one message of each conversation at least, and twice as many in all as of one.");
        this.messagesEach = messagesEach;
        this.messagesInAll = messagesInAll;
        this.clock = clock;
    }

    @Override
    public Mono<Long> lastPosition(ConversationKey key) {
        return Mono.fromSupplier(() -> last(key));
    }

    @Override
    public Flux<StoredMessage> read(ConversationKey key, long after, int limit) {
        return Flux.defer(() -> Flux.fromIterable(messages(key, after, limit)));
    }

    @Override
    public Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages) {
        List<Message> more = List.copyOf(messages);
        return Mono.fromSupplier(() -> add(key, expectedLast, more));
    }

    @Override
    public Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl) {
        return Mono.fromSupplier(() -> take(key, holder, ttl));
    }

    @Override
    public Mono<Void> release(ConversationKey key, String holder) {
        return Mono.fromRunnable(() -> giveBack(key, holder));
    }

    @Override
    public Mono<ConversationSummary> summary(ConversationKey key) {
        return Mono.fromSupplier(() -> known(key));
    }

    @Override
    public Mono<Boolean> summarize(ConversationKey key, long expectedUpTo, ConversationSummary summary) {
        return Mono.fromSupplier(() -> keep(key, expectedUpTo, summary));
    }

    @Override
    public Mono<Void> delete(ConversationKey key) {
        return Mono.fromRunnable(() -> remove(key));
    }

    /** How many conversations there is anything of. */
    synchronized int size() {
        return conversations.size();
    }

    private synchronized long last(ConversationKey key) {
        Kept kept = conversations.get(key);
        return kept == null ? 0 : kept.last();
    }

    private synchronized List<StoredMessage> messages(ConversationKey key, long after, int limit) {
        Kept kept = conversations.get(key);
        return kept == null ? List.of() : kept.after(after, limit, messagesEach);
    }

    private synchronized long add(ConversationKey key, long expectedLast, List<Message> more) {
        Kept kept = conversations.get(key);
        if (expectedLast != (kept == null ? 0 : kept.last())) {
            throw new ConversationChangedException(key);
        }
        if (more.isEmpty()) {
            return expectedLast;
        }
        Kept grown = kept == null ? begin(key) : kept;
        int before = grown.messages.size();
        grown.add(more, messagesEach);
        inAll += grown.messages.size() - before;
        forgetUnused(grown);
        return grown.last();
    }

    private Kept begin(ConversationKey key) {
        Kept begun = new Kept();
        conversations.put(key, begun);
        inAll++;
        return begun;
    }

    private void forgetUnused(Kept used) {
        Iterator<Kept> longestUnused = conversations.values().iterator();
        while (inAll > messagesInAll && longestUnused.hasNext()) {
            Kept kept = longestUnused.next();
            if (kept != used && !kept.isHeld(clock.instant())) {
                longestUnused.remove();
                inAll -= kept.messages.size() + 1;
            }
        }
    }

    private synchronized boolean take(ConversationKey key, String holder, Duration ttl) {
        Kept kept = conversations.get(key);
        Instant now = clock.instant();
        if (kept != null && kept.isHeld(now) && !holder.equals(kept.holder)) {
            return false;
        }
        Kept taken = kept == null ? begin(key) : kept;
        taken.holder = holder;
        taken.heldUntil = now.plus(ttl);
        forgetUnused(taken);
        return true;
    }

    private synchronized void giveBack(ConversationKey key, String holder) {
        Kept kept = conversations.get(key);
        if (kept != null && holder.equals(kept.holder)) {
            kept.holder = null;
            removeIfNothingIsIn(key, kept);
        }
    }

    private synchronized @Nullable ConversationSummary known(ConversationKey key) {
        Kept kept = conversations.get(key);
        return kept == null ? null : kept.summary;
    }

    private synchronized boolean keep(ConversationKey key, long expectedUpTo, ConversationSummary summary) {
        Kept kept = conversations.get(key);
        if (kept == null || kept.summarized() != expectedUpTo || summary.upTo() > kept.last()) {
            return false;
        }
        kept.summary = summary;
        return true;
    }

    private synchronized void remove(ConversationKey key) {
        Kept kept = conversations.get(key);
        if (kept != null) {
            inAll -= kept.messages.size();
            kept.clear();
            removeIfNothingIsIn(key, kept);
        }
    }

    private void removeIfNothingIsIn(ConversationKey key, Kept kept) {
        if (kept.last() == 0 && kept.holder == null) {
            conversations.remove(key);
            inAll--;
        }
    }

    /** Guarded by the store's lock. */
    private static final class Kept {

        private final List<Message> messages = new ArrayList<>();
        private long forgotten;
        private @Nullable ConversationSummary summary;
        private @Nullable String holder;
        private Instant heldUntil = Instant.MIN;

        long last() {
            return forgotten + messages.size();
        }

        /** Forgets half of twice as many at once, so that this seldom moves what stays. */
        void add(List<Message> more, int most) {
            messages.addAll(more);
            if (messages.size() >= 2L * most) {
                int excess = messages.size() - most;
                messages.subList(0, excess).clear();
                forgotten += excess;
            }
        }

        List<StoredMessage> after(long position, int limit, int most) {
            long first = Math.max(Math.max(position - forgotten, 0), messages.size() - most);
            List<StoredMessage> found = new ArrayList<>();
            for (long i = first; i < messages.size() && found.size() < limit; i++) {
                found.add(new StoredMessage(forgotten + i + 1, messages.get((int) i)));
            }
            return found;
        }

        long summarized() {
            return summary == null ? 0 : summary.upTo();
        }

        boolean isHeld(Instant now) {
            return holder != null && now.isBefore(heldUntil);
        }

        void clear() {
            messages.clear();
            forgotten = 0;
            summary = null;
        }
    }
}
