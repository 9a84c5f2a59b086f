package io.cortexreactive.structured;

import io.cortexreactive.message.ChatChunk;
import java.util.List;
import reactor.core.publisher.Flux;

/** Reads one answer while it comes. Made for each subscription. */
interface Reading<T> {

    /** What there is to emit of it; fails with {@link InvalidAnswerException} if it is not valid. */
    Flux<T> read(Flux<ChatChunk> chunks);

    /**
     * The attempt to make after it was not valid.
     *
     * @throws StructuredOutputException if there is none
     */
    Attempt<T> after(List<String> errors);
}
