package io.cortexreactive.examples.app;

import org.springframework.http.HttpStatus;

/** The caller asked for something that cannot be done. Becomes the answer's status and {@link Problem}. */
public final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpStatus status;
    private final String code;

    /** @param code stable, for programs */
    public RejectedException(HttpStatus status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** A request that could be corrected. */
    public static RejectedException invalid(String code, String message) {
        return new RejectedException(HttpStatus.BAD_REQUEST, code, message);
    }

    HttpStatus status() {
        return status;
    }

    String code() {
        return code;
    }
}
