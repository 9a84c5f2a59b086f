package io.cortexreactive.event;

import reactor.core.publisher.Flux;

/**
 * What happens, as it happens. The publishers are hot: a subscriber sees what is published after it subscribed. Each
 * subscription has its own bounded buffer, honours demand, and is called on a thread of the hub, one call at a time, so
 * it may block and harms nobody by being slow or stuck. One that throws is cancelled, and the error logged. Events of
 * one call or run arrive in order. One that comes right after others may be delivered a millisecond later, since waking
 * a thread for each would cost more than the work that is watched. Cancelling releases the buffer.
 *
 * <p>Each event is written into the buffer of each subscription, at about a microsecond for each. With up to 64
 * subscriptions a publisher may do some of that itself; with more, a thread of the hub does all of it. To show events
 * to thousands of viewers, subscribe a few times and pass them on from there.
 */
public interface EventStream {

    /** Every event. Never completes before the hub is closed. */
    Flux<CortexEvent> all();

    /** Events of this type; a family such as {@code ChatEvent.class} gives all of its members. */
    <E extends CortexEvent> Flux<E> on(Class<E> type);

    /**
     * A view whose subscriptions buffer differently. The default is 1,024 events and
     * {@link OverflowPolicy#DROP_OLDEST}.
     *
     * @param size events each subscription holds at most, from 1 to 1,048,576; the room is taken at subscription
     * @param policy what happens to an event that does not fit
     * @throws IllegalArgumentException if the size is out of range
     */
    EventStream buffer(int size, OverflowPolicy policy);

    /** Events that the subscriptions of this view, and of no other, have lost so far. */
    long dropped();

    /**
     * Events lost for every subscription of every view so far, because they were published faster than they could be
     * handed on.
     */
    long lost();
}
