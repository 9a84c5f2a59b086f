package io.cortexreactive.provider;

import org.jspecify.annotations.Nullable;

/**
 * What a service told about a failed call.
 *
 * @param provider the provider's id
 * @param model the model asked for, if known
 * @param status the HTTP status; null where there was no response, and for errors inside a stream
 * @param requestId the service's id of the call, for its support
 * @param body the beginning of the error body, at most 2 KiB, with anything that looks like a key masked
 */
public record ProviderFailure(
        String provider,
        @Nullable String model,
        @Nullable Integer status,
        @Nullable String requestId,
        @Nullable String body) {

    public ProviderFailure {
        body = body == null ? null : ErrorBody.redact(body);
    }

    /** Nothing is known but who was asked for what. */
    public static ProviderFailure of(String provider, @Nullable String model) {
        return new ProviderFailure(provider, model, null, null, null);
    }
}
