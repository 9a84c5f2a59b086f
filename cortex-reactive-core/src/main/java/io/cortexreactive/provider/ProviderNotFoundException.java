package io.cortexreactive.provider;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** No provider of this id is registered. */
public final class ProviderNotFoundException extends CortexException implements Lasting {

    private static final String NONE = "No provider is registered: add one with Cortex.builder().provider(..).";

    private ProviderNotFoundException(String message) {
        super("provider_not_found", message, null);
    }

    ProviderNotFoundException(String id, Collection<String> known) {
        this("There is no provider '" + id + "'. "
                + (known.isEmpty() ? NONE : "Registered are: " + String.join(", ", known) + "."));
    }

    /** Nobody asked for an id, and there is none to take instead. */
    static ProviderNotFoundException noneRegistered() {
        return new ProviderNotFoundException(NONE);
    }
}
