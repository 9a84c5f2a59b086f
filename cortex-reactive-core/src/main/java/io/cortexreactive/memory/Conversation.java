package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A conversation in the hands of one run, which nobody else's run of the same conversation interleaves with. Every
 * publisher is cold. Made by {@link ConversationMemory#open}; one call at a time.
 */
public interface Conversation {

    /**
     * What to ask the model with: chosen from all that was said, earlier and in this run. Begins with what a user said,
     * and has no tool call without its result. May ask a model itself, for a summary.
     *
     * @return an immutable list, which what is said later does not change
     */
    Mono<List<Message>> window();

    /**
     * Adds what was said, all of it or, where that fails, nothing. A message that calls tools comes together with the
     * one that has their results.
     */
    Mono<Void> append(List<Message> messages);

    /**
     * The same work, during which the conversation stays in these hands, however long there is nothing to add. If it is
     * lost all the same, because the store did not answer for that long, the work is cancelled and fails with
     * {@link ConversationChangedException}. Demand and cancel reach the work.
     */
    default <T> Flux<T> during(Flux<T> work) {
        return work;
    }

    /** Lets the next run in. Idempotent; completes also where nothing was held. */
    Mono<Void> close();
}
