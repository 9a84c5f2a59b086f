package io.cortexreactive.retrieval;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A retriever cannot be made as it is set up, or lacks a library; the message names it. */
public final class RetrieverConfigurationException extends CortexException implements Lasting {

    RetrieverConfigurationException(String message, @Nullable Throwable cause) {
        super("retriever_configuration", message, cause);
    }
}
