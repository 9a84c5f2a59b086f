package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

    private static Optional<Duration> of(Map<String, String> headers) {
        return RetryAfter.of(headers::get, CLOCK);
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after-ms, 1500, PT1.5S",
        "x-amz-retry-after, 250, PT0.25S",
        "retry-after, 7, PT7S",
        "retry-after, ' 0.5 ', PT0.5S",
        "retry-after, 0, PT0S",
        "retry-after, 'Sun, 22 Nov 2026 10:01:30 GMT', PT1M30S",
        "retry-after, 'Sun, 22 Nov 2026 09:00:00 GMT', PT0S",
        "retry-after, 'Sunday, 22-Nov-26 10:01:30 GMT', PT1M30S",
        "retry-after, 'Wednesday, 22-Nov-28 10:00:00 GMT', PT17544H",
        "retry-after, 'Sunday, 06-Nov-94 08:49:37 GMT', PT0S",
        "retry-after, 'Sun Nov 22 10:01:30 2026', PT1M30S",
        "retry-after, 'Sun Nov  1 10:00:00 2026', PT0S"
    })
    void readsEachForm(String header, String value, Duration expected) {
        assertThat(of(Map.of(header, value))).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after, soon",
        "retry-after, -3",
        "retry-after, NaN",
        "retry-after, Infinity",
        "retry-after, 1e9",
        "retry-after, 10d",
        "retry-after, 0x1p3",
        "retry-after, +7",
        "retry-after, '٧'",
        "retry-after, ''",
        "retry-after, '300, 400'",
        "retry-after, 'Sun, 22 Nov 2026 10:01:30 GMT, 7'",
        "retry-after, 'Monday, 22-Nov-26 10:01:30 GMT'",
        "retry-after-ms, Infinity",
        "x-amz-retry-after, 1e9",
        "other, 7"
    })
    void whatCannotBeReadIsAbsent(String header, String value) {
        assertThat(of(Map.of(header, value))).isEmpty();
    }

    @Test
    void millisecondsBeatSeconds() {
        assertThat(of(Map.of("retry-after", "7", "retry-after-ms", "20"))).hasValue(Duration.ofMillis(20));
    }

    @Test
    void unreadableMillisecondsLeaveTheSeconds() {
        assertThat(of(Map.of("retry-after", "7", "retry-after-ms", "x"))).hasValue(Duration.ofSeconds(7));
    }
}
