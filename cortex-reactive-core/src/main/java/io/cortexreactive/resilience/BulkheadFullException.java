package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/** Too many calls are under way, and waiting. Nothing was sent. */
public final class BulkheadFullException extends CortexException implements Transient, NotAdmitted {

    BulkheadFullException(Object service, BulkheadPolicy policy) {
        super(
                "bulkhead_full",
                policy.maxConcurrent() + " calls to " + service + " are under way, and no place came free within "
                        + policy.maxWait().toMillis() + " ms, or " + policy.maxWaiting() + " wait already",
                null);
    }
}
