package io.cortexreactive.memory;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a model is told of a conversation. Immutable and thread-safe; one serves all conversations and tenants. */
public interface ConversationMemory {

    /**
     * Opens a conversation for one run of the tenant in the Reactor Context.
     *
     * @param conversationId which; null for a run outside of any conversation, of which nothing is kept when it is
     *     closed
     * @param conversations where they are kept
     */
    Mono<Conversation> open(@Nullable String conversationId, Conversations conversations);
}
