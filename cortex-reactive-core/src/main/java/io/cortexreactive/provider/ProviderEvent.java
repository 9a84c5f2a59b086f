package io.cortexreactive.provider;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.FailureEvent;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens between this library and a provider. */
public sealed interface ProviderEvent extends CortexEvent {

    /** The provider's id. */
    String provider();

    /** A provider can now be used. */
    record ProviderRegistered(EventMeta meta, String provider, ProviderCapabilities capabilities)
            implements ProviderEvent {}

    /**
     * A call to the provider begins.
     *
     * @param model the model asked for; null for the provider's default
     */
    record BeforeProviderRequest(
            EventMeta meta,
            String provider,
            ChatRequest request,
            @Nullable String model) implements ProviderEvent {}

    /**
     * The provider answered completely.
     *
     * @param duration from the call's beginning to its last chunk
     */
    record AfterProviderResponse(
            EventMeta meta, String provider, ChatRequest request, ChatResponse response, Duration duration)
            implements ProviderEvent {}

    /** A call failed. A cancelled call has not failed. */
    record ProviderError(
            EventMeta meta,
            String provider,
            ChatRequest request,
            ErrorInfo exception,
            @Nullable String requestId) implements ProviderEvent, FailureEvent {}

    /**
     * The provider refused a call because of its limits.
     *
     * @param retryAfter when to come back; null if the provider did not say
     * @param requestId what the provider calls the request; null if it did not say
     */
    record ProviderRateLimited(
            EventMeta meta,
            String provider,
            @Nullable Duration retryAfter,
            @Nullable String requestId) implements ProviderEvent {}
}
