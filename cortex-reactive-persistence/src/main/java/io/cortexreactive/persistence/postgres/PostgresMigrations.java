package io.cortexreactive.persistence.postgres;

import io.cortexreactive.error.Sha256;
import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes the tables of the stores, or looks whether they are there. The stores do so by themselves; this is for whoever
 * wants it done at a time of their own, by a role of their own. The scripts are in the jar, beside this class, for any
 * other tool; {@code ${prefix}} in them begins the name of each table.
 */
public final class PostgresMigrations {

    private static final List<String> SCRIPTS =
            List.of("V1__runs_and_conversations.sql", "V2__channels.sql", "V3__agent_runs.sql", "V4__deadlines.sql");

    /** Others may have to be waited for that make the same tables. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private static final String VERSIONS =
            "create table %s (version int primary key, checksum text not null, applied_at timestamptz not null default"
                    + " now())";

    private final ConnectionFactory connections;
    private final PostgresSettings settings;
    private final List<String> scripts;
    private final List<String> checksums;

    PostgresMigrations(ConnectionFactory connections, PostgresSettings settings, List<String> scripts) {
        this.connections = connections;
        this.settings = settings;
        this.scripts = List.copyOf(scripts);
        this.checksums = scripts.stream().map(PostgresMigrations::checksum).toList();
    }

    /** On these connections, which stay yours to close. */
    public static PostgresMigrations create(ConnectionFactory connections, PostgresSettings settings) {
        return new PostgresMigrations(
                connections, settings, SCRIPTS.stream().map(SqlFile::text).toList());
    }

    /**
     * Does what the settings say, in one transaction: whole or not at all, also when it is cancelled. Of several that
     * begin at once, one does it and the others wait.
     *
     * <p>A look that takes longer than the patience of the settings, or a migration that takes longer than 5 minutes,
     * is given up.
     *
     * @return {@link SchemaMismatchException} if the tables are not those that this version works with
     */
    public Mono<Void> run() {
        if (settings.migrations() == Migrations.OFF) {
            return Mono.empty();
        }
        return Flux.usingWhen(
                        Mono.defer(() -> Mono.<Connection>from(connections.create())),
                        connection -> Mono.from(connection.beginTransaction())
                                .then(Mono.defer(() -> migrate(connection)))
                                .then(Mono.defer(() -> Mono.from(connection.commitTransaction()))),
                        Database::giveBack,
                        (connection, error) -> rollBack(connection),
                        connection -> Database.end(connection).then(Mono.defer(() -> rollBack(connection))))
                .then()
                .timeout(
                        settings.migrations() == Migrations.AUTO
                                ? LONGEST
                                : settings.times().patience())
                .onErrorMap(Exception.class, DriverErrors::ofStore);
    }

    private static Mono<Void> rollBack(Connection connection) {
        return Mono.from(connection.rollbackTransaction())
                .timeout(LONGEST_END)
                .then(Mono.defer(() -> Database.giveBack(connection)))
                .onErrorResume(error -> Database.sever(connection));
    }

    private Mono<Void> migrate(Connection connection) {
        return settings.migrations() == Migrations.VALIDATE
                ? applied(connection).doOnNext(this::validate).then()
                : lock(connection)
                        .then(Mono.defer(() -> applied(connection)))
                        .flatMap(applied -> apply(connection, applied));
    }

    private Mono<Void> lock(Connection connection) {
        return rows(connection, Query.of("select pg_advisory_xact_lock(hashtextextended($1, 0))", versions()))
                .then();
    }

    private String versions() {
        return settings.table("schema_version");
    }

    /** Checksums by version; empty where there is no table of them. */
    private Mono<Map<Integer, String>> applied(Connection connection) {
        return rows(connection, Query.of("select to_regclass($1) is not null", versions()))
                .next()
                .flatMap(found -> Boolean.TRUE.equals(found.get(0)) ? checksums(connection) : Mono.just(Map.of()));
    }

    private Mono<Map<Integer, String>> checksums(Connection connection) {
        return rows(connection, Query.of("select version, checksum from " + versions()))
                .collectMap(row -> (Integer) row.get(0), row -> (String) row.get(1), HashMap::new);
    }

    private static Flux<List<Object>> rows(Connection connection, Query query) {
        return Flux.from(query.on(connection).execute())
                .concatMap(result -> result.map((row, metadata) -> IntStream.range(
                                0, metadata.getColumnMetadatas().size())
                        .<Object>mapToObj(row::get)
                        .toList()));
    }

    private void validate(Map<Integer, String> applied) {
        check(applied);
        if (applied.size() < scripts.size()) {
            throw new SchemaMismatchException("The tables " + versions() + " tells of are of version " + applied.size()
                    + ", and this library works with " + scripts.size() + ". Let it make them, with"
                    + " withMigrations(Migrations.AUTO) and a role that may, or apply the scripts in its jar and set"
                    + " Migrations.OFF.");
        }
    }

    /** What is there may be less than this library knows, but nothing else. */
    private void check(Map<Integer, String> applied) {
        applied.forEach((version, checksum) -> {
            if (version > scripts.size()) {
                throw new SchemaMismatchException("The tables " + versions() + " tells of are of version " + version
                        + ", of a newer library than this one, which knows " + scripts.size()
                        + ". Take that one; nothing was changed.");
            }
            if (!checksum.equals(checksums.get(version - 1))) {
                throw new SchemaMismatchException("Version " + version + " of the tables " + versions()
                        + " tells of was made by another script than this library has. Take the library that made it,"
                        + " or tables of their own by another prefix or schema; nothing was changed.");
            }
        });
    }

    private static String checksum(String script) {
        return Sha256.hex(script);
    }

    private Mono<Void> apply(Connection connection, Map<Integer, String> applied) {
        check(applied);
        Flux<String> begin = Flux.fromIterable(applied.isEmpty() ? preparation() : List.of());
        Flux<Void> missing = Flux.range(1, scripts.size())
                .filter(version -> !applied.containsKey(version))
                .concatMap(version -> apply(connection, version));
        return inSchema(connection)
                .then(begin.concatMap(sql -> execute(connection, sql)).then())
                .then(missing.then());
    }

    private List<String> preparation() {
        return List.of(VERSIONS.formatted(versions()));
    }

    /** For this transaction alone. */
    private Mono<Void> inSchema(Connection connection) {
        String schema = settings.schema();
        if (schema == null) {
            return Mono.empty();
        }
        return rows(connection, Query.of("select to_regnamespace(quote_ident($1)) is null", schema))
                .next()
                .flatMap(missing -> Boolean.TRUE.equals(missing.get(0))
                        ? execute(connection, "create schema \"" + schema + '"')
                        : Mono.empty())
                .then(Mono.defer(() -> execute(connection, "set local search_path to \"" + schema + '"')));
    }

    private Mono<Void> apply(Connection connection, int version) {
        String script = SqlFile.filled(scripts.get(version - 1), Map.of("prefix", settings.prefix()));
        Query done = Query.of(
                "insert into " + versions() + " (version, checksum) values ($1, $2)",
                version,
                checksums.get(version - 1));
        return execute(connection, script)
                .thenMany(Flux.defer(() -> done.on(connection).execute()))
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private static Mono<Void> execute(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }
}
