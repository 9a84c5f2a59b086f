package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ServiceAddress;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.ServiceError;
import io.cortexreactive.provider.wire.ServiceError.Kind;
import io.cortexreactive.resilience.RetryAfter;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates what the service said went wrong, over HTTP or in the stream. */
final class ServiceErrors {

    private static final int NOT_FOUND = 404;

    private final Clock clock;
    private final String address;

    /** @param address what is called, to be told where something else answers */
    ServiceErrors(Clock clock, String address) {
        this.clock = clock;
        this.address = address;
    }

    ProviderException translate(ServiceReport report, CallState call, @Nullable Throwable cause) {
        ProviderFailure known = call.failure();
        ProviderFailure failure = new ProviderFailure(
                known.provider(),
                known.model(),
                report.status(),
                report.requestId() == null ? known.requestId() : report.requestId(),
                report.body());
        return new ServiceError(
                        kind(report),
                        message(report),
                        failure,
                        RetryAfter.of(report.header(), clock).orElse(null))
                .toException(call.partial(), cause);
    }

    private String message(ServiceReport report) {
        if (report.status() != null && ServiceError.isRedirect(report.status())) {
            return ServiceError.redirect(report.header().apply("location"));
        }
        return isWrongAddress(report)
                ? "There is nothing of Bedrock's at " + ServiceAddress.shown(address) + ". Check the endpoint."
                : ServiceError.words(report.code(), report.message());
    }

    /** Bedrock says what it has not; a page or nothing comes from something else. */
    private static boolean isWrongAddress(ServiceReport report) {
        return report.status() != null && report.status() == NOT_FOUND && !report.isTold();
    }

    private static Kind kind(ServiceReport report) {
        if (isWrongAddress(report)) {
            return Kind.PROTOCOL;
        }
        Kind kind = ErrorCodes.kind(report.code(), report.status() == null ? 0 : report.status());
        if (kind == Kind.RATE_LIMITED && report.isDailyQuota()) {
            return Kind.QUOTA_EXHAUSTED;
        }
        return kind == Kind.UNAVAILABLE && report.isModelsRefusal() ? Kind.INVALID_REQUEST : kind;
    }

    /** What Bedrock's error codes mean. They are the same over HTTP and in a stream. */
    private static final class ErrorCodes {

        private static final Map<String, Kind> KINDS = new HashMap<>();

        static {
            put(
                    Kind.RATE_LIMITED,
                    "ThrottlingException",
                    "ThrottledException",
                    "TooManyRequestsException",
                    "RequestThrottled");
            put(Kind.QUOTA_EXHAUSTED, "ServiceQuotaExceededException", "LimitExceededException");
            put(
                    Kind.UNAVAILABLE,
                    "ModelNotReadyException",
                    "ServiceUnavailableException",
                    "ServiceUnavailable",
                    "InternalServerException",
                    "InternalFailure",
                    "ModelErrorException");
            put(Kind.TIMEOUT, "ModelTimeoutException", "RequestTimeoutException", "RequestTimeout");
            put(
                    Kind.INVALID_REQUEST,
                    "ValidationException",
                    "ConflictException",
                    "SerializationException",
                    "UnknownOperationException");
            put(
                    Kind.AUTHENTICATION,
                    "AccessDeniedException",
                    "UnrecognizedClientException",
                    "InvalidSignatureException",
                    "IncompleteSignatureException",
                    "SignatureDoesNotMatch",
                    "ExpiredTokenException",
                    "ExpiredToken",
                    "InvalidClientTokenId",
                    "MissingAuthenticationTokenException",
                    "MissingAuthenticationToken");
            put(Kind.MODEL_NOT_FOUND, "ResourceNotFoundException");
            put(Kind.STREAM_INTERRUPTED, "ModelStreamErrorException");
        }

        private static void put(Kind kind, String... codes) {
            for (String code : codes) {
                KINDS.put(code, kind);
            }
        }

        private ErrorCodes() {}

        /** The code decides before the status. */
        static Kind kind(@Nullable String code, int status) {
            Kind known = code == null || code.isEmpty() ? null : KINDS.get(capitalised(code));
            return known == null ? Kind.ofStatus(status) : known;
        }

        /** Exceptions in a stream begin with a small letter, the same ones over HTTP with a large one. */
        static String capitalised(String code) {
            return Character.toUpperCase(code.charAt(0)) + code.substring(1);
        }
    }
}
