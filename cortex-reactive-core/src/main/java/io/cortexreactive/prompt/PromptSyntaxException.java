package io.cortexreactive.prompt;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** What was given as a template is none. Says where. */
public final class PromptSyntaxException extends PromptException implements Lasting {

    private final int line;

    PromptSyntaxException(String where, int line, String problem, @Nullable Throwable cause) {
        super("prompt_syntax", at(where, line, problem), cause);
        this.line = line;
    }

    /** The line, from 1; 0 where there is none. */
    public int line() {
        return line;
    }
}
