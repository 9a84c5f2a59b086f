package io.cortexreactive.persistence.redis;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.BroadcasterContract;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.channel.ChannelStore;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisBroadcasterIT extends BroadcasterContract {

    private static final RedisSettings SETTINGS =
            RedisSettings.defaults().withPrefix("test-" + Tenancy.newCorrelationId());

    private static RedisClient client;
    private static RedisConnections connections;

    @BeforeAll
    static void connect() {
        client = RedisServer.shared().client();
        connections = new RedisConnections(client, SETTINGS);
    }

    @AfterAll
    static void disconnect() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    /** What becomes of each script before it is used. */
    String edited(String script) {
        return script;
    }

    private Broadcaster keep(ChannelLimits limits) {
        return ChannelStore.broadcaster(RedisBroadcaster.store(connections, SETTINGS, limits, this::edited), limits);
    }

    private final Broadcaster broadcaster = keep(ChannelLimits.DEFAULTS);

    @Override
    protected Broadcaster broadcaster() {
        return broadcaster;
    }

    @Override
    protected Broadcaster keeping(int messages) {
        return keep(new ChannelLimits(messages, 1_000_000, Duration.ofHours(1), 1_000_000));
    }
}
