package io.cortexreactive.agent.queue;

import io.cortexreactive.memory.ConversationChangedException;
import io.cortexreactive.memory.ConversationKey;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.ConversationSummary;
import io.cortexreactive.memory.StoredMessage;
import io.cortexreactive.message.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A conversation as one attempt at a run has it: what the run says is kept back, and put into the store as a whole,
 * once. A later attempt says it anew, from what the run has kept.
 */
final class StagedConversations implements ConversationStore {

    /** Metadata key of messages: the run that said them. */
    static final String RUN = "agentRun";

    private static final int TRIES = 5;

    private final ConversationStore store;
    private final List<Message> staged = new CopyOnWriteArrayList<>();
    private volatile @Nullable ConversationKey used;
    private volatile long before;

    StagedConversations(ConversationStore store) {
        this.store = store;
    }

    @Override
    public Mono<Long> lastPosition(ConversationKey key) {
        return staged.isEmpty()
                ? store.lastPosition(key).doOnNext(last -> before = last)
                : Mono.fromSupplier(() -> before + staged.size());
    }

    @Override
    public Flux<StoredMessage> read(ConversationKey key, long after, int limit) {
        return store.read(key, after, limit).takeWhile(message -> message.position() <= before);
    }

    @Override
    public Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages) {
        return Mono.fromSupplier(() -> {
            used = key;
            staged.addAll(messages);
            return before + staged.size();
        });
    }

    @Override
    public Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl) {
        return store.acquire(key, holder, ttl);
    }

    @Override
    public Mono<Void> release(ConversationKey key, String holder) {
        return store.release(key, holder);
    }

    @Override
    public Mono<ConversationSummary> summary(ConversationKey key) {
        return store.summary(key);
    }

    /** A summary of what is not in the store yet is made again by who needs it. */
    @Override
    public Mono<Boolean> summarize(ConversationKey key, long expectedUpTo, ConversationSummary summary) {
        return summary.upTo() > before ? Mono.just(false) : store.summarize(key, expectedUpTo, summary);
    }

    @Override
    public Mono<Void> delete(ConversationKey key) {
        return store.delete(key);
    }

    /**
     * Puts what the run has said behind what is there, unless it is there.
     *
     * @param noted behind which message an attempt before was about to put it
     * @param note notes that
     */
    Mono<Void> settle(String runId, @Nullable Long noted, Function<Long, Mono<Void>> note) {
        return Mono.defer(() -> {
            ConversationKey key = used;
            return key == null ? Mono.empty() : settled(key, runId, noted, note);
        });
    }

    private Mono<Void> settled(
            ConversationKey key, String runId, @Nullable Long noted, Function<Long, Mono<Void>> note) {
        Mono<Boolean> there = noted == null
                ? Mono.just(false)
                : store.read(key, noted, Integer.MAX_VALUE)
                        .any(message ->
                                runId.equals(message.message().metadata().get(RUN)));
        Mono<Void> put = store.lastPosition(key)
                .flatMap(last -> note.apply(last).then(store.append(key, last, marked(runId))))
                .retryWhen(Retry.max(TRIES).filter(ConversationChangedException.class::isInstance))
                .then();
        return there.flatMap(known -> known ? Mono.empty() : put);
    }

    private List<Message> marked(String runId) {
        return staged.stream()
                .map(message -> {
                    Map<String, Object> metadata = new HashMap<>(message.metadata());
                    metadata.put(RUN, runId);
                    return new Message(message.role(), message.content(), metadata);
                })
                .toList();
    }
}
