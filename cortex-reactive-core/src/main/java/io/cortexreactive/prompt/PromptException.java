package io.cortexreactive.prompt;

import io.cortexreactive.error.CortexException;
import org.jspecify.annotations.Nullable;

/** Something about prompts went wrong. */
public abstract sealed class PromptException extends CortexException
        permits PromptLoadException,
                PromptNotFoundException,
                PromptRenderException,
                PromptSyntaxException,
                PromptValidationException {

    PromptException(String code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }

    /** {@code where:line: problem}, or without a line if it is 0. */
    static String at(String where, int line, String problem) {
        return where + (line > 0 ? ":" + line : "") + ": " + problem;
    }
}
