package io.cortexreactive.provider;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Ends a stream of a provider that takes too long, knowing whether anybody is waiting.
 *
 * <ul>
 *   <li>First token: from the first demand until the first chunk; {@link ProviderTimeoutException}.
 *   <li>Idle: between two chunks; {@link StreamStalledException} with what had come.
 *   <li>Total: from subscription until the end, whoever waits; {@link ProviderTimeoutException}.
 * </ul>
 *
 * <p>The first two clocks stand still while the consumer has no demand, so a paused consumer never times out. On a
 * timeout the source is cancelled, then comes the one error, on the timer's thread. Demand and cancel go to the source
 * as they are. A stream costs one timer task at a time, whatever the number of chunks.
 *
 * <p>For authors of providers. The result is for one subscription, as {@code received} is: use it inside
 * {@link Flux#defer}.
 */
public final class StreamTimeouts {

    private StreamTimeouts() {}

    /**
     * Applies the timeouts with the timer of {@link Schedulers#parallel()}.
     *
     * @param received gets every chunk before the consumer does; do not touch it while chunks flow
     * @param failure what is known of the call, asked for only when it has failed
     */
    public static Flux<ChatChunk> apply(
            Flux<ChatChunk> source,
            ProviderTimeouts timeouts,
            ChatAccumulator received,
            Supplier<ProviderFailure> failure) {
        return apply(source, new StreamDeadlines(timeouts, received, failure), Schedulers.parallel(), System::nanoTime);
    }

    /**
     * Applies the timeouts with a timer and clock of one's own, such as virtual time.
     *
     * @param received gets every chunk before the consumer does; do not touch it while chunks flow
     * @param failure what is known of the call, asked for only when it has failed
     * @param timer runs the checks and tells the time
     */
    public static Flux<ChatChunk> apply(
            Flux<ChatChunk> source,
            ProviderTimeouts timeouts,
            ChatAccumulator received,
            Supplier<ProviderFailure> failure,
            Scheduler timer) {
        StreamDeadlines deadlines = new StreamDeadlines(timeouts, received, failure);
        return apply(source, deadlines, timer, () -> timer.now(TimeUnit.NANOSECONDS));
    }

    private static Flux<ChatChunk> apply(
            Flux<ChatChunk> source, StreamDeadlines deadlines, Scheduler timer, LongSupplier clock) {
        return source.transform(Operators.<ChatChunk, ChatChunk>lift(
                (origin, actual) -> new TimedSubscriber(actual, deadlines, timer, clock)));
    }
}
