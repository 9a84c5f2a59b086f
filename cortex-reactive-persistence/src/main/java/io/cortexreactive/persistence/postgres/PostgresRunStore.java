package io.cortexreactive.persistence.postgres;

import io.cortexreactive.workflow.RunStore;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs of workflows in PostgreSQL, 14 or later, for any number of processes. A step is one statement, which commits by
 * itself; transitions of many runs that are made at once ride together. The database's clock alone counts.
 *
 * <p>What was sent goes on when its subscriber leaves. An answer that is lost is asked for again, until patience ends;
 * then it is a {@link io.cortexreactive.durable.StoreUnavailableException}. What the database refuses is a
 * {@link io.cortexreactive.durable.StoreFailedException}; tables that are not as they must be, a
 * {@link SchemaMismatchException}.
 */
public final class PostgresRunStore {

    private static final Duration IDLE = Duration.ofMinutes(1);

    private PostgresRunStore() {}

    /** On the tables that the search path finds, which must be there. */
    public static RunStore create(ConnectionFactory connections) {
        return create(connections, PostgresSettings.DEFAULTS);
    }

    /** On these connections, best of a pool; they stay yours to close. Nothing is done before the first use. */
    public static RunStore create(ConnectionFactory connections, PostgresSettings settings) {
        return RunStore.of(log(connections, settings, SqlFile.text("runs.sql")));
    }

    static PostgresRunLog log(ConnectionFactory connections, PostgresSettings settings, String sql) {
        return log(connections, settings, SqlFile.of(sql, tables(settings)));
    }

    static PostgresRunLog log(ConnectionFactory connections, PostgresSettings settings, SqlFile sql) {
        StoredJson.load();
        SchemaCheck schema =
                new SchemaCheck(PostgresMigrations.create(connections, settings).run());
        Database database = new Database(connections, schema.ready(), settings.times());
        Database beats = new Database(heartbeats(connections, settings), schema.ready(), settings.times());
        return new PostgresRunLog(database, beats, sql);
    }

    private static Map<String, String> tables(PostgresSettings settings) {
        Map<String, String> tables = new TreeMap<>();
        tables.put("states", settings.table("workflow_states"));
        tables.put("steps", settings.table("workflow_steps"));
        tables.put("workers", settings.table("workers"));
        tables.put("outbox", settings.table("outbox"));
        tables.put("readers", settings.table("outbox_readers"));
        tables.put("running", settings.table("workflow_running"));
        tables.put("publish", Boolean.toString(settings.outbox()));
        return tables;
    }

    /** One that is kept while it beats, and closed a minute after. */
    private static ConnectionFactory heartbeats(ConnectionFactory connections, PostgresSettings settings) {
        ConnectionFactory own = settings.heartbeats();
        if (own != null) {
            return own;
        }
        return new ConnectionPool(ConnectionPoolConfiguration.builder(belowPool(connections))
                .initialSize(0)
                .maxSize(1)
                .maxIdleTime(IDLE)
                .maxAcquireTime(settings.times().attempt())
                .build());
    }

    private static ConnectionFactory belowPool(ConnectionFactory connections) {
        return connections instanceof Wrapped<?> wrapper && wrapper.unwrap() instanceof ConnectionFactory below
                ? belowPool(below)
                : connections;
    }
}
