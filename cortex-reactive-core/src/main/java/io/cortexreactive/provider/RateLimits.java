package io.cortexreactive.provider;

import io.cortexreactive.message.ChatCompleted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a service said of its own limits in the head of a response. Null is what it said nothing of.
 *
 * @param requests calls
 * @param tokens in and out together
 * @param inputTokens sent
 * @param outputTokens received
 */
public record RateLimits(
        @Nullable Limit requests,
        @Nullable Limit tokens,
        @Nullable Limit inputTokens,
        @Nullable Limit outputTokens) {

    /** The service said nothing. */
    public static final RateLimits NONE = new RateLimits(null, null, null, null);

    /**
     * One limit.
     *
     * @param limit the most there can be; null if not told
     * @param remaining what is left, from 0
     * @param reset when there is all of it again
     * @param gradual whether it comes back bit by bit until then, as in a token bucket, and not all at once
     */
    public record Limit(@Nullable Long limit, long remaining, Instant reset, boolean gradual) {

        /**
         * When there is more than is left.
         *
         * @param told when the service said so
         */
        public Instant more(Instant told) {
            if (!gradual || limit == null || limit <= remaining || !reset.isAfter(told)) {
                return reset;
            }
            return told.plus(Duration.between(told, reset).dividedBy(limit - remaining));
        }
    }

    /**
     * Reads Anthropic's {@code anthropic-ratelimit-requests-remaining} and its like, then
     * {@code x-ratelimit-remaining-requests} as OpenAI, Azure and Groq have them, then OpenRouter's
     * {@code x-ratelimit-remaining}. What cannot be read counts as absent.
     *
     * @param header the first value of a header by its lower-case name; null if there is none
     * @param told when the response came, for limits that say how long to wait
     */
    public static RateLimits of(Function<String, @Nullable String> header, Instant told) {
        Headers headers = new Headers(header, told);
        RateLimits read = new RateLimits(
                headers.first(Headers.anthropic("requests"), Headers.openAi("requests"), Headers.WINDOW),
                headers.first(Headers.anthropic("tokens"), Headers.openAi("tokens")),
                headers.first(Headers.anthropic("input-tokens")),
                headers.first(Headers.anthropic("output-tokens")));
        return read.equals(NONE) ? NONE : read;
    }

    /**
     * Reads them from the metadata of an answer, where providers keep these headers.
     *
     * @param told when its response came
     */
    public static RateLimits of(ChatCompleted answer, Instant told) {
        return answer.metadata().isEmpty()
                ? NONE
                : of(name -> answer.metadata().get(name) instanceof String value ? value : null, told);
    }

    /** The headers of one response. */
    private record Headers(Function<String, @Nullable String> header, Instant told) {

        private static final Pattern GO_DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+(?:\\.\\d+)?)s)?");
        private static final Pattern MILLIS = Pattern.compile("(\\d+(?:\\.\\d+)?)ms");
        private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
        private static final String WINDOW = "x-ratelimit-%s";
        private static final double LEAST_EPOCH_SECONDS = 1e9;
        private static final double LEAST_EPOCH_MILLIS = 1e11;
        private static final double MOST_SECONDS = 1e8;

        static String anthropic(String what) {
            return "anthropic-ratelimit-" + what + "-%s";
        }

        static String openAi(String what) {
            return "x-ratelimit-%s-" + what;
        }

        /** @param names with {@code %s} for {@code limit}, {@code remaining} or {@code reset} */
        @Nullable
        Limit first(String... names) {
            for (String name : names) {
                Long remaining = count(value(name, "remaining"));
                if (remaining != null) {
                    Instant reset = reset(value(name, "reset"));
                    return new Limit(
                            count(value(name, "limit")), remaining, reset == null ? told : reset, !name.equals(WINDOW));
                }
            }
            return null;
        }

        private @Nullable String value(String name, String which) {
            String value = header.apply(name.replace("%s", which));
            return value == null ? null : value.strip();
        }

        private static @Nullable Long count(@Nullable String value) {
            return value != null && value.matches("\\d{1,18}") ? Long.valueOf(value) : null;
        }

        /** A time, a duration as Go writes it, seconds, or seconds or milliseconds since 1970. */
        private @Nullable Instant reset(@Nullable String value) {
            if (value == null || value.isEmpty()) {
                return null;
            }
            if (NUMBER.matcher(value).matches()) {
                return number(Double.parseDouble(value));
            }
            Matcher millis = MILLIS.matcher(value);
            if (millis.matches()) {
                return after(Double.parseDouble(millis.group(1)) / 1_000);
            }
            Matcher parts = GO_DURATION.matcher(value);
            return parts.matches() ? after(part(parts, 1) * 3_600 + part(parts, 2) * 60 + part(parts, 3)) : time(value);
        }

        private static double part(Matcher parts, int group) {
            return parts.group(group) == null ? 0 : Double.parseDouble(parts.group(group));
        }

        private @Nullable Instant number(double value) {
            if (value >= LEAST_EPOCH_MILLIS) {
                return value < 1e16 ? Instant.ofEpochMilli((long) value) : null;
            }
            return value >= LEAST_EPOCH_SECONDS ? Instant.ofEpochSecond((long) value) : after(value);
        }

        private @Nullable Instant after(double seconds) {
            return seconds < MOST_SECONDS ? told.plus(Duration.ofNanos((long) (seconds * 1e9))) : null;
        }

        private static @Nullable Instant time(String value) {
            try {
                return OffsetDateTime.parse(value).toInstant();
            } catch (DateTimeException e) {
                return null;
            }
        }
    }
}
