package io.cortexreactive.tenant;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A tenant is required and none is known. Raised before any I/O. */
public final class TenantMissingException extends CortexException implements Lasting {

    TenantMissingException() {
        super(
                "tenant_missing",
                "A tenant is required, and this call has none. Write it into the Reactor Context with"
                        + " contextWrite(Tenancy.as(tenant)), call through cortex.forTenant(tenant), or configure a"
                        + " TenantResolver that knows it.",
                null);
    }
}
