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

    /** All of it. */
    static ConversationMemory buffer() {
        return (id, conversations) -> Mono.fromSupplier(Scratch::new);
    }

    final class Scratch implements Conversation {
        private final io.cortexreactive.message.MessageLog log = new io.cortexreactive.message.MessageLog();

        @Override
        public Mono<java.util.List<io.cortexreactive.message.Message>> window() {
            return Mono.fromSupplier(log::view);
        }

        @Override
        public Mono<Void> append(java.util.List<io.cortexreactive.message.Message> messages) {
            return Mono.fromRunnable(() -> messages.forEach(log::append));
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }
}
