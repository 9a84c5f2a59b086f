package io.cortexreactive.persistence.postgres;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.BroadcasterContract;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresBroadcasterIT extends BroadcasterContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final PostgresSettings SETTINGS = PostgresSettings.DEFAULTS.withMigrations(Migrations.AUTO);

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static Broadcaster broadcaster;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        broadcaster = PostgresBroadcaster.create(pool, SETTINGS, ChannelLimits.DEFAULTS);
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    @Override
    protected Broadcaster broadcaster() {
        return broadcaster;
    }

    @Override
    protected Broadcaster keeping(int messages) {
        ChannelLimits few = new ChannelLimits(messages, 1_000_000, Duration.ofHours(1), 1_000_000);
        return PostgresBroadcaster.create(pool, SETTINGS, few);
    }
}
