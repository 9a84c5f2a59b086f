package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store that counts what is read, and whose answers may be changed. */
class Counting implements ConversationStore {

    final AtomicInteger read = new AtomicInteger();
    final AtomicInteger acquired = new AtomicInteger();
    private final ConversationStore store;

    Counting(ConversationStore store) {
        this.store = store;
    }

    /** The answer as the caller gets it. */
    <T> Mono<T> answer(Mono<T> answer) {
        return answer;
    }

    @Override
    public Mono<Long> lastPosition(ConversationKey key) {
        return answer(store.lastPosition(key));
    }

    @Override
    public Flux<StoredMessage> read(ConversationKey key, long after, int limit) {
        return answer(store.read(key, after, limit).collectList())
                .flatMapIterable(all -> all)
                .doOnNext(message -> read.incrementAndGet());
    }

    @Override
    public Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages) {
        return answer(store.append(key, expectedLast, messages));
    }

    @Override
    public Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl) {
        return answer(store.acquire(key, holder, ttl).doOnNext(taken -> acquired.incrementAndGet()));
    }

    @Override
    public Mono<Void> release(ConversationKey key, String holder) {
        return answer(store.release(key, holder));
    }

    @Override
    public Mono<ConversationSummary> summary(ConversationKey key) {
        return answer(store.summary(key));
    }

    @Override
    public Mono<Boolean> summarize(ConversationKey key, long expectedUpTo, ConversationSummary summary) {
        return answer(store.summarize(key, expectedUpTo, summary));
    }

    @Override
    public Mono<Void> delete(ConversationKey key) {
        return answer(store.delete(key));
    }
}
