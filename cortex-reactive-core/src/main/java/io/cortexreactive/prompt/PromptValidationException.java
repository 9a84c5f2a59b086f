package io.cortexreactive.prompt;

import io.cortexreactive.error.Lasting;
import java.util.List;

/** A prompt lacks variables that it needs. Lists them all. */
public final class PromptValidationException extends PromptException implements Lasting {

    private final transient List<String> errors;

    PromptValidationException(String id, String version, List<String> errors) {
        super("prompt_validation_failed", "Prompt '" + id + "' " + version + ": " + String.join(", ", errors), null);
        this.errors = List.copyOf(errors);
    }

    /** One for each variable, such as {@code Missing required variable: name}. */
    public List<String> errors() {
        return errors;
    }
}
