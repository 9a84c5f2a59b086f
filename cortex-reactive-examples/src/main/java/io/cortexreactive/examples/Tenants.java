package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.SimulatedModelServer;

/** Two tenants with keys of their own, on the same connections; told by the Context, or by a view of the front door. */
public final class Tenants {

    private Tenants() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(Tenants::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
        TenantContext acme =
                TenantContext.builder("acme").apiKey("bedrock", "key-of-acme").build();
        TenantContext globex = TenantContext.builder("globex")
                .apiKey("bedrock", "key-of-globex")
                .build();

        cortex.chat()
                .text("How does a tenant get its own key?")
                .contextWrite(Tenancy.as(acme))
                .blockLast();
        cortex.forTenant(globex)
                .chat()
                .text("How does a tenant get its own key?")
                .blockLast();
        cortex.chat().text("And without a tenant?").blockLast();

        server.calls()
                .forEach(call -> System.out.println("Call " + call.number() + " came with the key "
                        + call.call().credential()));
    }
}
