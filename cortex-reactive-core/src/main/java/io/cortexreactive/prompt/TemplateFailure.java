package io.cortexreactive.prompt;

import com.github.jknack.handlebars.HandlebarsException;
import io.cortexreactive.error.LimitExceededException;
import org.jspecify.annotations.Nullable;

/**
 * Ends a rendering. Handlebars lets its own exceptions pass, and makes something else of all others, for which it fails
 * where the column is 0.
 */
final class TemplateFailure extends HandlebarsException {

    private static final long serialVersionUID = 1;

    private final @Nullable String template;
    private final int line;

    TemplateFailure(@Nullable String template, int line, String problem) {
        super(problem, null);
        this.template = template;
        this.line = line;
    }

    TemplateFailure(LimitExceededException limit) {
        super(limit);
        this.template = null;
        this.line = 0;
    }

    /** The template it happened in; null if that is not known. */
    @Nullable
    String template() {
        return template;
    }

    int line() {
        return line;
    }
}
