package io.cortexreactive.persistence.redis;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.channel.ChannelStore;
import io.cortexreactive.durable.StoreUnavailableException;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Channels in Redis Streams, of Redis 6.2 or newer, which any number of processes publish to and follow. What a run
 * store promises there, and does not, holds here.
 *
 * <p>A process has one connection, whatever it publishes and however many follow, and no command blocks on it: it looks
 * for what is new in a channel with one script after the other, 20 ms after it has found something, and 500 ms apart
 * once nothing comes; what is published in the same process is seen at once. Messages are numbered, so that one that is
 * sent again after a connection was lost is kept once. Up to 1,024 items of a publication wait for Redis; then their
 * source does. A publisher that was not heard of for {@link ChannelStore#LEASE} has lost its channel: those who follow
 * hear the error {@code publication_lost} at its end, and it gets
 * {@link io.cortexreactive.chat.channel.PublicationLostException}.
 *
 * <p>An outage of some seconds is ridden out, by those who publish and by those who follow; then they fail with
 * {@link StoreUnavailableException}. Keys expire by themselves.
 */
public final class RedisBroadcaster {

    /** A server that starts again is waited for, so that no publication is lost to it. */
    private static final Retry RIDE_OUT = Retry.backoff(8, Duration.ofMillis(100))
            .maxBackoff(Duration.ofSeconds(2))
            .filter(StoreUnavailableException.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    private static final long PAGE_BYTES = 1024L * 1024;

    private RedisBroadcaster() {}

    /** With {@link ChannelLimits#DEFAULTS}. */
    public static Broadcaster create(RedisClient client, RedisSettings settings) {
        return create(client, settings, ChannelLimits.DEFAULTS);
    }

    /**
     * A broadcaster that connects when it is used first; see {@link RedisRunStore#create}.
     *
     * @param client this broadcaster's own, whose options it sets; it stays yours to shut down
     * @param limits how much is kept; the same in all processes, or those that keep less win
     */
    public static Broadcaster create(RedisClient client, RedisSettings settings, ChannelLimits limits) {
        return ChannelStore.broadcaster(
                store(new RedisConnections(client, settings), settings, limits, UnaryOperator.identity()), limits);
    }

    static ChannelStore store(
            RedisConnections connections, RedisSettings settings, ChannelLimits limits, UnaryOperator<String> edit) {
        return new Channels(
                new RedisScripts<>(connections, settings.tag(), "channels", ChannelScript.class, edit), limits);
    }

    private record Channels(RedisScripts<ChannelScript> scripts, ChannelLimits limits) implements ChannelStore {

        private static Arguments of(ChannelKey key) {
            return Arguments.of(key.tenantId(), key.channel());
        }

        private Mono<Boolean> verdict(ChannelScript script, Arguments arguments) {
            return scripts.run(script, arguments).retryWhen(RIDE_OUT).map(reply -> Replies.flag(reply, 0));
        }

        @Override
        public Mono<Boolean> begin(ChannelKey key, String publication) {
            return verdict(ChannelScript.BEGIN, of(key).add(publication, LEASE, limits.age()));
        }

        @Override
        public Mono<Boolean> append(Append append) {
            Arguments arguments = of(append.key())
                    .add(append.publication(), append.after())
                    .add(append.last() ? 1 : 0, append.ifLost() ? 1 : 0, LEASE, limits.age())
                    .add(limits.messages(), limits.bytes(), ChannelLimits.OVERHEAD);
            append.messages().forEach(arguments::add);
            return verdict(ChannelScript.APPEND, arguments);
        }

        @Override
        public Mono<Page> read(ChannelKey key, long after, int limit) {
            return scripts.run(ChannelScript.READ, of(key).add(after, limit, limits.age(), PAGE_BYTES))
                    .map(reply -> reply.isEmpty() ? Page.NOTHING : page(reply));
        }

        private static Page page(List<Object> reply) {
            List<Stored> messages = new ArrayList<>();
            for (int i = 4; i < reply.size(); i += 2) {
                messages.add(new Stored((Long) reply.get(i), reply.get(i + 1).toString()));
            }
            return new Page(
                    reply.get(0).toString(),
                    (Long) reply.get(1),
                    Replies.flag(reply, 2),
                    Replies.flag(reply, 3),
                    messages);
        }

        @Override
        public Mono<Void> announce(Presence presence) {
            Arguments arguments =
                    of(presence.key()).add(presence.process(), presence.followers(), presence.version(), LEASE);
            return scripts.run(ChannelScript.ANNOUNCE, arguments).then();
        }

        @Override
        public Mono<Integer> followers(ChannelKey key) {
            return scripts.run(ChannelScript.FOLLOWERS, of(key)).map(reply -> ((Long) reply.get(0)).intValue());
        }

        @Override
        public Mono<Void> purge() {
            return scripts.run(ChannelScript.PURGE, Arguments.of("", "", limits.age(), limits.bytesInAll()))
                    .then();
        }
    }
}
