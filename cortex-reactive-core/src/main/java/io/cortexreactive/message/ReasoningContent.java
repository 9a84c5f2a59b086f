package io.cortexreactive.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a reasoning model thought. Send it back unchanged in the next round of tool calls; some providers insist.
 *
 * @param text the thought; for redacted reasoning the provider's opaque data, base64
 * @param signature the provider's proof that the text is its own, if it gave one
 * @param redacted whether the provider encrypted the thought
 * @param details what else the provider said of it, in its own words
 */
public record ReasoningContent(
        String text,
        @Nullable String signature,
        boolean redacted,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> details)
        implements Content {

    public ReasoningContent {
        Objects.requireNonNull(text, "text");
        details = Copies.map(details);
    }

    /** Nothing else was said of it. */
    public ReasoningContent(String text, @Nullable String signature, boolean redacted) {
        this(text, signature, redacted, Map.of());
    }
}
