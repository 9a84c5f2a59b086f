package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.wire.WireJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What Bedrock said at the end of an answer.
 *
 * @param reason why the model stopped, in Bedrock's words
 * @param usage null if it has not told
 * @param metadata for {@link ChatCompleted#metadata()}
 */
record AnswerEnd(String reason, @Nullable Usage usage, Map<String, Object> metadata) {

    private static final String GUARDRAIL_INTERVENED = "guardrail_intervened";

    /** From the fields of the end marker, or of a whole answer. */
    static AnswerEnd of(Map<String, Object> fields) {
        String reason = fields.get("stopReason") instanceof String told ? told : "unknown";
        Map<String, Object> metadata = new LinkedHashMap<>();
        put(metadata, "additionalModelResponseFields", fields.get("additionalModelResponseFields"));
        return new AnswerEnd(reason, null, metadata).with(fields);
    }

    /** This, with what the fields of the metadata tell, which come after the end marker. */
    AnswerEnd with(Map<String, Object> fields) {
        Map<String, Object> more = new LinkedHashMap<>(metadata);
        put(more, "latencyMs", inner(fields, "metrics").get("latencyMs") instanceof Number ms ? ms.longValue() : null);
        put(more, "trace", fields.get("trace"));
        put(more, "performanceLatency", inner(fields, "performanceConfig").get("latency"));
        put(more, "serviceTier", inner(fields, "serviceTier").get("type"));
        return new AnswerEnd(reason, fields.get("usage") instanceof Map<?, ?> told ? usage(told) : usage, more);
    }

    private static void put(Map<String, Object> metadata, String name, @Nullable Object value) {
        if (value != null) {
            metadata.put(name, value);
        }
    }

    private static Map<?, ?> inner(Map<String, Object> fields, String name) {
        return fields.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Null if it is not told, or cannot be true. */
    private static @Nullable Usage usage(Map<?, ?> fields) {
        long input = WireJson.tokens(fields.get("inputTokens"));
        long output = WireJson.tokens(fields.get("outputTokens"));
        long read = WireJson.tokens(fields.get("cacheReadInputTokens"));
        long written = WireJson.tokens(fields.get("cacheWriteInputTokens"));
        boolean told = fields.get("inputTokens") != null || fields.get("outputTokens") != null;
        return !told || input < 0 || output < 0 || read < 0 || written < 0
                ? null
                : new Usage(input, output, read, written, false);
    }

    /**
     * The last chunk.
     *
     * @param estimate of the usage, asked for where Bedrock has not told
     */
    ChatCompleted completed(String model, @Nullable String requestId, Supplier<Usage> estimate) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (requestId != null) {
            all.put("requestId", requestId);
        }
        StopReason stop = stopReason();
        if (!stop.value().equals(reason)) {
            all.put("providerStopReason", reason);
        }
        all.putAll(metadata);
        return new ChatCompleted(stop, usage == null ? estimate.get() : usage, model, all);
    }

    /** Bedrock's other words are those of the constants already; what is new is kept as it came. */
    private StopReason stopReason() {
        return reason.equals(GUARDRAIL_INTERVENED) ? StopReason.CONTENT_FILTERED : StopReason.of(reason);
    }
}
