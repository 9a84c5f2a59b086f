package io.cortexreactive.error;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What events and stored state carry of an error: enough to act on, nothing that must stay secret.
 *
 * @param code the {@link CortexException#code()}, or {@code internal} for an error that is not ours
 * @param message for people
 * @param isTransient whether trying again can help
 */
public record ErrorInfo(
        String code,
        String message,
        @JsonProperty("transient") boolean isTransient) {

    /** The code of all errors that are not ours. */
    public static final String INTERNAL = "internal";

    /** Describes any error. One that is not ours counts as lasting. */
    public static ErrorInfo of(Throwable error) {
        String message = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        String code = error instanceof CortexException ours ? ours.code() : INTERNAL;
        return new ErrorInfo(code, message, error instanceof Transient);
    }

    /**
     * What anybody may be told of it: an error that is not ours without its message, which was written for other eyes.
     */
    public ErrorInfo shown() {
        return code.equals(INTERNAL) ? new ErrorInfo(code, "An error occurred.", isTransient) : this;
    }
}
