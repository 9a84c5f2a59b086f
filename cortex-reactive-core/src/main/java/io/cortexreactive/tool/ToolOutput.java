package io.cortexreactive.tool;

import io.cortexreactive.schema.Schema;
import io.cortexreactive.schema.ValidationResult;
import org.jspecify.annotations.Nullable;

/** Makes of what a tool gave what may go on: JSON types, not too much of them, of the shape that was promised. */
final class ToolOutput {

    private ToolOutput() {}

    /** @throws ToolOutputException if the output is no JSON value */
    static ToolResult checked(ToolResult result, @Nullable Schema schema) {
        if (result.output() == null && !result.success()) {
            return result;
        }
        ToolJson.Text text = ToolJson.text(result.output());
        if (text.cut()) {
            return cut(text.text());
        }
        Object plain = ToolJson.plain(result.output(), text.text());
        return result.success() && schema != null ? fit(result.withOutput(plain), schema) : result.withOutput(plain);
    }

    private static ToolResult cut(String text) {
        ToolResult error = ToolResult.error(
                ToolErrorKind.OUTPUT_TOO_LARGE,
                "[cut: the result of the tool is over " + ToolJson.MAX_RESULT_BYTES + " bytes]");
        return error.withOutput(text);
    }

    private static ToolResult fit(ToolResult result, Schema schema) {
        ValidationResult found = schema.validate(result.output());
        return found.valid()
                ? result
                : ToolResult.error(
                        ToolErrorKind.INVALID_OUTPUT,
                        "What the tool gave does not fit its output schema:\n" + String.join("\n", found.errors()));
    }
}
