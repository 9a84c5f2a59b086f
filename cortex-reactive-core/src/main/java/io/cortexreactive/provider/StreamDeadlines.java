package io.cortexreactive.provider;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import java.time.Duration;
import java.util.function.Supplier;

/** The limits of one stream in nanoseconds, and the errors for exceeding them. */
final class StreamDeadlines {

    private final ProviderTimeouts timeouts;
    private final ChatAccumulator received;
    private final Supplier<ProviderFailure> failure;

    final long firstToken;
    final long idle;
    final long total;

    /** The longest time between two checks: a change from one phase to the next is noticed within it. */
    final long pace;

    StreamDeadlines(ProviderTimeouts timeouts, ChatAccumulator received, Supplier<ProviderFailure> failure) {
        this.timeouts = timeouts;
        this.received = received;
        this.failure = failure;
        firstToken = nanos(timeouts.firstToken());
        idle = nanos(timeouts.idle());
        total = nanos(timeouts.total());
        pace = Math.min(firstToken, idle);
    }

    private static long nanos(Duration duration) {
        // Half the range, so that adding two of them cannot overflow.
        long most = Long.MAX_VALUE / 2;
        return duration.compareTo(Duration.ofNanos(most)) >= 0 ? most : duration.toNanos();
    }

    void received(ChatChunk chunk) {
        received.add(chunk);
    }

    Throwable firstTokenExceeded() {
        return new ProviderTimeoutException("No answer began within " + timeouts.firstToken(), failure.get(), null);
    }

    Throwable idleExceeded() {
        return new StreamStalledException(
                "Nothing came for " + timeouts.idle() + " although it was waited for",
                failure.get(),
                received.partialMessage(),
                null);
    }

    Throwable totalExceeded() {
        return new ProviderTimeoutException("The answer took longer than " + timeouts.total(), failure.get(), null);
    }
}
