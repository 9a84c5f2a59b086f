package io.cortexreactive.message;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK against {@link ChatResponse#collect}. */
public final class ChatResponseTckTests extends PublisherVerification<ChatResponse> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    public ChatResponseTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    @Override
    public Publisher<ChatResponse> createPublisher(long elements) {
        List<ChatChunk> chunks = List.of(
                new TextDelta(0, "Hello"), new ChatCompleted(StopReason.END_TURN, Usage.of(1, 1), null, Map.of()));
        return ChatResponse.collect(Flux.fromIterable(chunks));
    }

    @Override
    public Publisher<ChatResponse> createFailedPublisher() {
        return ChatResponse.collect(Flux.error(new UnfinishedResponseException()));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
