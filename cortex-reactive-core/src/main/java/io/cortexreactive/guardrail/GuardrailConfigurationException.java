package io.cortexreactive.guardrail;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A guardrail cannot be made as it is set up. */
public final class GuardrailConfigurationException extends CortexException implements Lasting {

    /** @param message what is wrong with which setting */
    public GuardrailConfigurationException(String message) {
        super("guardrail_configuration", message, null);
    }
}
