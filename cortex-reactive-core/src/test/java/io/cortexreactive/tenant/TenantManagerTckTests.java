package io.cortexreactive.tenant;

import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK against {@link TenantManager#run}. */
public final class TenantManagerTckTests extends PublisherVerification<Long> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    public TenantManagerTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return TenantManager.contextOnly().run(tenant -> numbers(elements));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return TenantManager.create(TenantResolver.none(), true).run(tenant -> numbers(1));
    }

    private static Flux<Long> numbers(long count) {
        return Flux.generate(() -> 0L, (state, sink) -> {
            if (state < count) {
                sink.next(state);
            } else {
                sink.complete();
            }
            return state + 1;
        });
    }
}
