package io.cortexreactive.prompt;

import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** There is no prompt of this id, or not in this version. */
public final class PromptNotFoundException extends PromptException implements Lasting {

    private PromptNotFoundException(String message) {
        super("prompt_not_found", message, null);
    }

    static PromptNotFoundException forId(String id, Collection<String> known) {
        return new PromptNotFoundException("There is no prompt '" + id + "'. "
                + (known.isEmpty() ? "None is registered." : "There are: " + String.join(", ", known) + "."));
    }

    static PromptNotFoundException forVersion(String id, String version, Collection<String> known) {
        return new PromptNotFoundException("There is no version '" + version + "' of prompt '" + id + "'. There are: "
                + String.join(", ", known) + ".");
    }
}
