package io.cortexreactive.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * More of the model's reasoning.
 *
 * @param index the content part
 * @param text more of the thought; empty where only the signature came
 * @param signature the provider's proof, when it comes
 * @param redacted whether {@code text} is the provider's encrypted data, base64
 * @param details what else the provider said of it, in its own words
 */
public record ReasoningDelta(
        int index, String text, @Nullable String signature, boolean redacted, Map<String, Object> details)
        implements ChatChunk {

    public ReasoningDelta {
        details = Copies.map(details);
    }

    /** Nothing else was said of it. */
    public ReasoningDelta(int index, String text, @Nullable String signature, boolean redacted) {
        this(index, text, signature, redacted, Map.of());
    }

    /** Readable reasoning. */
    public ReasoningDelta(int index, String text, @Nullable String signature) {
        this(index, text, signature, false);
    }
}
