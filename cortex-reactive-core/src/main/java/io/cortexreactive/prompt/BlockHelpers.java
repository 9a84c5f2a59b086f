package io.cortexreactive.prompt;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.Template;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code if}, {@code unless}, {@code with} and {@code each}. They write as they go, and return nothing. */
final class BlockHelpers {

    private BlockHelpers() {}

    static void ifTruthy(HelperCall call) throws IOException {
        write(call, isTruthy(call.first()) ? call.options().fn : call.options().inverse, call.scope());
    }

    static void unless(HelperCall call) throws IOException {
        write(call, isTruthy(call.first()) ? call.options().inverse : call.options().fn, call.scope());
    }

    /** Absent, null, false, 0, an empty text and an empty list are not. */
    static boolean isTruthy(@Nullable Object value) {
        if (value == null || value == PlainValues.NOTHING || Boolean.FALSE.equals(value)) {
            return false;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return value instanceof Collection<?> items ? !items.isEmpty() : !"".equals(value);
    }

    static void with(HelperCall call) throws IOException {
        Object value = call.value();
        if (!isTruthy(value)) {
            write(call, call.options().inverse, call.scope());
            return;
        }
        Scope scope = call.scope();
        write(call, call.options().fn, scope.wasEntered() ? scope : scope.inner(value, named(call, value)));
    }

    static void each(HelperCall call) throws IOException {
        Object value = call.value();
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            eachEntry(call, map);
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            eachItem(call, list);
        } else if (value == PlainValues.NOTHING || value instanceof Map<?, ?> || value instanceof List<?>) {
            write(call, call.options().inverse, call.scope());
        } else {
            throw call.failure("'each' needs a list or a map, and is given '" + value + "'");
        }
    }

    private static void eachItem(HelperCall call, List<?> list) throws IOException {
        for (int i = 0; i < list.size(); i++) {
            round(call, list.get(i), i, i, i == list.size() - 1);
        }
    }

    private static void eachEntry(HelperCall call, Map<?, ?> map) throws IOException {
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        for (int i = 0; i < entries.size(); i++) {
            Map.Entry<?, ?> entry = entries.get(i);
            round(call, entry.getValue(), entry.getKey(), i, i == entries.size() - 1);
        }
    }

    private static void round(HelperCall call, Object value, Object key, int index, boolean isLast) throws IOException {
        call.rendering().step();
        Map<String, @Nullable Object> names = named(call, value, key);
        names.put("@key", key);
        names.put("@index", index);
        names.put("@index_1", index + 1);
        names.put("@first", index == 0);
        names.put("@last", isLast);
        names.put("@even", index % 2 == 0);
        names.put("@odd", index % 2 == 1);
        write(call, call.options().fn, call.scope().inner(value, names));
    }

    /** The names after {@code as}. */
    private static Map<String, @Nullable Object> named(HelperCall call, Object... values) {
        Map<String, @Nullable Object> names = new HashMap<>();
        List<String> wanted = call.options().blockParams;
        for (int i = 0; i < Math.min(wanted.size(), values.length); i++) {
            names.put(wanted.get(i), values[i]);
        }
        return names;
    }

    private static void write(HelperCall call, Template part, Context scope) throws IOException {
        Rendering rendering = call.rendering();
        rendering.enter();
        part.apply(scope, rendering);
        rendering.leave();
    }
}
