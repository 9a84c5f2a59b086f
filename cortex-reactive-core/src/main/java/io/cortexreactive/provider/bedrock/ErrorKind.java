package io.cortexreactive.provider.bedrock;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an error of the service means: told by its code, which is the same in HTTP and in a stream, else by status. */
enum ErrorKind {
    RATE_LIMITED,
    OVERLOADED,
    QUOTA_EXHAUSTED,
    UNAVAILABLE,
    TIMEOUT,
    INVALID_REQUEST,
    AUTHENTICATION,
    MODEL_NOT_FOUND,
    STREAM_INTERRUPTED,
    PROTOCOL;

    private static final Map<String, ErrorKind> BY_CODE = new HashMap<>();

    static {
        put(RATE_LIMITED, "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestThrottled");
        put(QUOTA_EXHAUSTED, "ServiceQuotaExceededException", "LimitExceededException");
        put(
                UNAVAILABLE,
                "ModelNotReadyException",
                "ServiceUnavailableException",
                "ServiceUnavailable",
                "InternalServerException",
                "InternalFailure",
                "ModelErrorException");
        put(TIMEOUT, "ModelTimeoutException", "RequestTimeoutException", "RequestTimeout");
        put(
                INVALID_REQUEST,
                "ValidationException",
                "ConflictException",
                "SerializationException",
                "UnknownOperationException");
        put(
                AUTHENTICATION,
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
        put(MODEL_NOT_FOUND, "ResourceNotFoundException");
        put(STREAM_INTERRUPTED, "ModelStreamErrorException");
    }

    private static void put(ErrorKind kind, String... codes) {
        for (String code : codes) {
            BY_CODE.put(code, kind);
        }
    }

    /** The code decides before the status. */
    static ErrorKind of(@Nullable String code, int status) {
        ErrorKind known = code == null || code.isEmpty() ? null : BY_CODE.get(capitalised(code));
        return known == null ? byStatus(status) : known;
    }

    /** Exceptions in a stream begin with a small letter, the same ones over HTTP with a large one. */
    private static String capitalised(String code) {
        return Character.toUpperCase(code.charAt(0)) + code.substring(1);
    }

    private static ErrorKind byStatus(int status) {
        return switch (status) {
            case 401, 403, 407 -> AUTHENTICATION;
            case 402 -> QUOTA_EXHAUSTED;
            case 404 -> MODEL_NOT_FOUND;
            case 408 -> TIMEOUT;
            case 424 -> UNAVAILABLE;
            case 429 -> RATE_LIMITED;
            case 529 -> OVERLOADED;
            default -> byClass(status);
        };
    }

    private static ErrorKind byClass(int status) {
        if (status >= 500) {
            return UNAVAILABLE;
        }
        return status >= 400 ? INVALID_REQUEST : PROTOCOL;
    }
}
