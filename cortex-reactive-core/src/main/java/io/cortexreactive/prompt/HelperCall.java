package io.cortexreactive.prompt;

import com.github.jknack.handlebars.Options;
import com.github.jknack.handlebars.TagType;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One use of a helper in a template, in which nothing may be absent unless the helper says so.
 *
 * @param first the first argument; null if it is absent
 */
record HelperCall(@Nullable Object first, Options options) {

    Scope scope() {
        return Scope.of(options.context);
    }

    Rendering rendering() {
        return scope().rendering();
    }

    boolean isBlock() {
        return options.tagType == TagType.SECTION;
    }

    boolean isArgument() {
        return options.tagType == TagType.SUB_EXPRESSION;
    }

    /** Whether the name stands alone, and therefore means a variable of this name. */
    boolean hasNoArguments() {
        return first == options.context.model()
                && options.hash.isEmpty()
                && !isBlock()
                && bare(options.fn.text()).equals(options.helperName);
    }

    private static String bare(String tag) {
        int from = 0;
        int to = tag.length();
        while (from < to && "{(&~ \t\r\n".indexOf(tag.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && "})~ \t\r\n".indexOf(tag.charAt(to - 1)) >= 0) {
            to--;
        }
        return tag.substring(from, to);
    }

    /** The first argument. */
    Object value() {
        if (first == null) {
            throw failure("what '" + options.helperName + "' is given is not there");
        }
        return first;
    }

    /** An argument after the first one, if it is given. */
    @Nullable
    Object further(int index) {
        if (index < 0 || index >= options.params.length) {
            return null;
        }
        Object value = options.params[index];
        if (value == null) {
            throw failure("an argument of '" + options.helperName + "' is not there");
        }
        return value;
    }

    /** An argument after the first one, or one with a name. */
    @Nullable
    Object further(int index, String name) {
        if (options.hash.containsKey(name)) {
            Object value = options.hash.get(name);
            if (value == null) {
                throw failure("'" + name + "' of '" + options.helperName + "' is not there");
            }
            return value;
        }
        return further(index);
    }

    String text(int index, String name, String fallback) {
        Object value = further(index, name);
        return value == null ? fallback : text(value);
    }

    int number(int index, String name, int fallback) {
        Object value = further(index, name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Number number) {
            return number.intValue();
        }
        throw failure("'" + name + "' of '" + options.helperName + "' is no number");
    }

    /** A text, number or boolean as text. */
    String text(Object value) {
        if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
            throw failure("'" + options.helperName + "' is given a list or map where it needs a text");
        }
        return PlainText.of(value);
    }

    TemplateFailure failure(String problem) {
        int line = options.fn.position()[0];
        String template = options.fn.filename();
        return new TemplateFailure(template == null || template.isEmpty() ? null : template, line, problem);
    }
}
