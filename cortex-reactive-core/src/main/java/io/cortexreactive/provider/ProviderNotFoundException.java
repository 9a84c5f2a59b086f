package io.cortexreactive.provider;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** No provider of this id is registered. */
public final class ProviderNotFoundException extends CortexException implements Lasting {

    ProviderNotFoundException(String id, Collection<String> known) {
        super(
                "provider_not_found",
                "There is no provider '" + id + "'. "
                        + (known.isEmpty()
                                ? "None is registered: add one with Cortex.builder().provider(..)."
                                : "Registered are: " + String.join(", ", known) + "."),
                null);
    }
}
