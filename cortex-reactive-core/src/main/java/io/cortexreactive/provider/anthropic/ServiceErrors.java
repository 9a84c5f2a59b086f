package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.Message;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.RateLimits;
import io.cortexreactive.provider.ServiceAddress;
import io.cortexreactive.provider.wire.ServiceError;
import io.cortexreactive.provider.wire.ServiceError.Kind;
import io.cortexreactive.resilience.RetryAfter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Translates what the service said went wrong, over HTTP or in the answer. Every row of its table has a test. */
final class ServiceErrors {

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
        String requestId = known.requestId() == null ? report.requestId() : known.requestId();
        ProviderFailure failure =
                new ProviderFailure(known.provider(), known.model(), report.status(), requestId, report.body());
        Duration retryAfter = RetryAfter.of(report.header(), clock).orElse(null);
        RateLimits limits = RateLimits.of(report.header(), clock.instant());
        return new ServiceError(ErrorTypes.kind(report), message(report, address), failure, retryAfter, limits)
                .toException(partial, null);
    }

    private static String message(ServiceReport report, URI address) {
        if (report.status() != null && ServiceError.isRedirect(report.status())) {
            return ServiceError.redirect(report.header().apply("location"));
        }
        if (ErrorTypes.isWrongAddress(report)) {
            return "There is nothing at " + ServiceAddress.shown(address.toString())
                    + ". Check the base URL, to which /v1/messages is added.";
        }
        return ServiceError.words(report.code() == null ? report.type() : report.code(), report.message());
    }

    /** What the types of errors mean. They are the same over HTTP and in a stream. */
    private static final class ErrorTypes {

        private static final int NOT_FOUND = 404;
        private static final String INVALID = "invalid_request_error";
        private static final String SPEND_LIMIT = "enforced_spend_limit_reached";

        /** These come without a code, and so can only be told by their words. */
        private static final Pattern MONEY =
                Pattern.compile("(?i)credit balance is too low|reached your specified (?:\\w+ )?API usage limits");

        private static final Map<String, Kind> KINDS = Map.of(
                "rate_limit_error", Kind.RATE_LIMITED,
                "overloaded_error", Kind.OVERLOADED,
                "billing_error", Kind.QUOTA_EXHAUSTED,
                "timeout_error", Kind.TIMEOUT,
                "conflict_error", Kind.UNAVAILABLE,
                "request_too_large", Kind.INVALID_REQUEST,
                "authentication_error", Kind.AUTHENTICATION,
                "permission_error", Kind.AUTHENTICATION,
                "not_found_error", Kind.MODEL_NOT_FOUND);

        /** Too wide to count before the status: the first one serves for other statuses of its class, too. */
        private static final Map<String, Kind> WIDE =
                Map.of(INVALID, Kind.INVALID_REQUEST, "api_error", Kind.UNAVAILABLE);

        private ErrorTypes() {}

        /** The type decides before the status. */
        static Kind kind(ServiceReport report) {
            if (isMoney(report)) {
                return Kind.QUOTA_EXHAUSTED;
            }
            Kind known = find(KINDS, report.type());
            if (known != null) {
                return known;
            }
            if (isWrongAddress(report)) {
                return Kind.PROTOCOL;
            }
            return report.status() == null ? inAnswer(report) : Kind.ofStatus(report.status());
        }

        private static boolean isMoney(ServiceReport report) {
            return SPEND_LIMIT.equals(report.code())
                    || (INVALID.equals(report.type())
                            && report.message() != null
                            && MONEY.matcher(report.message()).find());
        }

        private static @Nullable Kind find(Map<String, Kind> kinds, @Nullable String type) {
            return type == null ? null : kinds.get(type);
        }

        private static Kind inAnswer(ServiceReport report) {
            Kind wide = find(WIDE, report.type());
            return wide == null ? Kind.STREAM_INTERRUPTED : wide;
        }

        /** The service says what it has not; a page or nothing comes from something else. */
        static boolean isWrongAddress(ServiceReport report) {
            return report.status() != null && report.status() == NOT_FOUND && !report.isTold();
        }
    }
}
