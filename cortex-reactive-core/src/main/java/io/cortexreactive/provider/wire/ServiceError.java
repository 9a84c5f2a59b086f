package io.cortexreactive.provider.wire;

import io.cortexreactive.message.Message;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ContentFilteredException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.RateLimits;
import io.cortexreactive.provider.ServiceAddress;
import io.cortexreactive.provider.StreamInterruptedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a service said went wrong, over HTTP or in the middle of a stream.
 *
 * @param kind what it means
 * @param message in the service's words
 * @param failure what is known of the call
 * @param retryAfter when to come back, if the service told
 * @param rateLimits what it said of its limits
 */
public record ServiceError(
        Kind kind,
        String message,
        ProviderFailure failure,
        @Nullable Duration retryAfter,
        RateLimits rateLimits) {

    private static final int MAX_EXCERPT = 200;

    /** Of a service that says nothing of its limits. */
    public ServiceError(Kind kind, String message, ProviderFailure failure, @Nullable Duration retryAfter) {
        this(kind, message, failure, retryAfter, RateLimits.NONE);
    }

    /** What an error means for whoever called. */
    public enum Kind {
        RATE_LIMITED,
        OVERLOADED,
        QUOTA_EXHAUSTED,
        UNAVAILABLE,
        TIMEOUT,
        INVALID_REQUEST,
        AUTHENTICATION,
        MODEL_NOT_FOUND,
        CONTENT_FILTERED,
        STREAM_INTERRUPTED,
        PROTOCOL;

        /** By the HTTP status, where the service's own code says nothing. */
        public static Kind ofStatus(int status) {
            return switch (status) {
                case 401, 403, 407 -> AUTHENTICATION;
                case 402 -> QUOTA_EXHAUSTED;
                case 404 -> MODEL_NOT_FOUND;
                case 408 -> TIMEOUT;
                case 409, 424 -> UNAVAILABLE;
                case 429 -> RATE_LIMITED;
                case 529 -> OVERLOADED;
                default -> ofClass(status);
            };
        }

        private static Kind ofClass(int status) {
            if (status >= 500) {
                return UNAVAILABLE;
            }
            return status >= 400 ? INVALID_REQUEST : PROTOCOL;
        }
    }

    /** Whether a status sends the caller elsewhere. */
    public static boolean isRedirect(int status) {
        return status >= 300 && status < 400;
    }

    /** What to tell people who are sent elsewhere. */
    public static String redirect(@Nullable String location) {
        String told = location == null ? "elsewhere" : "on to " + ServiceAddress.shown(location);
        return "The server sends calls " + told + ", and redirects are not followed. If that is right, call it there.";
    }

    /**
     * What to tell people of a service's code and message. Passes through a failure, because messages about a refused
     * key or signature quote it.
     */
    public static String words(@Nullable String code, @Nullable String message) {
        String told = message == null || message.isBlank() ? null : message;
        if (code == null) {
            return told == null ? "The service failed without a message" : safe(told);
        }
        return safe(told == null ? "The service said " + code : code + ": " + told);
    }

    private static String safe(String text) {
        return String.valueOf(new ProviderFailure("", null, null, null, text).body());
    }

    /** As much as may be told of what somebody else wrote: without what looks like a key, and not at any length. */
    static String excerpt(String text) {
        String safe = words(null, text);
        return safe.length() > MAX_EXCERPT ? safe.substring(0, MAX_EXCERPT) + "..." : safe;
    }

    /**
     * The exception to raise.
     *
     * @param partial what the model had said
     * @param cause the client's own exception, if there is one
     */
    public ProviderException toException(Message partial, @Nullable Throwable cause) {
        return switch (kind) {
            case RATE_LIMITED -> new RateLimitedException(message, failure, retryAfter, rateLimits, cause);
            case OVERLOADED -> new OverloadedException(message, failure, retryAfter, cause);
            case QUOTA_EXHAUSTED -> new QuotaExhaustedException(message, failure, cause);
            case UNAVAILABLE -> new ProviderUnavailableException(message, failure, retryAfter, false, cause);
            case TIMEOUT -> new ProviderTimeoutException(message, failure, cause);
            case INVALID_REQUEST -> new InvalidRequestException(message, failure, cause);
            case AUTHENTICATION -> new AuthenticationException(message, failure, cause);
            case MODEL_NOT_FOUND -> new ModelNotFoundException(message, failure, cause);
            case CONTENT_FILTERED -> new ContentFilteredException(message, failure, cause);
            case STREAM_INTERRUPTED -> new StreamInterruptedException(message, failure, partial, cause);
            case PROTOCOL -> new ProtocolException(message, failure, cause);
        };
    }
}
