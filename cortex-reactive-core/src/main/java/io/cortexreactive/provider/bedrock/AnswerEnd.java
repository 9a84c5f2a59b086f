package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.PerformanceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTier;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

/**
 * What Bedrock said at the end of an answer.
 *
 * @param reason why the model stopped, in Bedrock's words
 * @param usage null if it has not told
 * @param metadata for {@link ChatCompleted#metadata()}
 */
record AnswerEnd(String reason, @Nullable Usage usage, Map<String, Object> metadata) {

    private static final String GUARDRAIL_INTERVENED = "guardrail_intervened";

    static AnswerEnd of(MessageStopEvent stop) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        putDocument(metadata, stop.additionalModelResponseFields());
        return new AnswerEnd(reason(stop.stopReasonAsString()), null, metadata);
    }

    static AnswerEnd of(ConverseResponse response) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        putDocument(metadata, response.additionalModelResponseFields());
        if (response.metrics() != null) {
            putLatency(metadata, response.metrics().latencyMs());
        }
        if (response.trace() != null) {
            metadata.put("trace", PojoMaps.of(response.trace()));
        }
        putSettings(metadata, response.performanceConfig(), response.serviceTier());
        return new AnswerEnd(reason(response.stopReasonAsString()), usage(response.usage()), metadata);
    }

    /** This, with what came after the end marker. */
    AnswerEnd with(ConverseStreamMetadataEvent event) {
        Map<String, Object> more = new LinkedHashMap<>(metadata);
        if (event.metrics() != null) {
            putLatency(more, event.metrics().latencyMs());
        }
        if (event.trace() != null) {
            more.put("trace", PojoMaps.of(event.trace()));
        }
        putSettings(more, event.performanceConfig(), event.serviceTier());
        return new AnswerEnd(reason, usage(event.usage()), more);
    }

    private static String reason(@Nullable String reason) {
        return reason == null ? "unknown" : reason;
    }

    private static @Nullable Usage usage(@Nullable TokenUsage usage) {
        return usage == null
                ? null
                : new Usage(
                        count(usage.inputTokens()),
                        count(usage.outputTokens()),
                        count(usage.cacheReadInputTokens()),
                        count(usage.cacheWriteInputTokens()),
                        false);
    }

    private static long count(@Nullable Integer tokens) {
        return tokens == null ? 0 : tokens;
    }

    private static void putDocument(Map<String, Object> metadata, @Nullable Document document) {
        Object value = document == null ? null : JsonDocuments.value(document);
        if (value != null) {
            metadata.put("additionalModelResponseFields", value);
        }
    }

    private static void putLatency(Map<String, Object> metadata, @Nullable Long millis) {
        if (millis != null) {
            metadata.put("latencyMs", millis);
        }
    }

    private static void putSettings(
            Map<String, Object> metadata, @Nullable PerformanceConfiguration performance, @Nullable ServiceTier tier) {
        if (performance != null && performance.latencyAsString() != null) {
            metadata.put("performanceLatency", performance.latencyAsString());
        }
        if (tier != null && tier.typeAsString() != null) {
            metadata.put("serviceTier", tier.typeAsString());
        }
    }

    /**
     * The last chunk.
     *
     * @param estimate of the usage, where Bedrock has not told
     */
    ChatCompleted completed(String model, @Nullable String requestId, Usage estimate) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (requestId != null) {
            all.put("requestId", requestId);
        }
        StopReason stop = stopReason();
        if (!stop.value().equals(reason)) {
            all.put("providerStopReason", reason);
        }
        all.putAll(metadata);
        return new ChatCompleted(stop, usage == null ? estimate : usage, model, all);
    }

    /** Bedrock's other words are those of the constants already; what is new is kept as it came. */
    private StopReason stopReason() {
        return reason.equals(GUARDRAIL_INTERVENED) ? StopReason.CONTENT_FILTERED : StopReason.of(reason);
    }
}
