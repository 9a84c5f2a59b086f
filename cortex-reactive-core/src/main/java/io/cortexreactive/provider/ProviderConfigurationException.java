package io.cortexreactive.provider;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A provider is configured wrongly, by the application or for a tenant. Raised before any I/O. */
public final class ProviderConfigurationException extends CortexException implements Lasting {

    private final @Nullable String setting;

    /** @param message which setting is wrong, and what it takes */
    public ProviderConfigurationException(String message) {
        this(message, null);
    }

    /**
     * @param message which setting is wrong, and what it takes
     * @param setting its name, as {@link ProviderConfig#of} takes it
     */
    public ProviderConfigurationException(String message, @Nullable String setting) {
        super("provider_configuration", message, null);
        this.setting = setting;
    }

    /** The name of the setting that is wrong, such as {@code endpoint}; null where it is no single one. */
    public @Nullable String setting() {
        return setting;
    }
}
