package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.wire.ResponseHead;
import io.cortexreactive.provider.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a server told of a failure.
 *
 * @param code its name of the error, or a status in the answer
 * @param type its name of the kind of error
 * @param message its words
 * @param status the HTTP status; null for an error inside an answer
 * @param body the beginning of the body
 * @param moderated whether it says what in the content it does not take
 * @param header the response's headers by lower-case name
 */
record ServiceReport(
        @Nullable String code,
        @Nullable String type,
        @Nullable String message,
        @Nullable Integer status,
        String body,
        boolean moderated,
        Function<String, @Nullable String> header) {

    static ServiceReport of(ResponseHead head, byte[] body) {
        return read(body, body.length, head.status(), head::header);
    }

    /** An event of a stream, or a whole answer, that is an error. */
    static ServiceReport inAnswer(byte[] json, int length) {
        return read(json, length, null, name -> null);
    }

    private static ServiceReport read(
            byte[] json, int length, @Nullable Integer status, Function<String, @Nullable String> header) {
        Map<?, ?> all = WireJson.objectOrEmpty(json, 0, length);
        // Most have it one level down, some as a text alone, some at the top.
        Map<?, ?> error = all.get("error") instanceof Map<?, ?> inner ? inner : all;
        String message = text(error.get("message"));
        return new ServiceReport(
                text(error.get("code")),
                text(error.get("type")),
                message == null ? text(all.get("error")) : message,
                status,
                new String(json, 0, length, StandardCharsets.UTF_8),
                error.get("metadata") instanceof Map<?, ?> metadata && metadata.containsKey("flagged_input"),
                header);
    }

    /** A code is a name for some servers, a number for others. */
    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String || value instanceof Integer ? value.toString() : null;
    }

    /** Whether the server itself spoke, in the protocol's form. */
    boolean isTold() {
        return message != null || code != null || type != null;
    }
}
