package io.cortexreactive.message;

import org.jspecify.annotations.Nullable;

/**
 * More of the model's reasoning.
 *
 * @param index the content part
 * @param text more of the thought; empty where only the signature came
 * @param signature the provider's proof, when it comes
 * @param redacted whether {@code text} is the provider's encrypted data, base64
 */
public record ReasoningDelta(
        int index, String text, @Nullable String signature, boolean redacted) implements ChatChunk {

    /** Readable reasoning. */
    public ReasoningDelta(int index, String text, @Nullable String signature) {
        this(index, text, signature, false);
    }
}
