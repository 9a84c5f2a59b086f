package io.cortexreactive.resilience;

import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The Reactive Streams TCK against {@link Cutoff#on}. */
public final class CutoffTckTests extends PublisherVerification<Integer> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    public CutoffTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        int count = (int) Math.min(elements, Integer.MAX_VALUE);
        return Cutoff.on(
                Flux.range(1, count), number -> number == count, Mono.never(), () -> new IllegalStateException("cut"));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return Cutoff.on(Flux.range(1, 1), Mono.empty(), () -> new IllegalStateException("cut"));
    }
}
