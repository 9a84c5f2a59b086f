package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.wire.WireJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server said at the end of an answer.
 *
 * @param hint what the reason alone does not tell
 * @param reason why the model stopped, in the server's words
 * @param usage null if it has not told
 * @param model null if it has not told
 * @param metadata for {@link ChatCompleted#metadata()}
 */
record AnswerEnd(
        Hint hint,
        String reason,
        @Nullable Usage usage,
        @Nullable String model,
        Map<String, Object> metadata) {

    private static final StopReason REFUSAL = StopReason.of("refusal");

    enum Hint {
        NONE,
        /** The answer is the model's refusal. */
        REFUSED,
        /** There are tool calls, and not every server says that they are why it stopped. */
        CALLED,
        STOP_SEQUENCE
    }

    /** The usage in an event's fields; null if there is none in it that can be true. */
    static @Nullable Usage usage(Map<String, Object> fields) {
        Map<?, ?> told = inner(fields, "usage");
        if (told.get("prompt_tokens") == null && told.get("completion_tokens") == null) {
            return null;
        }
        Map<?, ?> details = inner(told, "prompt_tokens_details");
        // DeepSeek has a field of its own for what it had cached.
        long read = details.get("cached_tokens") == null
                ? WireJson.tokens(told.get("prompt_cache_hit_tokens"))
                : WireJson.tokens(details.get("cached_tokens"));
        long written = WireJson.tokens(details.get("cache_write_tokens"));
        long prompt = WireJson.tokens(told.get("prompt_tokens"));
        long output = WireJson.tokens(told.get("completion_tokens"));
        return prompt < 0 || output < 0 || read < 0 || written < 0
                ? null
                : new Usage(Math.max(0, prompt - read - written), output, read, written, false);
    }

    private static Map<?, ?> inner(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    /**
     * The last chunk.
     *
     * @param asked the model asked for
     * @param estimate of the usage, asked for where the server has not told
     * @param head what the response's headers tell
     */
    ChatCompleted completed(@Nullable String asked, Supplier<Usage> estimate, Map<String, Object> head) {
        Map<String, Object> all = new LinkedHashMap<>(head);
        StopReason stop = stopReason();
        if (!stop.value().equals(reason)) {
            all.put("providerStopReason", reason);
        }
        all.putAll(metadata);
        return new ChatCompleted(stop, usage == null ? estimate.get() : usage, model == null ? asked : model, all);
    }

    private StopReason stopReason() {
        return switch (reason) {
            case "stop" -> stopped();
            case "length" -> StopReason.MAX_TOKENS;
            case "tool_calls", "function_call" -> StopReason.TOOL_USE;
            case "content_filter" -> StopReason.CONTENT_FILTERED;
            default -> StopReason.of(reason);
        };
    }

    private StopReason stopped() {
        return switch (hint) {
            case NONE -> StopReason.END_TURN;
            case REFUSED -> REFUSAL;
            case CALLED -> StopReason.TOOL_USE;
            case STOP_SEQUENCE -> StopReason.STOP_SEQUENCE;
        };
    }
}
