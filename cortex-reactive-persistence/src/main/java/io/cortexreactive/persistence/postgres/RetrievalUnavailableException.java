package io.cortexreactive.persistence.postgres;

import io.cortexreactive.error.Transient;
import io.cortexreactive.retrieval.RetrievalException;

/**
 * PostgreSQL could not answer this time: there was no connection to be had, it broke, a query ran into a timeout or
 * into another one.
 */
public final class RetrievalUnavailableException extends RetrievalException implements Transient {

    RetrievalUnavailableException(String message, Throwable cause) {
        super("retrieval_unavailable", message, cause);
    }
}
