package io.cortexreactive.guardrail;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A guardrail did not decide: it failed, gave no result, or one that cannot be used. So nothing went through. */
public final class GuardrailFailedException extends CortexException implements Lasting {

    GuardrailFailedException(String guardrail, String what, @Nullable Throwable cause) {
        super("guardrail_failed", "Guardrail '" + guardrail + "' " + what, cause);
    }
}
