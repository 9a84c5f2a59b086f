package io.cortexreactive.provider.openai;

import io.cortexreactive.message.Message;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.RateLimits;
import io.cortexreactive.provider.wire.ServiceError;
import io.cortexreactive.provider.wire.ServiceError.Kind;
import io.cortexreactive.resilience.RetryAfter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates what a server said went wrong, over HTTP or in the answer. Every row of its table has a test. */
final class ServiceErrors {

    private static final int NOT_FOUND = 404;
    private static final int PAYMENT_REQUIRED = 402;

    private final Clock clock;

    ServiceErrors(Clock clock) {
        this.clock = clock;
    }

    /**
     * The exception to raise.
     *
     * @param known what is known of the call
     * @param address what was called
     * @param partial what the model had said
     */
    ProviderException translate(ServiceReport report, ProviderFailure known, URI address, Message partial) {
        ProviderFailure failure =
                new ProviderFailure(known.provider(), known.model(), report.status(), known.requestId(), report.body());
        Duration retryAfter = RetryAfter.of(report.header(), clock).orElse(null);
        RateLimits limits = RateLimits.of(report.header(), clock.instant());
        return new ServiceError(kind(report, retryAfter), message(report, address), failure, retryAfter, limits)
                .toException(partial, null);
    }

    private static Kind kind(ServiceReport report, @Nullable Duration retryAfter) {
        Kind kind = ErrorCodes.kind(report);
        // OpenRouter's way to say that the money is only held for calls under way.
        boolean soon = kind == Kind.QUOTA_EXHAUSTED
                && retryAfter != null
                && report.status() != null
                && report.status() == PAYMENT_REQUIRED;
        return soon ? Kind.RATE_LIMITED : kind;
    }

    private static String message(ServiceReport report, URI address) {
        String location = report.header().apply("location");
        if (isRedirect(report) && location != null) {
            return "The server sends calls on to " + withoutQuery(location) + ", and redirects are not followed."
                    + " If that is right, make it the base URL.";
        }
        if (ErrorCodes.isWrongAddress(report)) {
            return "There is nothing at " + withoutQuery(address.toString()) + ". Check the base URL; most end in /v1.";
        }
        return ServiceError.words(report.code() == null ? report.type() : report.code(), report.message());
    }

    private static boolean isRedirect(ServiceReport report) {
        return report.status() != null && report.status() >= 300 && report.status() < 400;
    }

    private static String withoutQuery(String address) {
        return address.replaceFirst("[?#].*", "").replaceFirst("//[^/@]*@", "//");
    }

    /** What error codes mean, those of OpenAI and of others. They are the same over HTTP and in a stream. */
    private static final class ErrorCodes {

        private static final Map<String, Kind> KINDS = new HashMap<>();

        /** Too wide to count before the status: OpenAI has the first one for a wrong key and a wrong model, too. */
        private static final Map<String, Kind> WIDE = Map.of(
                "invalid_request_error", Kind.INVALID_REQUEST,
                "badrequesterror", Kind.INVALID_REQUEST,
                "exceed_context_size_error", Kind.INVALID_REQUEST,
                "notfounderror", Kind.MODEL_NOT_FOUND,
                "not_found_error", Kind.MODEL_NOT_FOUND);

        static {
            put(Kind.RATE_LIMITED, "rate_limit_exceeded", "rate_limit_error", "ratelimitreached", "slow_down");
            put(
                    Kind.OVERLOADED,
                    "server_is_overloaded",
                    "overloaded",
                    "overloaded_error",
                    "engine_overloaded",
                    "engine_overloaded_error");
            put(
                    Kind.QUOTA_EXHAUSTED,
                    "insufficient_quota",
                    "insufficient_balance",
                    "billing_hard_limit_reached",
                    "billing_not_active",
                    "credit_balance_exhausted",
                    "organization_spend_limit_exceeded",
                    "organization_usage_limit_exceeded",
                    "project_spend_limit_exceeded",
                    "quota_exceeded");
            put(
                    Kind.UNAVAILABLE,
                    "server_error",
                    "internal_error",
                    "internal_server_error",
                    "internalservererror",
                    "service_unavailable",
                    "service_unavailable_error",
                    "serviceunavailable",
                    "unavailable_error");
            put(Kind.TIMEOUT, "timeout", "timeout_error", "request_timeout");
            put(
                    Kind.INVALID_REQUEST,
                    "context_length_exceeded",
                    "string_above_max_length",
                    "invalid_value",
                    "invalid_type",
                    "unsupported_value",
                    "unsupported_parameter",
                    "unknown_parameter",
                    "missing_required_parameter");
            put(
                    Kind.AUTHENTICATION,
                    "invalid_api_key",
                    "authentication_error",
                    "permission_error",
                    "permission_denied",
                    "account_deactivated",
                    "unsupported_country_region_territory");
            put(Kind.MODEL_NOT_FOUND, "model_not_found", "deploymentnotfound");
            put(
                    Kind.CONTENT_FILTERED,
                    "content_policy_violation",
                    "content_filter",
                    "moderation_blocked",
                    "responsibleaipolicyviolation");
        }

        private static void put(Kind kind, String... codes) {
            for (String code : codes) {
                KINDS.put(code, kind);
            }
        }

        private ErrorCodes() {}

        /** The code decides before the status, and narrow names before wide ones. */
        static Kind kind(ServiceReport report) {
            Kind known = find(KINDS, report);
            if (known != null) {
                return known;
            }
            if (report.moderated()) {
                return Kind.CONTENT_FILTERED;
            }
            if (isWrongAddress(report)) {
                return Kind.PROTOCOL;
            }
            return report.status() == null ? inAnswer(report) : Kind.ofStatus(report.status());
        }

        private static @Nullable Kind find(Map<String, Kind> kinds, ServiceReport report) {
            Kind byCode = kinds.get(lower(report.code()));
            return byCode == null ? kinds.get(lower(report.type())) : byCode;
        }

        private static String lower(@Nullable String name) {
            return name == null ? "" : name.toLowerCase(Locale.ROOT);
        }

        /** A server of this protocol says what it has not; a page or nothing comes from something else. */
        static boolean isWrongAddress(ServiceReport report) {
            return report.status() != null && report.status() == NOT_FOUND && !report.isTold();
        }

        /** The code may be the status that there was no more time for. */
        private static Kind inAnswer(ServiceReport report) {
            if (report.code() != null && report.code().matches("[45]\\d\\d")) {
                return Kind.ofStatus(Integer.parseInt(report.code()));
            }
            Kind wide = find(WIDE, report);
            return wide == null ? Kind.STREAM_INTERRUPTED : wide;
        }
    }
}
