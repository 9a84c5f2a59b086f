package io.cortexreactive.persistence;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.persistence.postgres.PostgresBroadcaster;
import io.cortexreactive.persistence.postgres.PostgresSettings;
import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.cortexreactive.persistence.redis.RedisBroadcaster;
import io.cortexreactive.persistence.redis.RedisSettings;
import io.lettuce.core.RedisClient;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import java.net.URI;
import java.time.Duration;

/**
 * Channels for any process that has the address.
 *
 * @param onClose lets go of the connections
 */
record SharedChannels(Broadcaster broadcaster, Runnable onClose) implements AutoCloseable {

    private static final int CONNECTIONS = 4;

    /** @param address as {@link SharedStore#at} takes it */
    static SharedChannels at(String address) {
        URI uri = URI.create(address);
        return "redis".equals(uri.getScheme()) ? onRedis(uri) : onPostgres(address);
    }

    private static SharedChannels onRedis(URI address) {
        RedisClient client = RedisClient.create("redis://" + address.getAuthority());
        Broadcaster broadcaster =
                RedisBroadcaster.create(client, RedisSettings.defaults().withPrefix(address.getFragment()));
        return new SharedChannels(broadcaster, () -> client.shutdown(Duration.ZERO, Duration.ofSeconds(2)));
    }

    private static SharedChannels onPostgres(String address) {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(address))
                .initialSize(0)
                .maxSize(CONNECTIONS)
                .build());
        Broadcaster broadcaster = PostgresBroadcaster.create(
                pool, PostgresSettings.DEFAULTS.withMigrations(Migrations.AUTO), ChannelLimits.DEFAULTS);
        return new SharedChannels(
                broadcaster, () -> pool.close().onErrorComplete().block(SharedStore.PATIENCE));
    }

    @Override
    public void close() {
        onClose.run();
    }
}
