package io.cortexreactive.schema;

import com.networknt.schema.Error;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says what is wrong so that a model can put it right: where, what must be there, and what is. */
final class Violations {

    private static final int MAX_FOUND = 80;
    private static final int MAX_SAID = 1_000;
    private static final Pattern ALTERNATIVE = Pattern.compile("\\.(?:anyOf|oneOf)\\[(\\d+)]");

    private Violations() {}

    static String describe(Error error) {
        return error.getInstanceLocation() + ": " + what(error) + alternative(error);
    }

    private static String what(Error error) {
        Object first = argument(error, 0);
        String found = found(error.getInstanceNode());
        return switch (error.getKeyword()) {
            case "type" -> "must be of type " + types(error.getSchemaNode()) + found;
            case "required" -> "lacks the required property '" + first + "'";
            case "additionalProperties", "unevaluatedProperties" ->
                "has the property '" + first + "', which is not allowed";
            case "enum" -> "must be one of " + said(error.getSchemaNode()) + found;
            case "const" -> "must be " + said(error.getSchemaNode()) + found;
            case "minimum" -> "must be at least " + first + found;
            case "maximum" -> "must be at most " + first + found;
            case "exclusiveMinimum" -> "must be greater than " + first + found;
            case "exclusiveMaximum" -> "must be less than " + first + found;
            case "multipleOf" -> "must be a multiple of " + first + found;
            default -> rarer(error, first, found);
        };
    }

    private static String rarer(Error error, @Nullable Object first, String found) {
        return switch (error.getKeyword()) {
            case "minLength" -> "must have at least " + first + " characters" + found;
            case "maxLength" -> "must have at most " + first + " characters" + found;
            case "pattern" -> "must match the regular expression " + first + found;
            case "format" -> "must have the format '" + first + "'" + found;
            case "minItems" -> "must have at least " + first + " items, has " + argument(error, 1);
            case "maxItems" -> "must have at most " + first + " items, has " + argument(error, 1);
            case "uniqueItems" -> "must not have equal items";
            case "oneOf" -> "must match exactly one of the alternatives, matches " + first;
            case "not" -> "must not match " + said(error.getSchemaNode()) + found;
            case "false" -> "is not allowed";
            default -> plain(error);
        };
    }

    private static String plain(Error error) {
        String message = error.getMessage();
        return message == null ? "breaks '" + error.getKeyword() + "'" : message;
    }

    private static @Nullable Object argument(Error error, int index) {
        Object[] arguments = error.getArguments();
        return arguments != null && index < arguments.length ? arguments[index] : null;
    }

    private static String types(@Nullable JsonNode types) {
        if (types == null || !types.isArray()) {
            return types == null ? "" : types.asString("");
        }
        return String.join(
                " or ", types.valueStream().map(type -> type.asString("")).toList());
    }

    /** What the value itself is; its size may be anything. */
    private static String found(@Nullable JsonNode value) {
        if (value == null) {
            return "";
        }
        if (value.isContainer()) {
            return ", is " + (value.isArray() ? "an array" : "an object");
        }
        boolean longText = value.isString() && value.stringValue().length() > MAX_FOUND;
        return ", is "
                + (longText
                        ? "a text that begins with \"" + value.stringValue().substring(0, MAX_FOUND) + '"'
                        : value.toString());
    }

    /** What the schema says. */
    private static String said(@Nullable JsonNode keyword) {
        String text = String.valueOf(keyword);
        return text.length() > MAX_SAID ? text.substring(0, MAX_SAID) + "..." : text;
    }

    /** Which of several possible shapes it is measured by. */
    private static String alternative(Error error) {
        if (error.getEvaluationPath() == null) {
            return "";
        }
        Matcher inside = ALTERNATIVE.matcher(error.getEvaluationPath().toString());
        String number = null;
        while (inside.find()) {
            number = inside.group(1);
        }
        return number == null ? "" : " (to match alternative " + (Integer.parseInt(number) + 1) + ")";
    }
}
