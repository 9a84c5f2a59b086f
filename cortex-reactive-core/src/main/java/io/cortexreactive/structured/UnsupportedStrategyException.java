package io.cortexreactive.structured;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** The model cannot do what the chosen strategy takes. Raised before it is asked. */
public final class UnsupportedStrategyException extends CortexException implements Lasting {

    UnsupportedStrategyException(StructuredStrategy strategy, String capabilities) {
        super(
                "unsupported_strategy",
                "Strategy " + strategy + " takes a model with the capability " + capabilities
                        + ". Choose AUTO, or another model.",
                null);
    }
}
