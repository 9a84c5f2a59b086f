package io.cortexreactive.event;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterMethod;

/**
 * The Reactive Streams TCK against {@link EventStream#all}, fed from the first request on as fast as events are taken.
 */
public final class EventStreamTckTests extends PublisherVerification<CortexEvent> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();
    private static final long AHEAD = 512;

    private final Queue<EventHub> hubs = new ConcurrentLinkedQueue<>();

    public EventStreamTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    @Override
    public Publisher<CortexEvent> createPublisher(long elements) {
        EventHub hub = Hubs.quiet();
        hubs.add(hub);
        Feeder feeder = new Feeder(hub, elements);
        return hub.stream().all().doOnRequest(demand -> feeder.start()).doOnNext(event -> feeder.publish(1));
    }

    /** Nothing makes a subscription fail at once. */
    @Override
    @SuppressWarnings("NullAway")
    public Publisher<CortexEvent> createFailedPublisher() {
        return null;
    }

    @AfterMethod
    public void close() {
        for (EventHub hub = hubs.poll(); hub != null; hub = hubs.poll()) {
            hub.close().subscribe();
        }
    }

    private static final class Feeder {

        private final EventHub hub;
        private final AtomicLong left;
        private final AtomicBoolean started = new AtomicBoolean();

        private Feeder(EventHub hub, long elements) {
            this.hub = hub;
            this.left = new AtomicLong(elements);
        }

        private void start() {
            if (started.compareAndSet(false, true)) {
                publish(AHEAD);
            }
        }

        private void publish(long atMost) {
            for (long count = 0; count < atMost; count++) {
                long number = left.getAndDecrement();
                if (number > 0) {
                    hub.publish(Note.said((int) number));
                }
                if (number <= 1) {
                    hub.close().subscribe();
                    return;
                }
            }
        }
    }
}
