package io.cortexreactive.persistence.postgres;

import io.cortexreactive.error.Lasting;
import io.cortexreactive.retrieval.RetrievalException;

/** The database refuses the search, or its answer cannot be read: a table or column that is not there, no rights. */
public final class RetrievalFailedException extends RetrievalException implements Lasting {

    RetrievalFailedException(String message, Throwable cause) {
        super("retrieval_failed", message, cause);
    }
}
