package io.cortexreactive.prompt;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** {@code join}, {@code json}, {@code default}, {@code indent} and {@code lookup}. */
final class ValueHelpers {

    private static final ObjectWriter JSON = JsonMapper.shared().writer();
    private static final ObjectWriter PRETTY_JSON = JSON.withDefaultPrettyPrinter();
    private static final int MAX_INDENT = 100;

    private ValueHelpers() {}

    /** {@code {{join tags ", "}}}. */
    static Object join(HelperCall call) {
        if (call.value() == PlainValues.NOTHING) {
            return "";
        }
        if (!(call.value() instanceof Collection<?> items)) {
            throw call.failure("'join' needs a list, and is given '" + call.value() + "'");
        }
        String separator = call.text(0, "separator", ", ");
        Rendering text = call.rendering().part();
        String before = "";
        for (Object item : items) {
            text.append(before).append(call.text(item));
            before = separator;
        }
        return text.toString();
    }

    /** {@code {{json order pretty=true}}}. */
    static Object json(HelperCall call) {
        Rendering text = call.rendering().part();
        boolean pretty = BlockHelpers.isTruthy(call.further(0, "pretty"));
        try (JsonGenerator json = (pretty ? PRETTY_JSON : JSON).createGenerator(text)) {
            write(json, call.value());
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            map.forEach((name, item) -> write(json.writeName(String.valueOf(name)), item));
            json.writeEndObject();
        } else if (value instanceof Collection<?> items) {
            json.writeStartArray();
            items.forEach(item -> write(json, item));
            json.writeEndArray();
        } else {
            writeScalar(json, value);
        }
    }

    private static void writeScalar(JsonGenerator json, Object value) {
        if (value == PlainValues.NOTHING) {
            json.writeNull();
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            json.writeNumber(number.toString());
        } else {
            json.writeString(value.toString());
        }
    }

    /** {@code {{default tone "friendly"}}}: for what is absent, null, or an empty text. */
    static Object orDefault(HelperCall call) {
        Object fallback = call.further(0);
        if (fallback == null) {
            throw call.failure("'default' needs a value and another one in its place");
        }
        Object value = call.first();
        return value == null || value == PlainValues.NOTHING || "".equals(value) ? fallback : value;
    }

    /** {@code {{indent text 4}}}: each line that is not empty, the first one too. */
    static Object indent(HelperCall call) {
        int width = call.number(0, "width", 2);
        if (width < 0 || width > MAX_INDENT) {
            throw call.failure("'indent' needs a width from 0 to " + MAX_INDENT + ", and is given " + width);
        }
        String margin = " ".repeat(width);
        Rendering text = call.rendering().part();
        String before = "";
        for (String line : call.text(call.value()).split("\n", -1)) {
            text.append(before).append(line.isBlank() ? "" : margin).append(line);
            before = "\n";
        }
        return text.toString();
    }

    /** {@code {{lookup prices product}}}: a value by a key that is a value itself. */
    static @Nullable Object lookup(HelperCall call) {
        Object key = call.further(0);
        if (key == null) {
            throw call.failure("'lookup' needs a map or list, and a key");
        }
        Object value = Scope.entry(call.value(), call.text(key));
        if (value == null && !call.isArgument()) {
            throw call.failure("there is no '" + call.text(key) + "' to look up");
        }
        return value;
    }
}
