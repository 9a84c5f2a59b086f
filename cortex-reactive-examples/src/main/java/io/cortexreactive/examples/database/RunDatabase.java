package io.cortexreactive.examples.database;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.persistence.postgres.PostgresBroadcaster;
import io.cortexreactive.persistence.postgres.PostgresMigrations;
import io.cortexreactive.persistence.postgres.PostgresRunStore;
import io.cortexreactive.persistence.postgres.PostgresSettings;
import io.cortexreactive.workflow.RunStore;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Where runs of workflows and channels are kept, with everything that has to be closed after them. Opening and closing
 * block.
 */
public final class RunDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String POSTGRES = "postgresql";
    private static final String POOL = "pool";

    private static final PostgresSettings SETTINGS =
            PostgresSettings.DEFAULTS.withMigrations(PostgresSettings.Migrations.AUTO);

    private final RunStore store;
    private final Broadcaster channels;
    private final String place;
    private final @Nullable ConnectionPool pool;
    private final @Nullable PostgresServer server;

    private RunDatabase(String place) {
        this.store = RunStore.inMemory();
        this.channels = Broadcaster.inMemory();
        this.place = place;
        this.pool = null;
        this.server = null;
    }

    private RunDatabase(ConnectionPool pool, String place, @Nullable PostgresServer server) {
        this.store = PostgresRunStore.create(pool, SETTINGS);
        this.channels = PostgresBroadcaster.create(pool, SETTINGS, ChannelLimits.DEFAULTS);
        this.place = place;
        this.pool = pool;
        this.server = server;
    }

    /** In the memory of this process, and gone with it. */
    public static RunDatabase inMemory() {
        return new RunDatabase("in memory");
    }

    /**
     * On a PostgreSQL server; makes the tables that are missing.
     *
     * @param url an R2DBC URL, with or without a pool; the pool is this one's own
     * @throws DatabaseSetupException if it cannot be used; never says what the URL has in it, which may be a password
     */
    public static RunDatabase at(String url) {
        return at(url, PATIENCE);
    }

    static RunDatabase at(String url, Duration patience) {
        try {
            ConnectionFactoryOptions options = withoutPool(ConnectionFactoryOptions.parse(url));
            if (!POSTGRES.equals(options.getRequiredValue(ConnectionFactoryOptions.DRIVER))) {
                throw notAnAddress();
            }
            return on(ConnectionFactories.get(options), "on PostgreSQL of CORTEX_POSTGRES_URL", null, patience);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Its message may have the URL in it.
            throw notAnAddress();
        }
    }

    private static ConnectionFactoryOptions withoutPool(ConnectionFactoryOptions options) {
        return POOL.equals(options.getRequiredValue(ConnectionFactoryOptions.DRIVER))
                ? options.mutate()
                        .option(
                                ConnectionFactoryOptions.DRIVER,
                                String.valueOf(options.getValue(ConnectionFactoryOptions.PROTOCOL)))
                        .option(ConnectionFactoryOptions.PROTOCOL, "")
                        .build()
                : options;
    }

    private static DatabaseSetupException notAnAddress() {
        return new DatabaseSetupException(
                "CORTEX_POSTGRES_URL takes an address such as r2dbc:postgresql://user:password@localhost:5432/database.",
                null);
    }

    /**
     * On a server of its own, which lives as long as this; what it keeps stays in the directory.
     *
     * @throws DatabaseSetupException if it cannot be started
     */
    public static RunDatabase embedded(Path directory) {
        PostgresServer server = PostgresServer.start(directory);
        try {
            return on(server.connections(), "on embedded PostgreSQL in " + directory, server, PATIENCE);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static RunDatabase on(
            ConnectionFactory connections, String place, @Nullable PostgresServer server, Duration patience) {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(connections)
                .initialSize(0)
                .maxSize(CONNECTIONS)
                .maxAcquireTime(PATIENCE)
                // The first socket of a process reads a file.
                .allocatorSubscribeOn(Schedulers.boundedElastic())
                .build());
        try {
            PostgresMigrations.create(pool, SETTINGS)
                    .run()
                    .timeout(patience, Mono.error(() -> new TimeoutException("It does not answer.")))
                    .block();
        } catch (RuntimeException e) {
            pool.dispose();
            String why = Exceptions.unwrap(e).getMessage();
            throw new DatabaseSetupException("Runs of workflows cannot be kept " + place + ": " + why, e);
        }
        return new RunDatabase(pool, place, server);
    }

    /** For the engine. */
    public RunStore store() {
        return store;
    }

    /** For answers that outlive their connections. */
    public Broadcaster channels() {
        return channels;
    }

    /** Whether what it keeps outlives this process. */
    public boolean isLasting() {
        return pool != null;
    }

    /** Where that is, for people. */
    public String place() {
        return place;
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.disposeLater().block(PATIENCE);
        }
        if (server != null) {
            server.close();
        }
    }
}
