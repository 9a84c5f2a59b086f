package io.cortexreactive.event;

import reactor.core.publisher.Mono;

/** Both ends of the event stream, with what owns its threads. Made once, by the front door. Thread-safe. */
public interface EventHub extends EventPublisher {

    /**
     * Makes a hub. It starts no thread before the first event that somebody wants.
     *
     * @param settings which events exist, and which of them are logged
     */
    static EventHub create(EventSettings settings) {
        return DefaultEventHub.start(settings);
    }

    /** The end people listen at. Always the same view, so its {@link EventStream#dropped()} counts all of its use. */
    EventStream stream();

    /** Events lost for everybody, because they were published faster than the hub could pass them on. */
    long lost();

    /**
     * Ends the hub: from now on it wants nothing, what is buffered is delivered, every subscription completes, and the
     * threads end. Starts on subscription and is idempotent. A subscriber that is stuck, or asks for nothing, is waited
     * for 5 seconds; then its buffer is dropped and counted, and 1 second later its thread is interrupted.
     *
     * @return completes when all of that is done, and never fails
     */
    Mono<Void> close();
}
