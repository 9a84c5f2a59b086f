package io.cortexreactive.chat;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams that outlive connections. Somebody publishes to a channel, any number follow it, and whoever has lost the
 * connection goes on behind the last message that it saw.
 *
 * <p>A channel has one publication, and ends with it. Its name may be used again then: the channel begins anew, and
 * forgets what it had. Channels belong to the tenant in the Context of whoever publishes or follows; another tenant's
 * are not seen. A name has up to 512 characters and is not blank, or {@link InvalidChannelException} follows.
 *
 * <p>Every publisher is cold. An implementation passes {@code BroadcasterContract}, in core's tests jar. Thread-safe.
 */
public interface Broadcaster {

    /**
     * Begins the channel and keeps what the items are as JSON, as fast as they come: nobody who follows slows them.
     * Cancelling cancels the items.
     *
     * <p>However the items end, so does the channel, with a {@linkplain ChannelMessage#last() last} message. Those who
     * follow hear of an error there, without its message where it is none of this library's, and of a cancel as the
     * error {@code publisher_cancelled}.
     *
     * @return completes when all is kept; the error of the items; {@link ChannelBusyException}, before the items are
     *     subscribed, if somebody publishes to the channel; an error of an item that cannot be kept, which cancels the
     *     items: {@link io.cortexreactive.durable.StateNotStorableException} where it is no JSON,
     *     {@link io.cortexreactive.error.LimitExceededException} where it is too large
     */
    Mono<Void> publish(String channel, Flux<?> items);

    /**
     * What is kept of a channel, and then what comes, without a gap or a duplicate. Waits for a channel that has not
     * begun. Demand and cancel are this subscriber's alone. Signals arrive on the thread that asks for more, or on
     * Reactor's parallel scheduler; never on the publisher's.
     *
     * @param afterId the id of the last message that was seen; null for the beginning
     * @return completes behind the last message, and at once if that has been seen; {@link ChannelTrimmedException} if
     *     what follows is kept no longer, at once or when a subscriber that takes too little falls so far behind;
     *     {@link UnknownMessageException} if the channel has no such message
     */
    Flux<ChannelMessage> follow(String channel, @Nullable String afterId);

    /**
     * How many follow a channel: at once, and then whenever that has changed. What is outdated before it is taken is
     * left out, so that somebody who comes and goes at once may be missed. Never ends; does not count as following.
     */
    Flux<Integer> followers(String channel);

    /** In the memory of this process, with {@link ChannelLimits#DEFAULTS}. */
    static Broadcaster inMemory() {
        return inMemory(ChannelLimits.DEFAULTS);
    }

    /** In the memory of this process. What is too old is forgotten when a channel is next used. Needs no closing. */
    static Broadcaster inMemory(ChannelLimits limits) {
        return new InMemoryBroadcaster(limits, Clock.systemUTC());
    }
}
