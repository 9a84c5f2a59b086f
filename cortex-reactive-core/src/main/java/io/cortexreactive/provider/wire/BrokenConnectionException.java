package io.cortexreactive.provider.wire;

/** Carries the error of a connection through a decoder that has nothing to add to it. */
final class BrokenConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private BrokenConnectionException(Throwable cause) {
        super(cause.getMessage(), cause, false, false);
    }

    static RuntimeException of(Throwable error) {
        return error instanceof RuntimeException known ? known : new BrokenConnectionException(error);
    }
}
