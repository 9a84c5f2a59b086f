package io.cortexreactive.resilience;

/** An error by which a policy held a call back. To try again at once would only defeat the policy. */
sealed interface NotAdmitted permits BulkheadFullException, CircuitOpenException, RateLimitReachedException {}
