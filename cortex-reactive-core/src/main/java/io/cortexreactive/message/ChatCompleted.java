package io.cortexreactive.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The provider said that the answer is complete. Exactly one in a stream, and the last; a stream without it ends in an
 * error.
 *
 * @param stopReason why the model stopped
 * @param usage the whole usage of the call
 * @param model the model that answered, if told
 * @param metadata such as the request id and rate-limit headers
 */
public record ChatCompleted(
        StopReason stopReason, Usage usage, @Nullable String model, Map<String, Object> metadata) implements ChatChunk {

    public ChatCompleted {
        metadata = Copies.map(metadata);
    }
}
