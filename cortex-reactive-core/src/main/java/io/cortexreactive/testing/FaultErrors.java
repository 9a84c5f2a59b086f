package io.cortexreactive.testing;

import io.cortexreactive.message.Message;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ContentFilteredException;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.resilience.RetryAfter;
import io.cortexreactive.testing.StreamFault.Failure;
import io.cortexreactive.testing.StreamFault.Silent;
import io.cortexreactive.testing.StreamFault.Strike;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The errors a provider raises for what goes wrong at the service: the tables of Bedrock, OpenAI and Anthropic, by
 * error type, then by status.
 */
final class FaultErrors {

    private static final int FIRST_ERROR = 400;
    private static final int OVERLOADED = 529;

    private final String provider;
    private final @Nullable String model;

    FaultErrors(String provider, @Nullable String model) {
        this.provider = provider;
        this.model = model;
    }

    /** What a fault that comes in place of an answer is raised as. */
    ProviderException beforeAnswer(Fault fault) {
        if (fault instanceof Fault.Status status) {
            ProviderFailure failure = failure(status.status(), status.message());
            return error(status.errorType(), status.message(), failure, retryAfter(status.headers()));
        }
        if (fault instanceof ResponseFault.Garbage garbage) {
            ProviderFailure failure = failure(garbage.status(), garbage.body());
            return garbage.status() < FIRST_ERROR
                    ? new GarbledResponseException("The response cannot be decoded", failure, null)
                    : error("", "The service failed", failure, null);
        }
        return new ProviderUnavailableException(
                "The connection was reset before the response", failure(null, null), null, true, null);
    }

    /** What a fault in the middle of an answer is raised as. */
    ProviderException inStream(Strike strike, Message partial) {
        ProviderFailure failure = failure(null, null);
        if (strike == Silent.CUT) {
            return new StreamInterruptedException("The connection broke", failure, partial, null);
        }
        if (strike == Silent.END) {
            return new IncompleteStreamException("The stream ended without an end marker", failure, partial, null);
        }
        if (strike instanceof Failure told) {
            return isStreamError(told.type())
                    ? new StreamInterruptedException(told.message(), failure, partial, null)
                    : error(told.type(), told.message(), failure, null);
        }
        return new GarbledResponseException("A frame cannot be decoded", failure, null);
    }

    private static boolean isStreamError(String type) {
        return type.equalsIgnoreCase("modelStreamErrorException");
    }

    private ProviderException error(
            String type, String message, ProviderFailure failure, @Nullable Duration retryAfter) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "throttlingexception", "rate_limit_exceeded", "rate_limit_error" ->
                new RateLimitedException(message, failure, retryAfter, null);
            case "modelnotreadyexception",
                    "serviceunavailableexception",
                    "internalserverexception",
                    "modelerrorexception",
                    "server_error",
                    "api_error" -> new ProviderUnavailableException(message, failure, retryAfter, false, null);
            case "overloaded_error" -> new OverloadedException(message, failure, retryAfter, null);
            case "modeltimeoutexception", "timeout_error" -> new ProviderTimeoutException(message, failure, null);
            case "validationexception", "context_length_exceeded", "request_too_large" ->
                new InvalidRequestException(message, failure, null);
            case "accessdeniedexception", "invalid_api_key", "authentication_error", "permission_error" ->
                new AuthenticationException(message, failure, null);
            case "resourcenotfoundexception", "model_not_found", "not_found_error" ->
                new ModelNotFoundException(message, failure, null);
            case "servicequotaexceededexception",
                    "insufficient_quota",
                    "billing_hard_limit_reached",
                    "billing_error",
                    "enforced_spend_limit_reached" -> new QuotaExhaustedException(message, failure, null);
            case "content_policy_violation", "content_filter" -> new ContentFilteredException(message, failure, null);
            default -> byStatus(message, failure, retryAfter);
        };
    }

    private static ProviderException byStatus(String message, ProviderFailure failure, @Nullable Duration retryAfter) {
        int status = failure.status() == null ? 0 : failure.status();
        return switch (status) {
            case 401, 403, 407 -> new AuthenticationException(message, failure, null);
            case 402 -> new QuotaExhaustedException(message, failure, null);
            case 404 -> new ModelNotFoundException(message, failure, null);
            case 408 -> new ProviderTimeoutException(message, failure, null);
            case 424 -> new ProviderUnavailableException(message, failure, retryAfter, false, null);
            case 429 -> new RateLimitedException(message, failure, retryAfter, null);
            case OVERLOADED -> new OverloadedException(message, failure, retryAfter, null);
            default ->
                status >= FIRST_ERROR && status < 500
                        ? new InvalidRequestException(message, failure, null)
                        : new ProviderUnavailableException(message, failure, retryAfter, false, null);
        };
    }

    private ProviderFailure failure(@Nullable Integer status, @Nullable String body) {
        return new ProviderFailure(provider, model, status, null, body);
    }

    private static @Nullable Duration retryAfter(Map<String, String> headers) {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        return RetryAfter.of(anyCase::get, Clock.systemUTC()).orElse(null);
    }
}
