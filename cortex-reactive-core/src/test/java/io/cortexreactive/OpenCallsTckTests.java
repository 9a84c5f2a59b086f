package io.cortexreactive;

import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK against {@link OpenCalls#known}. */
public final class OpenCallsTckTests extends PublisherVerification<Integer> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    public OpenCallsTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return new OpenCalls().known(Flux.range(1, (int) Math.min(elements, Integer.MAX_VALUE)));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return new OpenCalls().known(Flux.error(new IllegalStateException("for the test")));
    }
}
