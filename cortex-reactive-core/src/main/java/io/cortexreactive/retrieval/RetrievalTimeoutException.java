package io.cortexreactive.retrieval;

import io.cortexreactive.error.Transient;
import java.time.Duration;

/** A retriever did not answer in the time that its {@link RetrievalPolicy} gives it. */
public final class RetrievalTimeoutException extends RetrievalException implements Transient {

    RetrievalTimeoutException(Duration timeout) {
        super(
                "retrieval_timeout",
                "The retriever did not answer within " + timeout
                        + ". Let it answer sooner, or give it longer with RetrievalPolicy.withTimeout(..).",
                null);
    }
}
