package io.cortexreactive.tenant;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A tenant's own settings are wrong: its id is blank or no text, or its provider configuration cannot be used. */
public final class InvalidTenantException extends CortexException implements Lasting {

    /** @param message which setting is wrong, and what it takes */
    public InvalidTenantException(String message) {
        super("invalid_tenant", message, null);
    }
}
