package io.cortexreactive.testing;

/** Something else than the answer, or nothing at all. */
sealed interface ResponseFault extends Fault {

    /** The request is read and never answered. */
    enum None implements ResponseFault {
        RESET,
        STALL
    }

    /** A response that the service itself would never give. */
    record Garbage(int status, String contentType, String body) implements ResponseFault {}
}
