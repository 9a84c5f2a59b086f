package io.cortexreactive.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of every error this library raises.
 *
 * <p>Whether to retry is told by type: a concrete subclass implements exactly one of {@link Transient} and
 * {@link Lasting}.
 */
public abstract class CortexException extends RuntimeException {

    private final String code;

    /**
     * @param code stable, lower-case and underscored; meant for programs, so it never changes with the message
     * @param message what was wrong and what to do about it, for people
     * @param cause what led to it, if anything did
     */
    protected CortexException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** A stable name of this kind of error, such as {@code rate_limited}. */
    public final String code() {
        return code;
    }
}
