package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.RateLimits.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsTests {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static RateLimits of(Map<String, String> headers) {
        return RateLimits.of(headers::get, NOW);
    }

    private static @Nullable Limit requests(String reset) {
        return of(Map.of("x-ratelimit-remaining-requests", "5", "x-ratelimit-reset-requests", reset))
                .requests();
    }

    @ParameterizedTest
    @CsvSource({
        "6m0s, 2026-11-22T10:06:00Z",
        "20ms, 2026-11-22T10:00:00.020Z",
        "1.5s, 2026-11-22T10:00:01.500Z",
        "7.66s, 2026-11-22T10:00:07.660Z",
        "2m59.56s, 2026-11-22T10:02:59.560Z",
        "1h2m3s, 2026-11-22T11:02:03Z",
        "10, 2026-11-22T10:00:10Z",
        "0.5, 2026-11-22T10:00:00.500Z",
        "1795341660, 2026-11-22T10:01:00Z",
        "1795341660500, 2026-11-22T10:01:00.500Z",
        "2026-11-22T10:01:30Z, 2026-11-22T10:01:30Z",
        "2026-11-22T11:01:30+01:00, 2026-11-22T10:01:30Z"
    })
    void resetIsReadInEachForm(String reset, Instant expected) {
        assertThat(requests(reset)).isEqualTo(new Limit(null, 5, expected, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-3", "1e999", "99999999999999999999999", "6m0", "ms", "2026-13-40T10:01:30Z"})
    void resetThatCannotBeReadIsNow(String reset) {
        assertThat(requests(reset)).isEqualTo(new Limit(null, 5, NOW, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "many", "1.5", "9999999999999999999"})
    void countThatCannotBeReadIsAbsent(String remaining) {
        assertThat(of(Map.of("x-ratelimit-remaining-requests", remaining))).isSameAs(RateLimits.NONE);
    }

    @Test
    void openAiTellsOfRequestsAndTokens() {
        RateLimits limits = of(Map.of(
                "x-ratelimit-limit-requests", "60",
                "x-ratelimit-remaining-requests", "59",
                "x-ratelimit-reset-requests", "1s",
                "x-ratelimit-limit-tokens", "150000",
                "x-ratelimit-remaining-tokens", "149984",
                "x-ratelimit-reset-tokens", "6m0s"));

        assertThat(limits)
                .isEqualTo(new RateLimits(
                        new Limit(60L, 59, NOW.plusSeconds(1), true),
                        new Limit(150_000L, 149_984, NOW.plus(Duration.ofMinutes(6)), true),
                        null,
                        null));
    }

    @Test
    void anthropicTellsOfEachKindOfToken() {
        RateLimits limits = of(Map.of(
                "anthropic-ratelimit-requests-limit", "50",
                "anthropic-ratelimit-requests-remaining", "49",
                "anthropic-ratelimit-requests-reset", "2026-11-22T10:00:01Z",
                "anthropic-ratelimit-tokens-remaining", "1000",
                "anthropic-ratelimit-tokens-reset", "2026-11-22T10:00:02Z",
                "anthropic-ratelimit-input-tokens-remaining", "700",
                "anthropic-ratelimit-output-tokens-remaining", "300"));

        assertThat(limits)
                .isEqualTo(new RateLimits(
                        new Limit(50L, 49, NOW.plusSeconds(1), true),
                        new Limit(null, 1000, NOW.plusSeconds(2), true),
                        new Limit(null, 700, NOW, true),
                        new Limit(null, 300, NOW, true)));
    }

    @Test
    void openRouterTellsOfRequestsAlone() {
        RateLimits limits = of(
                Map.of("x-ratelimit-limit", "20", "x-ratelimit-remaining", "0", "x-ratelimit-reset", "1795341660000"));

        assertThat(limits).isEqualTo(new RateLimits(new Limit(20L, 0, NOW.plusSeconds(60), false), null, null, null));
    }

    /** OpenAI and Anthropic fill up evenly; OpenRouter counts by the minute. */
    @Test
    void bucketHasMoreBeforeItIsFull() {
        Instant full = NOW.plusSeconds(60);

        assertThat(new Limit(60L, 0, full, true).more(NOW)).isEqualTo(NOW.plusSeconds(1));
        assertThat(new Limit(60L, 30, full, true).more(NOW)).isEqualTo(NOW.plusSeconds(2));
        assertThat(new Limit(60L, 0, full, false).more(NOW)).isEqualTo(full);
        assertThat(new Limit(null, 0, full, true).more(NOW)).isEqualTo(full);
        assertThat(new Limit(0L, 0, full, true).more(NOW)).isEqualTo(full);
    }

    @Test
    void metadataOfAnAnswerHasThem() {
        ChatCompleted answer = new ChatCompleted(
                StopReason.END_TURN,
                Usage.of(1, 1),
                null,
                Map.of("x-ratelimit-remaining-requests", "7", "requestId", "r", "latencyMs", 5L));

        assertThat(RateLimits.of(answer, NOW).requests()).isEqualTo(new Limit(null, 7, NOW, true));
    }

    @Test
    void nothingToldIsNone() {
        assertThat(of(Map.of())).isSameAs(RateLimits.NONE);
    }
}
