package io.cortexreactive.provider;

import io.cortexreactive.error.CortexException;
import org.jspecify.annotations.Nullable;

/** A call to a provider failed. Subclasses say how, and by {@code Transient} or {@code Lasting} whether to retry. */
public abstract class ProviderException extends CortexException {

    private final ProviderFailure failure;

    ProviderException(String code, String message, ProviderFailure failure, @Nullable Throwable cause) {
        super(code, describe(message, failure), cause);
        this.failure = failure;
    }

    private static String describe(String message, ProviderFailure failure) {
        StringBuilder text = new StringBuilder(failure.provider());
        if (failure.model() != null) {
            text.append(" (").append(failure.model()).append(')');
        }
        text.append(": ").append(message);
        if (failure.status() != null) {
            text.append(" [status ").append(failure.status()).append(']');
        }
        if (failure.requestId() != null) {
            text.append(" [request ").append(failure.requestId()).append(']');
        }
        return text.toString();
    }

    /** What the service told. */
    public final ProviderFailure failure() {
        return failure;
    }

    /** The provider's id. */
    public final String provider() {
        return failure.provider();
    }

    /** The model asked for, if known. */
    public final @Nullable String model() {
        return failure.model();
    }

    /** The HTTP status; null where there was none. */
    public final @Nullable Integer status() {
        return failure.status();
    }

    /** The service's id of the call, if it gave one. */
    public final @Nullable String requestId() {
        return failure.requestId();
    }
}
