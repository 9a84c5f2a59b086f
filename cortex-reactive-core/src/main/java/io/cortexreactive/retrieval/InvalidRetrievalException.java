package io.cortexreactive.retrieval;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** Something was asked for that nobody can give, such as no items at all. */
public final class InvalidRetrievalException extends CortexException implements Lasting {

    InvalidRetrievalException(String message) {
        super("invalid_retrieval", message, null);
    }
}
