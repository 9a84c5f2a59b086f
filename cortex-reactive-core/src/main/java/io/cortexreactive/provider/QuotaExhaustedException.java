package io.cortexreactive.provider;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** The account has used up what it may spend. Waiting a moment does not help; raising the quota does. */
public final class QuotaExhaustedException extends ProviderException implements Lasting {

    /** @param message what the service said, or what was wrong */
    public QuotaExhaustedException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("quota_exhausted", message, failure, cause);
    }
}
