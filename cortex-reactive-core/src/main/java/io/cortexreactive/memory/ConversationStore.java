package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps conversations, which only grow. Every publisher is cold, and what it has begun may or may not have happened
 * when it is cancelled. An implementation passes {@code ConversationStoreContract}, in core's tests jar. Thread-safe.
 */
public interface ConversationStore {

    /** The position of the latest message; 0 where there is none. */
    Mono<Long> lastPosition(ConversationKey key);

    /**
     * Messages after a position, in order. A store that forgets the oldest begins with the first it has.
     *
     * @param after 0 for the beginning
     * @param limit the most to read
     */
    Flux<StoredMessage> read(ConversationKey key, long after, int limit);

    /**
     * Adds messages, all or none.
     *
     * @param expectedLast the position of the latest message that the caller knows of
     * @return the position of the latest message then; {@link ConversationChangedException} if there is another than
     *     the caller knows of, of which exactly one of several callers is spared
     */
    Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages);

    /**
     * Takes the conversation, or goes on to hold it, for some time. Whoever does not give it back loses it then.
     *
     * @param holder told apart from every other one
     * @return false if somebody else holds it
     */
    Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl);

    /** Gives the conversation back; completes also where this holder does not have it. */
    Mono<Void> release(ConversationKey key, String holder);

    /** The summary that was kept last; empty if there is none. */
    Mono<ConversationSummary> summary(ConversationKey key);

    /**
     * Keeps a summary.
     *
     * @param expectedUpTo how far the one reaches that it replaces; 0 for none
     * @return false, and nothing is kept, if that is not the one there is, or if the new one reaches further than the
     *     conversation does
     */
    Mono<Boolean> summarize(ConversationKey key, long expectedUpTo, ConversationSummary summary);

    /** Forgets messages and summary; positions begin again. Whoever holds the conversation goes on to hold it. */
    Mono<Void> delete(ConversationKey key);

    /** In the memory of this process: the latest 10,000 messages of each conversation, 1,000,000 in all. */
    static ConversationStore inMemory() {
        return inMemory(10_000, 1_000_000);
    }

    /**
     * In the memory of this process. Where there are more, it forgets the conversations that have not been used for
     * longest and that nobody holds.
     *
     * @param messagesEach how many of the latest messages it keeps of a conversation
     * @param messagesInAll how many it keeps of all, at least twice as many; each conversation counts as one more
     */
    static ConversationStore inMemory(int messagesEach, long messagesInAll) {
        return new InMemoryConversationStore(messagesEach, messagesInAll, Clock.systemUTC());
    }
}
