package io.cortexreactive.retrieval;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A retriever was asked after it had been closed. */
public final class RetrieverClosedException extends CortexException implements Lasting {

    RetrieverClosedException() {
        super("retriever_closed", "This retriever is closed. Make another one to search again.", null);
    }
}
