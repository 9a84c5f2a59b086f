package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where channels are kept that several processes share. Each step is one statement or script: guard and change
 * together, or nothing. Steps that write have the same effect and answer when they are sent again with the same values,
 * and go on when their subscriber leaves. The store's clock alone counts.
 *
 * <p>Every publisher is cold. Errors are {@link io.cortexreactive.durable.StoreUnavailableException}, which may be
 * tried again, and {@link io.cortexreactive.durable.StoreFailedException}.
 */
public interface ChannelStore {

    /** How long a channel is its publisher's, or a process counts as there, after it was last heard of. */
    Duration LEASE = Duration.ofSeconds(30);

    /**
     * Begins a publication, for a {@link #LEASE}, and removes the one before.
     *
     * @param publication never used before
     * @return false if another one goes on, whose publisher was heard of lately
     */
    Mono<Boolean> begin(ChannelKey key, String publication);

    /**
     * Keeps messages, numbered on from the latest one, and then forgets those that are too many or too old. Without
     * messages it only says that the publisher is there.
     *
     * @return false if the publication is not the channel's, has ended, or has another latest message
     */
    Mono<Boolean> append(Append append);

    /**
     * Messages behind a number that are kept, oldest first, and how the channel is, all of one moment. Gives always a
     * page. Followers read at the end of the channel most of the time.
     *
     * @param limit the most messages; there may be fewer where they are large, but one at least
     */
    Mono<Page> read(ChannelKey key, long after, int limit);

    /** Says how many follow in a process, for a {@link #LEASE}. What is older than what is known changes nothing. */
    Mono<Void> announce(Presence presence);

    /** How many follow, in all processes that were heard of lately. */
    Mono<Integer> followers(ChannelKey key);

    /** Forgets channels that are too old, or ended first where all of them have too much. */
    Mono<Void> purge();

    /**
     * The channels of a store, as {@link Broadcaster} has them; {@link ChannelLimits#age} and others are the store's.
     */
    static Broadcaster broadcaster(ChannelStore store, ChannelLimits limits) {
        return new StoredBroadcaster(store, limits);
    }

    /**
     * Messages to be kept.
     *
     * @param after the number of the message before
     * @param messages as JSON
     * @param last whether the publication ends with the last of them
     * @param ifLost only if its publisher was not heard of for a {@link #LEASE}
     */
    record Append(ChannelKey key, String publication, long after, List<String> messages, boolean last, boolean ifLost) {

        /** Copies the messages. */
        public Append {
            messages = List.copyOf(messages);
        }
    }

    /**
     * How a channel is, and some of its messages.
     *
     * @param publication null for a channel that has not begun, or was forgotten
     * @param latest the number of the latest message there has been
     * @param ended whether that is the last one
     * @param lost whether it has not ended, and its publisher was not heard of for a {@link #LEASE}
     */
    record Page(@Nullable String publication, long latest, boolean ended, boolean lost, List<Stored> messages) {

        /** Of a channel of which there is nothing. */
        public static final Page NOTHING = new Page(null, 0, false, false, List.of());

        /** Copies the messages. */
        public Page {
            messages = List.copyOf(messages);
        }
    }

    /** A message with its number, as JSON. */
    record Stored(long number, String json) {}

    /**
     * Who follows in a process.
     *
     * @param process an id that no other process has
     * @param version greater in what is said later
     */
    record Presence(ChannelKey key, String process, int followers, long version) {}
}
