package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.wire.ResponseHead;
import io.cortexreactive.provider.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the service told of a failure.
 *
 * @param type its name of the kind of error
 * @param code its closer name, which few errors have
 * @param message its words
 * @param status the HTTP status; null for an error inside an answer
 * @param requestId as the body tells it
 * @param body the beginning of the body
 * @param header the response's headers by lower-case name
 */
record ServiceReport(
        @Nullable String type,
        @Nullable String code,
        @Nullable String message,
        @Nullable Integer status,
        @Nullable String requestId,
        String body,
        Function<String, @Nullable String> header) {

    static ServiceReport of(ResponseHead head, byte[] body) {
        return read(body, body.length, head.status(), head::header);
    }

    /** An event of a stream that is an error. */
    static ServiceReport inAnswer(byte[] json, int length) {
        return read(json, length, null, name -> null);
    }

    private static ServiceReport read(
            byte[] json, int length, @Nullable Integer status, Function<String, @Nullable String> header) {
        Map<?, ?> all = WireJson.objectOrEmpty(json, 0, length);
        Map<?, ?> error = inner(all, "error");
        return new ServiceReport(
                text(error.get("type")),
                text(inner(error, "details").get("error_code")),
                text(error.get("message")),
                status,
                text(all.get("request_id")),
                new String(json, 0, length, StandardCharsets.UTF_8),
                header);
    }

    private static Map<?, ?> inner(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text ? text : null;
    }

    /** Whether the service itself spoke, in the protocol's form. */
    boolean isTold() {
        return message != null || type != null;
    }
}
