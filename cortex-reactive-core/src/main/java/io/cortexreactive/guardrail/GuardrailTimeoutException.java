package io.cortexreactive.guardrail;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import java.time.Duration;

/** A guardrail took too long to decide. So nothing went through. */
public final class GuardrailTimeoutException extends CortexException implements Transient {

    GuardrailTimeoutException(String guardrail, Duration timeout) {
        super(
                "guardrail_timeout",
                "Guardrail '" + guardrail + "' did not decide within " + timeout.toMillis() + " ms",
                null);
    }
}
