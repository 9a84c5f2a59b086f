package io.cortexreactive.tool;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.schema.InvalidSchemaException;
import io.cortexreactive.schema.ValidationResult;
import org.jspecify.annotations.Nullable;

/** Decides whether a tool may see the arguments of a call. */
final class ArgumentCheck {

    private static final int EXCERPT = 200;

    private ArgumentCheck() {}

    /** Why not; null if it may. */
    static @Nullable ToolResult of(ToolCall call, Tool tool) {
        String invalid = call.invalidArguments();
        if (invalid == null ? isTooLarge(call) : isTooLarge(invalid)) {
            return ToolResult.error(
                    ToolErrorKind.ARGUMENTS_TOO_LARGE,
                    "The arguments are over " + ToolJson.MAX_ARGUMENT_BYTES + " bytes, and so the tool was not run.");
        }
        return invalid == null ? fit(call, tool) : noObject(invalid);
    }

    static ToolResult unknown(ToolCall call, ToolRegistry tools) {
        return ToolResult.error(
                ToolErrorKind.UNKNOWN_TOOL,
                ToolNotFoundException.message(
                        call.name(),
                        tools.all().stream()
                                .map(tool -> tool.definition().name())
                                .toList()));
    }

    private static boolean isTooLarge(ToolCall call) {
        return !call.input().isEmpty()
                && ToolJson.size(call.input(), ToolJson.MAX_ARGUMENT_BYTES) > ToolJson.MAX_ARGUMENT_BYTES;
    }

    private static boolean isTooLarge(String text) {
        return text.length() > ToolJson.MAX_ARGUMENT_BYTES
                || ToolJson.size(text, ToolJson.MAX_ARGUMENT_BYTES) > ToolJson.MAX_ARGUMENT_BYTES;
    }

    private static ToolResult noObject(String text) {
        String excerpt = text.length() > EXCERPT ? text.substring(0, EXCERPT) + "…" : text;
        return ToolResult.error(
                ToolErrorKind.INVALID_ARGUMENTS,
                "The arguments are no JSON object, and so the tool was not run: " + excerpt);
    }

    private static @Nullable ToolResult fit(ToolCall call, Tool tool) {
        try {
            ValidationResult found = tool.definition().inputSchema().validate(call.input());
            return found.valid() ? null : misfit(String.join("\n", found.errors()));
        } catch (LimitExceededException e) {
            return misfit(String.valueOf(e.getMessage()));
        } catch (InvalidSchemaException e) {
            return ToolFailures.result(e);
        }
    }

    private static ToolResult misfit(String why) {
        return ToolResult.error(
                ToolErrorKind.INVALID_ARGUMENTS,
                "The arguments do not fit the tool's schema, and so it was not run:\n" + why);
    }
}
