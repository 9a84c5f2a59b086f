package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A setting of a resilience policy that cannot be used. */
public final class ResilienceConfigurationException extends CortexException implements Lasting {

    /** @param message which setting, the rule, and what it is */
    public ResilienceConfigurationException(String message) {
        super("resilience_configuration", message, null);
    }
}
