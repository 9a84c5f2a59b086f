package io.cortexreactive.resilience;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads from a response's headers when to come back. */
public final class RetryAfter {

    private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");

    private static final DateTimeFormatter ASCTIME = DateTimeFormatter.ofPattern(
                    "EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private RetryAfter() {}

    /**
     * Reads {@code retry-after-ms}, AWS's {@code x-amz-retry-after} (milliseconds too), or {@code retry-after}
     * (seconds, or an HTTP date in any of its three forms), in this order. A date that has passed gives zero; what
     * cannot be read, such as a list, counts as absent.
     *
     * @param header the first value of a header by its lower-case name; null if there is none
     */
    public static Optional<Duration> of(Function<String, @Nullable String> header, Clock clock) {
        return number(header.apply("retry-after-ms"))
                .or(() -> number(header.apply("x-amz-retry-after")))
                .map(millis -> Duration.ofNanos((long) (millis * 1_000_000)))
                .or(() -> standard(header.apply("retry-after"), clock));
    }

    private static Optional<Duration> standard(@Nullable String value, Clock clock) {
        return number(value)
                .map(seconds -> Duration.ofMillis((long) (seconds * 1_000)))
                .or(() -> until(value, clock));
    }

    /** Less than {@link Double#valueOf(String)} takes: a service that sends {@code Infinity} has said nothing. */
    private static Optional<Double> number(@Nullable String value) {
        return Optional.ofNullable(value)
                .map(String::strip)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Double::valueOf);
    }

    private static Optional<Duration> until(@Nullable String value, Clock clock) {
        if (value == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        return Stream.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(now), ASCTIME)
                .flatMap(format -> date(value.strip(), format).stream())
                .findFirst()
                .map(then -> Duration.between(now, then))
                .map(left -> left.isNegative() ? Duration.ZERO : left);
    }

    private static Optional<Instant> date(String text, DateTimeFormatter format) {
        try {
            return Optional.of(format.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Its years have two digits, and are never more than fifty years ahead (RFC 9110, 5.6.7). */
    private static DateTimeFormatter rfc850(Instant now) {
        int earliest = now.atOffset(ZoneOffset.UTC).getYear() - 49;
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
    }
}
