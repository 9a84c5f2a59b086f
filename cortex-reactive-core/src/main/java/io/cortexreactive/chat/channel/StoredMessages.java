package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.LimitExceededException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages as stores have them: <code>{"item": …}</code>, and at the end <code>{"last": true, "error": …}</code>. */
final class StoredMessages {

    private static final String ITEM = "item";
    private static final String LAST = "last";
    private static final String ERROR = "error";

    private StoredMessages() {}

    static String item(Object item, ChannelLimits limits) {
        Map<String, Object> message = Collections.singletonMap(ITEM, StateJson.plain(item, ITEM));
        StateJson.Json json = StateJson.write(message, Integer.MAX_VALUE);
        long size = ChannelLimits.OVERHEAD + json.bytes();
        if (size > limits.bytes()) {
            throw new LimitExceededException("An item of a channel, bytes", limits.bytes(), size);
        }
        return json.text();
    }

    static String end(@Nullable ErrorInfo error) {
        Map<String, Object> message = new HashMap<>(Map.of(LAST, true));
        if (error != null) {
            message.put(
                    ERROR, Map.of("code", error.code(), "message", error.message(), "transient", error.isTransient()));
        }
        return StateJson.write(message, Integer.MAX_VALUE).text();
    }

    static ChannelMessage read(String id, String json) {
        Map<String, Object> message = StateJson.read(json);
        return message.containsKey(LAST)
                ? ChannelMessage.end(id, error(message.get(ERROR)))
                : ChannelMessage.of(id, message.get(ITEM));
    }

    private static @Nullable ErrorInfo error(@Nullable Object stored) {
        if (stored == null) {
            return null;
        }
        if (stored instanceof Map<?, ?> error
                && error.get("code") instanceof String code
                && error.get("message") instanceof String message
                && error.get("transient") instanceof Boolean isTransient) {
            return new ErrorInfo(code, message, isTransient);
        }
        throw new CorruptStateException("The error at the end of a channel is not as it was written.", null);
    }
}
