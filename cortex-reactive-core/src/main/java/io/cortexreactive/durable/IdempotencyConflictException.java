package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A run was begun under this idempotency key before, with another input or on other terms. */
public final class IdempotencyConflictException extends CortexException implements Lasting {

    /** Names the definition and the key. */
    public IdempotencyConflictException(String definition, String key) {
        super(
                "idempotency_conflict",
                "'" + definition + "' has a run under the idempotency key '" + key
                        + "' with another input or on other terms. Take another key.",
                null);
    }
}
