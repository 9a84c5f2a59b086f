package io.cortexreactive.guardrail;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.time.Duration;

/**
 * A guardrail took too long to decide. So nothing went through. Not tried again by itself: that would ask the model,
 * and pay it, once more.
 */
public final class GuardrailTimeoutException extends CortexException implements Lasting {

    GuardrailTimeoutException(String guardrail, Duration timeout) {
        super(
                "guardrail_timeout",
                "Guardrail '" + guardrail + "' did not decide within " + timeout.toMillis() + " ms",
                null);
    }
}
