package io.cortexreactive.examples.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTests {

    private static final Percentage ONE_STEP = Percentage.withPercentage(7);

    private final LatencyHistogram histogram = new LatencyHistogram();
    private final long[] empty = histogram.counts();

    private double quantile(double share) {
        return LatencyHistogram.quantile(empty, histogram.counts(), share);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 15, 16, 17, 31, 32, 33, 999, 1_000, 123_456, 10_000_000, 3_600_000_000L})
    void aDurationIsFoundAgainNearlyAsItWas(long micros) {
        histogram.add(Duration.ofNanos(micros * 1_000).toNanos());

        assertThat(quantile(0.5)).isGreaterThanOrEqualTo(micros / 1e3).isCloseTo(micros / 1e3, ONE_STEP);
    }

    @Test
    void quantilesAreThoseOfAllDurations() {
        for (int millis = 1; millis <= 1_000; millis++) {
            histogram.add(Duration.ofMillis(millis).toNanos());
        }

        assertThat(quantile(0.5)).isCloseTo(500, ONE_STEP);
        assertThat(quantile(0.95)).isCloseTo(950, ONE_STEP);
        assertThat(quantile(1)).isCloseTo(1_000, ONE_STEP);
    }

    @Test
    void onlyWhatCameBetweenTwoLooksCounts() {
        histogram.add(Duration.ofSeconds(9).toNanos());
        long[] before = histogram.counts();
        histogram.add(Duration.ofMillis(3).toNanos());

        assertThat(LatencyHistogram.quantile(before, histogram.counts(), 1)).isCloseTo(3, ONE_STEP);
    }

    @Test
    void ofNothingThereIsNoQuantile() {
        assertThat(quantile(0.5)).isNaN();
    }

    @Test
    void whatIsTooLongOrNegativeIsCountedAtTheEnds() {
        histogram.add(Long.MAX_VALUE);
        histogram.add(-1);

        assertThat(quantile(0.5)).isZero();
        assertThat(quantile(1)).isGreaterThan(86_400_000.0);
    }

    @Test
    void noneIsLostBetweenThreads() throws InterruptedException {
        Runnable adding = () -> {
            for (int i = 0; i < 10_000; i++) {
                histogram.add(ThreadLocalRandom.current().nextLong(1_000_000_000));
            }
        };
        Thread first = new Thread(adding);
        Thread second = new Thread(adding);
        first.start();
        second.start();
        first.join();
        second.join();

        assertThat(LongStream.of(histogram.counts()).sum()).isEqualTo(20_000);
    }
}
