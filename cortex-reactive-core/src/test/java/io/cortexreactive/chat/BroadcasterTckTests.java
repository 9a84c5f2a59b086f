package io.cortexreactive.chat;

import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK against {@link Broadcaster#follow}. */
public final class BroadcasterTckTests extends PublisherVerification<ChannelMessage> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();
    private static final int MOST = 1_000;

    public BroadcasterTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    @Override
    public long maxElementsFromPublisher() {
        return MOST;
    }

    @Override
    public Publisher<ChannelMessage> createPublisher(long elements) {
        Broadcaster broadcaster = Broadcaster.inMemory();
        broadcaster.publish("channel", Flux.range(0, (int) elements)).block();
        return broadcaster.follow("channel", null).filter(message -> !message.last());
    }

    @Override
    public Publisher<ChannelMessage> createFailedPublisher() {
        return Broadcaster.inMemory().follow("channel", "garbage");
    }
}
