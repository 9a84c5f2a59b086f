package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.resilience.RetryAfter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;

/** Translates what the service said went wrong, over HTTP or in the stream. */
final class ServiceErrors {

    /** More than is kept, so that a key at the cut is still recognised. */
    private static final int BODY_BYTES_READ = 8 * 1024;

    private final Clock clock;

    ServiceErrors(Clock clock) {
        this.clock = clock;
    }

    RuntimeException translate(AwsServiceException error, CallState call) {
        ProviderFailure failure = failure(error, call.failure());
        Duration retryAfter = retryAfter(error);
        String message = message(error, failure);
        return switch (kind(error)) {
            case RATE_LIMITED -> new RateLimitedException(message, failure, retryAfter, error);
            case OVERLOADED -> new OverloadedException(message, failure, retryAfter, error);
            case QUOTA_EXHAUSTED -> new QuotaExhaustedException(message, failure, error);
            case UNAVAILABLE -> new ProviderUnavailableException(message, failure, retryAfter, false, error);
            case TIMEOUT -> new ProviderTimeoutException(message, failure, error);
            case INVALID_REQUEST -> new InvalidRequestException(message, failure, error);
            case AUTHENTICATION -> new AuthenticationException(message, failure, error);
            case MODEL_NOT_FOUND -> new ModelNotFoundException(message, failure, error);
            case STREAM_INTERRUPTED -> new StreamInterruptedException(message, failure, call.partial(), error);
            case PROTOCOL -> new ProtocolException(message, failure, error);
        };
    }

    private static ErrorKind kind(AwsServiceException error) {
        ErrorKind kind = ErrorKind.of(code(error), error.statusCode());
        if (kind == ErrorKind.RATE_LIMITED && isDailyQuota(error)) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        if (error instanceof ModelErrorException model && isRefusal(model.originalStatusCode())) {
            return ErrorKind.INVALID_REQUEST;
        }
        return kind;
    }

    /** "Too many tokens per day" comes as throttling, but waiting the minutes that we would wait does not help. */
    private static boolean isDailyQuota(AwsServiceException error) {
        String message = details(error) == null ? null : details(error).errorMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains("per day");
    }

    private static boolean isRefusal(@Nullable Integer status) {
        return status != null && status >= 400 && status < 500 && status != 408 && status != 429;
    }

    private static ProviderFailure failure(AwsServiceException error, ProviderFailure known) {
        String requestId = error.requestId() == null ? known.requestId() : error.requestId();
        return new ProviderFailure(known.provider(), known.model(), status(error), requestId, body(error));
    }

    /** The HTTP status; null for an exception in a stream, to which the SDK gives a status that nobody sent. */
    private static @Nullable Integer status(AwsServiceException error) {
        SdkHttpResponse response = response(error);
        return response == null || response.statusCode() == 0 ? null : (Integer) response.statusCode();
    }

    private static @Nullable String body(AwsServiceException error) {
        SdkBytes raw = details(error) == null ? null : details(error).rawResponse();
        if (raw == null) {
            return null;
        }
        byte[] bytes = raw.asByteArrayUnsafe();
        return new String(bytes, 0, Math.min(bytes.length, BODY_BYTES_READ), StandardCharsets.UTF_8);
    }

    private static String message(AwsServiceException error, ProviderFailure failure) {
        String said = details(error) == null ? null : details(error).errorMessage();
        if (said == null || said.isBlank()) {
            return code(error) == null ? "The service failed without a message" : "The service said " + code(error);
        }
        // Through a failure, because a refused signature's message quotes the headers.
        String safe = new ProviderFailure(failure.provider(), null, null, null, said).body();
        return code(error) == null ? String.valueOf(safe) : code(error) + ": " + safe;
    }

    private @Nullable Duration retryAfter(AwsServiceException error) {
        SdkHttpResponse response = response(error);
        return response == null
                ? null
                : RetryAfter.of(name -> response.firstMatchingHeader(name).orElse(null), clock)
                        .orElse(null);
    }

    private static @Nullable SdkHttpResponse response(AwsServiceException error) {
        return details(error) == null ? null : details(error).sdkHttpResponse();
    }

    private static @Nullable String code(AwsServiceException error) {
        return details(error) == null ? null : details(error).errorCode();
    }

    private static AwsErrorDetails details(AwsServiceException error) {
        return error.awsErrorDetails();
    }
}
