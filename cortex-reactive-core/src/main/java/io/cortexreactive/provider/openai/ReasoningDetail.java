package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ReasoningContent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of reasoning as OpenRouter has it, which wants all that it said of it back.
 *
 * @param data what the model's provider encrypted
 * @param rest its other fields
 */
record ReasoningDetail(
        @Nullable String text,
        @Nullable String signature,
        @Nullable String data,
        Map<String, Object> rest) {

    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final String SUMMARY = "summary";
    private static final String DATA = "data";
    private static final String SIGNATURE = "signature";

    private static final String OF_TEXT = "reasoning.text";
    private static final String OF_SUMMARY = "reasoning.summary";
    private static final String OF_DATA = "reasoning.encrypted";

    static ReasoningDetail of(Map<String, Object> fields) {
        Map<String, Object> rest = new LinkedHashMap<>(fields);
        String text = take(rest, TEXT);
        String summary = take(rest, SUMMARY);
        String data = take(rest, DATA);
        String signature = take(rest, SIGNATURE);
        // The content itself says these.
        rest.remove(TYPE, data == null ? OF_TEXT : OF_DATA);
        return new ReasoningDetail(text == null ? summary : text, signature, data, rest);
    }

    private static @Nullable String take(Map<String, Object> fields, String name) {
        return fields.remove(name) instanceof String text ? text : null;
    }

    /** As it goes back. */
    static Map<String, Object> fields(ReasoningContent thought) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(TYPE, thought.redacted() ? OF_DATA : OF_TEXT);
        fields.putAll(thought.details());
        String plain = OF_SUMMARY.equals(fields.get(TYPE)) ? SUMMARY : TEXT;
        fields.put(thought.redacted() ? DATA : plain, thought.text());
        if (thought.signature() != null) {
            fields.put(SIGNATURE, thought.signature());
        }
        return fields;
    }

    boolean isThought() {
        return text != null && !text.isEmpty();
    }

    /** Whether both are of the same block. */
    boolean continues(ReasoningDetail before) {
        return Objects.equals(rest.get(TYPE), before.rest.get(TYPE))
                && Objects.equals(rest.get("index"), before.rest.get("index"));
    }
}
