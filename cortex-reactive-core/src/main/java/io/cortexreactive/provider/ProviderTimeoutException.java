package io.cortexreactive.provider;

import io.cortexreactive.error.PartialAnswer;
import io.cortexreactive.error.Transient;
import org.jspecify.annotations.Nullable;

/**
 * The service did not begin to answer, or finish, in time. A connection that does not come about in time is a
 * {@link ProviderUnavailableException}.
 */
public final class ProviderTimeoutException extends ProviderException implements Transient, PartialAnswer {

    private final String partialText;

    /** @param message what the service said, or what was wrong */
    public ProviderTimeoutException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        this(message, failure, "", cause);
    }

    /**
     * @param message what was wrong
     * @param partialText what the model had said; empty if nothing
     */
    public ProviderTimeoutException(
            String message, ProviderFailure failure, String partialText, @Nullable Throwable cause) {
        super("provider_timeout", message, failure, cause);
        this.partialText = partialText;
    }

    @Override
    public String partialText() {
        return partialText;
    }
}
