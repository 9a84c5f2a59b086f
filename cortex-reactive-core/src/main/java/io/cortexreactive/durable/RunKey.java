package io.cortexreactive.durable;

/**
 * Which run, and whose. A run of another tenant is not found.
 *
 * @param tenantId empty for a run of no tenant
 * @param runId made by the engine, and never used again
 */
public record RunKey(String tenantId, String runId) {

    /** @throws InvalidIdException if one of them is none that every store can keep */
    public RunKey {
        if (!"".equals(tenantId)) {
            Ids.require("A tenant's id", tenantId);
        }
        Ids.require("A run's id", runId);
    }
}
