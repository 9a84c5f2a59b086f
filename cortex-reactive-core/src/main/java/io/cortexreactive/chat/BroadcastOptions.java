package io.cortexreactive.chat;

import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How an answer gets to a channel.
 *
 * @param grace how long the model may go on once the last of those who followed has left and nobody has come since;
 *     null for as long as it takes. Before the first has come, it goes on anyway
 * @param batchSize how many chunks are kept as one message at most
 * @param batchTime how long the first of them waits for more; with zero, each chunk is a message
 */
public record BroadcastOptions(@Nullable Duration grace, int batchSize, Duration batchTime) {

    private static final int LARGEST_BATCH = 10_000;

    /** Finishes anyway; batches of up to 64 chunks or 50 ms. */
    public static final BroadcastOptions DEFAULTS = new BroadcastOptions(null, 64, Duration.ofMillis(50));

    /**
     * Times of more than 100 years count as that long, and batches of more than 10,000 chunks as that large.
     *
     * @throws IllegalArgumentException if a time is negative, or a batch has no chunk
     */
    public BroadcastOptions {
        if (batchSize < 1 || batchTime.isNegative() || (grace != null && grace.isNegative())) {
            throw new IllegalArgumentException("A batch has at least one chunk, and times are not negative");
        }
        batchSize = Math.min(batchSize, LARGEST_BATCH);
        grace = Schedule.bounded(grace);
        batchTime = Schedule.boundedOf(batchTime);
    }

    /** Stops the model as soon as the last of those who followed has left. */
    public BroadcastOptions stopWhenLeft() {
        return stopWhenLeftFor(Duration.ZERO);
    }

    /** Lets the model go on for this time after the last of those who followed has left, and stops it then. */
    public BroadcastOptions stopWhenLeftFor(Duration time) {
        return new BroadcastOptions(time, batchSize, batchTime);
    }

    /** Keeps so many chunks as one message, or those that come within this time. */
    public BroadcastOptions withBatches(int size, Duration time) {
        return new BroadcastOptions(grace, size, time);
    }

    /** Completes when it is time to stop. */
    Mono<Long> stop(Flux<Integer> followers) {
        if (grace == null) {
            return Mono.never();
        }
        return followers
                .skipUntil(count -> count > 0)
                .switchMap(count -> count > 0 ? Mono.<Long>never() : Mono.delay(grace))
                .next();
    }
}
