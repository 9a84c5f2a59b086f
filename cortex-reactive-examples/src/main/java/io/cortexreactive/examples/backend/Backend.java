package io.cortexreactive.examples.backend;

import io.cortexreactive.provider.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider that can be chosen.
 *
 * @param provider calls it; its id is what requests name
 * @param name for people
 * @param model what is asked when a request names none; null if a request has to
 * @param models all there are; empty if only the service itself knows
 */
public record Backend(
        Provider provider, String name, @Nullable String model, List<String> models) {

    public Backend {
        models = List.copyOf(models);
    }

    /** What requests name it, and tenants their keys for it. */
    public String id() {
        return provider.id();
    }

    /** Whether it can be asked for this model, as far as is known here. */
    public boolean mayHave(String asked) {
        return models.isEmpty() || models.contains(asked);
    }
}
