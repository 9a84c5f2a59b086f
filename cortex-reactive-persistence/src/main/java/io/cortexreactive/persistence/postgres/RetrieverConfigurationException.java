package io.cortexreactive.persistence.postgres;

import io.cortexreactive.error.Lasting;
import io.cortexreactive.retrieval.RetrievalException;

/** A retriever cannot be made as it is set up: a name is none of PostgreSQL's, or a setting is missing. */
public final class RetrieverConfigurationException extends RetrievalException implements Lasting {

    RetrieverConfigurationException(String message) {
        super("retriever_configuration", message, null);
    }
}
