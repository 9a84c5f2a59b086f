package io.cortexreactive.chat;

import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.resilience.BulkheadFullException;
import io.cortexreactive.resilience.CircuitOpenException;
import io.cortexreactive.resilience.RateLimitReachedException;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.TenantMissingException;
import java.util.Set;

/** Errors that say by their type that a call never reached the model. */
final class Refusals {

    private static final Set<Class<?>> TYPES = Set.of(
            InvalidRequestException.class,
            AuthenticationException.class,
            ModelNotFoundException.class,
            QuotaExhaustedException.class,
            RateLimitedException.class,
            OverloadedException.class,
            ProviderConfigurationException.class,
            ProviderNotFoundException.class,
            BulkheadFullException.class,
            CircuitOpenException.class,
            RateLimitReachedException.class,
            InvalidTenantException.class,
            TenantMissingException.class);

    private Refusals() {}

    static boolean include(Throwable error) {
        if (error instanceof ProviderClosedException closed) {
            return !closed.possiblyBilled();
        }
        return error instanceof ProviderUnavailableException unavailable
                ? !unavailable.possiblyBilled()
                : TYPES.contains(error.getClass());
    }
}
