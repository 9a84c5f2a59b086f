package io.cortexreactive.chat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import reactor.core.publisher.Flux;

/**
 * Steps around a chat call. Stateless or thread-safe: one instance serves all calls, and the flux it returns may be
 * subscribed more than once, each time a call of its own. The Context it is subscribed with has the tenant and the
 * correlation id of the call. Runs on whichever thread delivers, so it must not block.
 */
@FunctionalInterface
public interface ChatInterceptor {

    /**
     * Handles a call: pass it on with {@code next}, changed or not, as often as needed; or answer without.
     *
     * @param next the rest of the chain; keeps no state, so it can be called again
     */
    Flux<ChatChunk> intercept(ChatRequest request, Next next);

    /** The rest of the chain. */
    @FunctionalInterface
    interface Next {

        /** Goes on with this request. Nothing happens before the flux is subscribed. */
        Flux<ChatChunk> stream(ChatRequest request);
    }
}
