package io.cortexreactive.prompt;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A prompt's files cannot be used. Says which, and at which line. */
public final class PromptLoadException extends PromptException implements Lasting {

    private final String file;
    private final int line;

    PromptLoadException(String file, int line, String problem, @Nullable Throwable cause) {
        super("prompt_load_failed", at(file, line, problem), cause);
        this.file = file;
        this.line = line;
    }

    /** The file or directory. */
    public String file() {
        return file;
    }

    /** The line, from 1; 0 where there is none. */
    public int line() {
        return line;
    }
}
