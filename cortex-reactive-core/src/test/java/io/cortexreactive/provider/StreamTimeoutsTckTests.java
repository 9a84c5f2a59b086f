package io.cortexreactive.provider;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.TextDelta;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;
import reactor.core.publisher.Flux;

/** The Reactive Streams contract; run by TestNG's engine. */
@Test
public class StreamTimeoutsTckTests extends PublisherVerification<ChatChunk> {

    /** For the TestNG engine. */
    public StreamTimeoutsTckTests() {
        super(new TestEnvironment(500, 50, false));
    }

    @Override
    public Publisher<ChatChunk> createPublisher(long elements) {
        Flux<ChatChunk> source =
                Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE)).map(number -> new TextDelta(0, "x"));
        return Flux.defer(() -> timed(source));
    }

    @Override
    public Publisher<ChatChunk> createFailedPublisher() {
        return timed(Flux.error(new IllegalStateException("for the test")));
    }

    private static Flux<ChatChunk> timed(Flux<ChatChunk> source) {
        return StreamTimeouts.apply(
                source, ProviderTimeouts.DEFAULTS, new ChatAccumulator(), () -> ProviderFailure.of("tck", null));
    }
}
