package io.cortexreactive.tool;

import java.util.Locale;

/** Why a call of a tool gave no good result. */
public enum ToolErrorKind {

    /** There is no tool of the name the model gave. */
    UNKNOWN_TOOL,

    /** The arguments are no JSON object, or do not fit the tool's schema. */
    INVALID_ARGUMENTS,

    /** The arguments are over 256 KiB. */
    ARGUMENTS_TOO_LARGE,

    /** Whoever was asked for approval refused. */
    REFUSED,

    /** The run ended before this call's turn. */
    NOT_RUN,

    /**
     * The tool may run once for this call, and an attempt before this one has begun it and not told what came of it.
     */
    UNKNOWN_OUTCOME,

    /** The tool took longer than it may. */
    TIMEOUT,

    /** The tool failed, threw, or ended without a result. */
    FAILED,

    /** What the tool gave is no JSON value, or does not fit its output schema. */
    INVALID_OUTPUT,

    /** What the tool gave is over 1 MiB as JSON; what is left of it is cut. */
    OUTPUT_TOO_LARGE;

    /** The name in metadata, such as {@code invalid_arguments}; with {@code tool_} before it, the code in events. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
