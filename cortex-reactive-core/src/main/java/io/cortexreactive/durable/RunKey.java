package io.cortexreactive.durable;

/**
 * Which run, and whose. A run of another tenant is not found.
 *
 * @param tenantId empty for a run of no tenant
 * @param runId made by the engine, and never used again
 */
public record RunKey(String tenantId, String runId) {}
