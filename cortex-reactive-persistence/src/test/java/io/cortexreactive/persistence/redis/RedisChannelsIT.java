package io.cortexreactive.persistence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.channel.ChannelStore;
import io.cortexreactive.persistence.LostPublisherContract;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What the keys keep, and forget. */
class RedisChannelsIT extends LostPublisherContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final ChannelLimits LIMITS = new ChannelLimits(100, 5_000, Duration.ofHours(1), 12_000);
    private static final ChannelKey KEY = new ChannelKey("acme", "answer");

    private final RedisStore redis = new RedisStore(RedisServer.shared());
    private final RedisClient client = RedisServer.shared().client();
    private final ChannelStore store = RedisBroadcaster.store(
            new RedisConnections(client, redis.settings()), redis.settings(), LIMITS, UnaryOperator.identity());
    private final Broadcaster broadcaster = ChannelStore.broadcaster(store, LIMITS);

    @AfterEach
    void disconnect() {
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    protected Broadcaster broadcaster() {
        return broadcaster;
    }

    @Override
    protected void leasesEnd() {
        List<String> channels = redis.commands().keys(redis.key("channel:*"));
        channels.forEach(channel -> redis.commands().hset(channel, "held", "0"));
    }

    private void publish(String channel, Flux<?> items) {
        broadcaster.publish(channel, items).block(TIMEOUT);
    }

    private List<String> streams() {
        return redis.commands().keys(redis.key("channel-messages:*"));
    }

    @Test
    void bytesOfAChannelAreBounded() {
        publish("large", Flux.just("x".repeat(1_000)).repeat(50));

        assertThat(redis.commands().xlen(streams().get(0))).isEqualTo(4);
    }

    @Test
    void keysExpireWithTheirMessages() {
        publish("a", Flux.just("a"));

        assertThat(redis.commands().pttl(streams().get(0)))
                .isBetween(1L, LIMITS.age().toMillis());
        assertThat(redis.commands().pttl(redis.key("channel:0:a")))
                .isBetween(1L, LIMITS.age().toMillis());
    }

    @Test
    void ofAllThatHaveTooMuchThoseThatEndedFirstAreForgotten() {
        String item = "x".repeat(4_000);
        for (String channel : List.of("first", "second", "third", "fourth")) {
            publish(channel, Flux.just(item));
        }
        store.purge().block(TIMEOUT);

        assertThat(streams())
                .containsExactlyInAnyOrder(
                        redis.key("channel-messages:0:third"), redis.key("channel-messages:0:fourth"));
    }

    @Test
    void lateAnnouncementsChangeNothing() {
        store.announce(new ChannelStore.Presence(KEY, "process", 3, 2))
                .then(store.announce(new ChannelStore.Presence(KEY, "process", 1, 1)))
                .block(TIMEOUT);

        assertThat(store.followers(KEY).block(TIMEOUT)).isEqualTo(3);
    }
}
