package io.cortexreactive.provider;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A provider is configured wrongly, by the application or for a tenant. Raised before any I/O. */
public final class ProviderConfigurationException extends CortexException implements Lasting {

    /** @param message which setting is wrong, and what it takes */
    public ProviderConfigurationException(String message) {
        super("provider_configuration", message, null);
    }
}
