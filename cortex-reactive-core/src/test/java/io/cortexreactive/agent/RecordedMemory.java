package io.cortexreactive.agent;

import io.cortexreactive.memory.Conversation;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.message.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One conversation, and what is done to it. */
final class RecordedMemory implements ConversationMemory, Conversation {

    final List<Message> said = new CopyOnWriteArrayList<>();
    final AtomicInteger closed = new AtomicInteger();

    void reset() {
        said.clear();
        closed.set(0);
    }

    @Override
    public Mono<Conversation> open(@Nullable String conversationId, Conversations conversations) {
        return Mono.just(this);
    }

    @Override
    public Mono<List<Message>> window() {
        return Mono.fromSupplier(() -> List.copyOf(said));
    }

    @Override
    public Mono<Void> append(List<Message> messages) {
        return Mono.fromRunnable(() -> said.addAll(messages));
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(closed::incrementAndGet);
    }
}
