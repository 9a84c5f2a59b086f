package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.wire.WireJson;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what the service tells of an answer as a whole, at its beginning and at its end. */
final class AnswerEnd {

    private static final String INPUT = "input_tokens";
    private static final String OUTPUT = "output_tokens";

    private final Map<String, Object> usage = new HashMap<>();
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private String reason = "unknown";
    private @Nullable String model;
    private boolean outputTold;

    void begun(Map<?, ?> message) {
        model = message.get("model") instanceof String told ? told : null;
        put("messageId", message.get("id"));
        addUsage(message.get("usage"));
    }

    /** The numbers in it are those of the whole answer. */
    void changed(Map<?, ?> delta, Map<?, ?> told) {
        reason = delta.get("stop_reason") instanceof String why ? why : reason;
        put("stopSequence", delta.get("stop_sequence"));
        put("stopDetails", delta.get("stop_details"));
        addUsage(told);
        outputTold |= told.get(OUTPUT) != null;
    }

    private void addUsage(@Nullable Object told) {
        if (told instanceof Map<?, ?> fields) {
            put("serviceTier", fields.get("service_tier"));
            fields.forEach((name, value) -> {
                if (value != null) {
                    usage.put(String.valueOf(name), value);
                }
            });
        }
    }

    private void put(String name, @Nullable Object value) {
        if (value != null) {
            metadata.put(name, value);
        }
    }

    /**
     * The last chunk.
     *
     * @param asked the model asked for
     * @param estimate of the usage, asked for where the service has not told
     * @param head what the response's headers tell
     */
    ChatCompleted completed(@Nullable String asked, Supplier<Usage> estimate, Map<String, Object> head) {
        Map<String, Object> all = new LinkedHashMap<>(head);
        all.putAll(metadata);
        // Its words for the reasons are those of the constants; what is new is kept as it came.
        return new ChatCompleted(StopReason.of(reason), usage(estimate), model == null ? asked : model, all);
    }

    /** What cannot be true counts as not told. */
    private Usage usage(Supplier<Usage> estimate) {
        long input = count(INPUT);
        long output = count(OUTPUT);
        long read = count("cache_read_input_tokens");
        long written = count("cache_creation_input_tokens");
        boolean told = outputTold || usage.get(INPUT) != null;
        if (!told || input < 0 || output < 0 || read < 0 || written < 0) {
            return estimate.get();
        }
        return new Usage(input, outputTold ? output : estimate.get().outputTokens(), read, written, !outputTold);
    }

    private long count(String name) {
        return WireJson.tokens(usage.get(name));
    }
}
