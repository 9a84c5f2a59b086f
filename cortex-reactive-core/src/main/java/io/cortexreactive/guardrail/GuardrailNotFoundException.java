package io.cortexreactive.guardrail;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** No guardrail of this id is registered. The call fails before anything is sent. */
public final class GuardrailNotFoundException extends CortexException implements Lasting {

    GuardrailNotFoundException(String id, Collection<String> known) {
        super(
                "guardrail_not_found",
                "There is no guardrail '" + id + "'. "
                        + (known.isEmpty()
                                ? "None is registered."
                                : "Registered are: " + String.join(", ", known) + "."),
                null);
    }
}
