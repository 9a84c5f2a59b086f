package io.cortexreactive.prompt;

import io.cortexreactive.error.CortexException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a directory again.
 *
 * @param prompts those registered from it
 * @param problem why they were left as they were; null if they were not
 */
public record PromptReload(List<Prompt> prompts, @Nullable CortexException problem) {

    public PromptReload {
        prompts = List.copyOf(prompts);
    }
}
