package io.cortexreactive.memory;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** @param windows a new one for each conversation that is opened */
record DefaultWindowMemory(Supplier<Window> windows, WhenBusy whenBusy, Duration atMost) implements WindowMemory {

    static WindowMemory of(Supplier<Window> windows) {
        return new DefaultWindowMemory(windows, WhenBusy.WAIT, Duration.ofMinutes(2));
    }

    @Override
    public WindowMemory whenBusy(WhenBusy value) {
        return new DefaultWindowMemory(windows, value, atMost);
    }

    @Override
    public WindowMemory waitAtMost(Duration value) {
        MemoryConfigurationException.require(
                value.toMillis() > 0, "A run must wait a millisecond at least, or refuse.");
        return new DefaultWindowMemory(windows, whenBusy, value);
    }

    @Override
    public Mono<Conversation> open(@Nullable String conversationId, Conversations conversations) {
        if (conversationId == null) {
            return Mono.fromSupplier(() -> new PassingConversation(windows.get()));
        }
        return Mono.deferContextual(context -> conversations.open(
                Conversations.key(context, conversationId), whenBusy, atMost, hold -> begin(hold, windows.get())));
    }

    private static Mono<Conversation> begin(Hold hold, Window window) {
        return hold.store()
                .lastPosition(hold.key())
                .flatMap(last ->
                        window.load(new History(hold, last)).thenReturn(new KeptConversation(hold, window, last)));
    }
}
