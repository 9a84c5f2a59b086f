package io.cortexreactive.prompt;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A template cannot be filled: it uses what is not there, or in a way in which it cannot be used. Says where. */
public final class PromptRenderException extends PromptException implements Lasting {

    private final int line;

    PromptRenderException(String where, int line, String problem, @Nullable Throwable cause) {
        super("prompt_render_failed", at(where, line, problem), cause);
        this.line = line;
    }

    /** The line of the template, from 1; 0 where there is none. */
    public int line() {
        return line;
    }
}
