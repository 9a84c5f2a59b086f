package io.cortexreactive.retrieval;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A vector does not fit to the others, mostly because another model made it, or is none. */
public final class InvalidVectorException extends CortexException implements Lasting {

    private InvalidVectorException(String message) {
        super("invalid_vector", message, null);
    }

    static InvalidVectorException ofSize(int expected, int actual) {
        return new InvalidVectorException("The vectors of the index have " + expected + " dimensions, and this one has "
                + actual + ". Embed documents and questions with one model, and embed all of them again to change it.");
    }

    static InvalidVectorException notFinite() {
        return new InvalidVectorException("A vector is empty, or has something in it that is no number.");
    }

    static InvalidVectorException missing(int texts, int vectors) {
        return new InvalidVectorException(
                "The embedding provider gave " + vectors + " vectors for " + texts + " texts.");
    }
}
