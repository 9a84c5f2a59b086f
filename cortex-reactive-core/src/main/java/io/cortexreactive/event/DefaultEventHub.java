package io.cortexreactive.event;

import io.cortexreactive.event.EventTypes.EventType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Publishers put events into one bounded ring. Whoever finds nobody passing events on does it for a while, and leaves
 * the rest to the hub's own thread. Passing on means writing into the mailbox of each subscription; what subscribers do
 * happens on other threads.
 */
final class DefaultEventHub implements EventHub {

    private static final AtomicReferenceFieldUpdater<DefaultEventHub, Audience> AUDIENCE =
            AtomicReferenceFieldUpdater.newUpdater(DefaultEventHub.class, Audience.class, "audience");

    private static final int RING_SIZE = 1 << 14;
    private static final int HELP = 64;
    private static final int SUBSCRIBER_THREADS = 64;
    private static final Duration SUBSCRIBER_NAP = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

    private final EventTypes types;
    private final EventLog log;
    private final PublishRing ring;
    private final Baton baton = new Baton();
    private final Sinks.Many<CortexEvent> sink =
            Sinks.unsafe().many().multicast().directBestEffort();
    private final LongAdder lost = new LongAdder();
    private final EventThreads hubThread = new EventThreads("cortex-events-hub", 1);
    private final EventThreads subscriberThreads =
            new EventThreads("cortex-events", SUBSCRIBER_THREADS, SUBSCRIBER_NAP);
    private final EventStream stream = DefaultEventStream.of(this);
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile Audience audience = Audience.NOBODY;
    private volatile boolean closing;

    private DefaultEventHub(EventSettings settings, int ringSize) {
        ring = new PublishRing(ringSize);
        types = new EventTypes(settings);
        log = new EventLog(settings.logging());
    }

    static DefaultEventHub start(EventSettings settings) {
        return start(settings, RING_SIZE);
    }

    static DefaultEventHub start(EventSettings settings, int ringSize) {
        DefaultEventHub hub = new DefaultEventHub(settings, ringSize);
        if (settings.enabled() && settings.logging().enabled()) {
            hub.open(Mailbox.overhearing(hub.log, DefaultEventStream.of(hub), hub::isToBeLogged));
        }
        return hub;
    }

    @Override
    public boolean wants(Class<? extends CortexEvent> type) {
        EventType known = types.get(type);
        return known.isEnabled() && !closing && (known.isAmong(audience.types()) || (known.isLogged() && log.isOn()));
    }

    private boolean isToBeLogged(CortexEvent event) {
        return types.get(event.getClass()).isLogged() && log.isOn();
    }

    @Override
    public void publish(CortexEvent event) {
        if (!wants(event.getClass())) {
            return;
        }
        if (!ring.offer(event)) {
            lost.increment();
        } else if (baton.ask()) {
            help();
        }
    }

    /** Where many listen, a single event costs so much that its publisher is not to pay for it. */
    private void help() {
        if (audience.open().size() > HELP) {
            hubThread.execute(this::passOnAll);
        } else {
            passOn(HELP);
        }
    }

    /** For the holder of the baton alone. */
    private void passOn(int atMost) {
        int left = atMost;
        do {
            baton.begin();
            for (CortexEvent event = ring.poll(); event != null; event = ring.poll()) {
                sink.tryEmitNext(event);
                if (--left == 0) {
                    hubThread.execute(this::passOnAll);
                    return;
                }
            }
            if (closing) {
                sink.tryEmitComplete();
            }
        } while (!baton.release());
    }

    private void passOnAll() {
        passOn(Integer.MAX_VALUE);
    }

    @Override
    public EventStream stream() {
        return stream;
    }

    @Override
    public long lost() {
        return lost.sum();
    }

    EventThreads subscriberThreads() {
        return subscriberThreads;
    }

    /** Starts a subscription, which gets what is published from the moment it is told so. */
    void open(Mailbox<?> mailbox) {
        if (AUDIENCE.updateAndGet(this, now -> now.with(mailbox)).closed()) {
            mailbox.refuse();
        } else {
            sink.asFlux().subscribe(mailbox);
            mailbox.start();
        }
    }

    void leave(Mailbox<?> mailbox) {
        AUDIENCE.updateAndGet(this, now -> now.without(mailbox));
        endIfEmpty();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(this::closeGently)
                .timeout(PATIENCE, Mono.defer(this::abandonSubscribers))
                .timeout(PATIENCE.plus(LAST_PATIENCE), Mono.fromRunnable(this::interruptSubscribers));
    }

    private Mono<Void> closeGently() {
        closing = true;
        if (baton.ask()) {
            passOn(HELP);
        }
        endIfEmpty();
        return closed.asMono();
    }

    private void endIfEmpty() {
        if (closing && AUDIENCE.updateAndGet(this, Audience::closedIfEmpty).closed()) {
            hubThread.end();
            subscriberThreads.end();
            closed.tryEmitEmpty();
        }
    }

    private Mono<Void> abandonSubscribers() {
        audience.open().forEach(Mailbox::abandon);
        return closed.asMono();
    }

    private void interruptSubscribers() {
        subscriberThreads.endNow();
        hubThread.end();
        closed.tryEmitEmpty();
    }
}
