package io.cortexreactive.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why the model stopped. The constants are those every provider has; any other value is kept as it came. */
public record StopReason(@JsonValue String value) {

    /** The answer is complete. */
    public static final StopReason END_TURN = new StopReason("end_turn");

    /** {@code maxTokens} was reached; the answer is cut. */
    public static final StopReason MAX_TOKENS = new StopReason("max_tokens");

    /** One of the request's stop sequences came up. */
    public static final StopReason STOP_SEQUENCE = new StopReason("stop_sequence");

    /** The model waits for tool results. */
    public static final StopReason TOOL_USE = new StopReason("tool_use");

    /** The provider's filter or guardrail stepped in. */
    public static final StopReason CONTENT_FILTERED = new StopReason("content_filtered");

    /** The context window is full. */
    public static final StopReason CONTEXT_WINDOW_EXCEEDED = new StopReason("model_context_window_exceeded");

    /** Reads a value as a provider or stored JSON gives it. */
    @JsonCreator
    public static StopReason of(String value) {
        return new StopReason(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
