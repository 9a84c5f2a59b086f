package io.cortexreactive.tool;

import io.cortexreactive.message.VisibleText;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a tool answered.
 *
 * @param success whether it did what it should
 * @param output what it found, or null for nothing; made of JSON types once it comes from a {@link ToolExecutor}
 * @param error for the model: what went wrong, and what it can do about it; null if nothing did
 * @param stop whether the agent is to end here, with this as its answer
 * @param metadata for the application; never sent to a model
 */
public record ToolResult(
        boolean success, @Nullable Object output, @Nullable String error, boolean stop, Map<String, Object> metadata)
        implements ToolUpdate {

    /** Metadata key of the {@link ToolErrorKind#code()}. */
    public static final String ERROR_KIND = "errorKind";

    /** Metadata key that is there, and {@code true}, where trying again may help. */
    public static final String TRANSIENT = "transient";

    /**
     * Metadata key that is there, and {@code true}, where the error is the message of an exception that is none of this
     * library's. The model reads it; front ends are not shown it.
     */
    public static final String FOREIGN = "foreign";

    public ToolResult {
        metadata = metadata == null || metadata.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** It went well. */
    public static ToolResult success(@Nullable Object output) {
        return new ToolResult(true, output, null, false, Map.of());
    }

    /** It went wrong; the model reads why, and may try something else. */
    public static ToolResult error(String message) {
        return error(ToolErrorKind.FAILED, message);
    }

    /** It went wrong in a way that has a name. */
    public static ToolResult error(ToolErrorKind kind, String message) {
        return new ToolResult(false, null, message, false, Map.of(ERROR_KIND, kind.code()));
    }

    /** It went well, and the agent is to end here, with this as its answer. */
    public static ToolResult stop(@Nullable Object output) {
        return new ToolResult(true, output, null, true, Map.of());
    }

    /** This, with one more entry for the application. */
    public ToolResult with(String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(metadata);
        more.put(key, value);
        return new ToolResult(success, output, error, stop, more);
    }

    ToolResult withOutput(@Nullable Object value) {
        return new ToolResult(success, value, error, stop, metadata);
    }

    /** Why it went wrong; empty if it did not, or if the tool gave no kind. */
    public Optional<ToolErrorKind> errorKind() {
        return Arrays.stream(ToolErrorKind.values())
                .filter(kind -> kind.code().equals(metadata.get(ERROR_KIND)))
                .findFirst();
    }

    /**
     * What the model reads: text as it is, anything else as JSON; an error follows the output, if there is both. At
     * most about 1 MiB. Only {@link VisibleText}.
     */
    public String text() {
        return VisibleText.of(plainText());
    }

    private String plainText() {
        String said =
                output == null && error != null ? "" : ToolJson.text(output).text();
        if (error == null) {
            return said;
        }
        return said.isEmpty() ? error : said + "\n" + error;
    }
}
