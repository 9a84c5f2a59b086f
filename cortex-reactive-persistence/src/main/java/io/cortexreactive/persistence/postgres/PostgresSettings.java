package io.cortexreactive.persistence.postgres;

import io.cortexreactive.CortexConfig;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How stores work on PostgreSQL. Immutable.
 *
 * @param schema where the tables are, written as it is; null for wherever the search path finds them
 * @param prefix begins the name of each table, written as it is
 * @param migrations what a store does about its tables before it first uses them
 * @param outbox whether what happens to runs is kept for {@code notices}, for processes other than the one it happens
 *     in
 * @param times how long things take at most, and are kept
 * @param heartbeats connections for heartbeats alone, so that they go on when all others are in use; null for one of
 *     its own, made by the factory below the pool
 */
public record PostgresSettings(
        @Nullable String schema,
        String prefix,
        Migrations migrations,
        boolean outbox,
        Times times,
        @Nullable ConnectionFactory heartbeats) {

    private static final int LONGEST_PREFIX = 30;

    /** Tables {@code cortex_…} on the search path, which must be there. */
    public static final PostgresSettings DEFAULTS =
            new PostgresSettings(null, "cortex_", Migrations.VALIDATE, true, Times.DEFAULTS, null);

    /** @throws PostgresConfigurationException if schema or prefix is no name */
    public PostgresSettings {
        if (schema != null && !Identifier.isName(schema)) {
            throw new PostgresConfigurationException("'" + schema + "' is no name of a schema.");
        }
        if (prefix.length() > LONGEST_PREFIX || !Identifier.isName(prefix)) {
            throw new PostgresConfigurationException("'" + prefix + "' cannot begin the names of tables: it takes"
                    + " letters, digits and _, " + LONGEST_PREFIX + " at most, no digit first.");
        }
    }

    /** What a configuration says: which tables, and how long runs are kept after their end. */
    public static PostgresSettings of(CortexConfig.Persistence persistence) {
        Times times = new Times(
                Times.DEFAULTS.patience(),
                Times.DEFAULTS.attempt(),
                persistence.ttl(),
                Times.DEFAULTS.keepNotices(),
                persistence.pausedTtl());
        return new PostgresSettings(
                persistence.schema(), persistence.tablePrefix(), Migrations.VALIDATE, true, times, null);
    }

    /** These, with the tables in this schema. */
    public PostgresSettings withSchema(String value) {
        return new PostgresSettings(value, prefix, migrations, outbox, times, heartbeats);
    }

    /** These, with tables whose names begin so. */
    public PostgresSettings withPrefix(String value) {
        return new PostgresSettings(schema, value, migrations, outbox, times, heartbeats);
    }

    /** These, with something else done about the tables. */
    public PostgresSettings withMigrations(Migrations value) {
        return new PostgresSettings(schema, prefix, value, outbox, times, heartbeats);
    }

    /** These, with notices kept or not. */
    public PostgresSettings withOutbox(boolean value) {
        return new PostgresSettings(schema, prefix, migrations, value, times, heartbeats);
    }

    /** These, in other times. */
    public PostgresSettings withTimes(Times value) {
        return new PostgresSettings(schema, prefix, migrations, outbox, value, heartbeats);
    }

    /** These, with connections for heartbeats; they stay yours to close. */
    public PostgresSettings withHeartbeats(ConnectionFactory value) {
        return new PostgresSettings(schema, prefix, migrations, outbox, times, value);
    }

    /** A table, as a statement takes it. */
    String table(String name) {
        String quoted = '"' + prefix + name + '"';
        return schema == null ? quoted : '"' + schema + "\"." + quoted;
    }

    /** What is done about the tables. */
    public enum Migrations {
        /** Looks whether they are those that this version works with; makes none. */
        VALIDATE,
        /** Makes those that are missing, at once or not at all, however many processes begin to. */
        AUTO,
        /** Looks at nothing: another tool takes care of them. */
        OFF
    }

    /**
     * How long things take at most, and are kept.
     *
     * @param patience how long a step is tried for while the database does not answer
     * @param attempt how long one attempt of it may take
     * @param keepRuns how long runs are kept after their end
     * @param keepNotices how long notices are kept that nobody takes off
     * @param keepPaused how long runs may be paused before they are cancelled; null for as long as they like
     */
    public record Times(
            Duration patience,
            Duration attempt,
            Duration keepRuns,
            Duration keepNotices,
            @Nullable Duration keepPaused) {

        /** 15 s, 5 s, 7 days, 1 hour. */
        public static final Times DEFAULTS =
                new Times(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofDays(7), Duration.ofHours(1));

        /** @throws PostgresConfigurationException if one is not longer than nothing */
        public Times {
            for (Duration time : new Duration[] {patience, attempt, keepRuns, keepNotices, keepPaused}) {
                if (time != null && (time.isNegative() || time.isZero())) {
                    throw new PostgresConfigurationException("A time of a store is longer than nothing.");
                }
            }
        }

        /** Runs may be paused for as long as they like. */
        public Times(Duration patience, Duration attempt, Duration keepRuns, Duration keepNotices) {
            this(patience, attempt, keepRuns, keepNotices, null);
        }

        /** These, with another patience, for one attempt and in all. */
        public Times withPatience(Duration one, Duration all) {
            return new Times(all, one, keepRuns, keepNotices, keepPaused);
        }

        /** These, where runs are kept for another time after their end. */
        public Times withKeepRuns(Duration value) {
            return new Times(patience, attempt, value, keepNotices, keepPaused);
        }

        /** These, where runs that are paused for longer are cancelled. */
        public Times withKeepPaused(Duration value) {
            return new Times(patience, attempt, keepRuns, keepNotices, value);
        }
    }
}
