package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.util.List;
import reactor.core.publisher.Mono;

/** A run outside of any conversation: kept nowhere but in its window. */
final class PassingConversation implements Conversation {

    private final Window window;
    private long position;

    PassingConversation(Window window) {
        this.window = window;
    }

    @Override
    public Mono<List<Message>> window() {
        return Mono.defer(window::choose);
    }

    @Override
    public Mono<Void> append(List<Message> messages) {
        List<Message> said = List.copyOf(messages);
        return Mono.fromRunnable(() -> {
            Units.requireWhole(said);
            window.add(Units.numbered(said, position));
            position += said.size();
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
