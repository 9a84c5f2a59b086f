package io.cortexreactive.message;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a reasoning model thought. Send it back unchanged in the next round of tool calls; some providers insist.
 *
 * @param text the thought; for redacted reasoning the provider's opaque data, base64
 * @param signature the provider's proof that the text is its own, if it gave one
 * @param redacted whether the provider encrypted the thought
 */
public record ReasoningContent(String text, @Nullable String signature, boolean redacted) implements Content {

    public ReasoningContent {
        Objects.requireNonNull(text, "text");
    }
}
