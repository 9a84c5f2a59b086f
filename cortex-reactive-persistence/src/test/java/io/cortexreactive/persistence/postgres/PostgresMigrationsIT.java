package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PostgresMigrationsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    /** Tables of its own for each test. */
    private final PostgresSettings settings = PostgresSettings.DEFAULTS
            .withSchema("s" + SCHEMAS.incrementAndGet())
            .withMigrations(Migrations.AUTO);

    private Mono<Void> run(PostgresSettings with) {
        return PostgresMigrations.create(DATABASE.connections(), with).run();
    }

    private Mono<Void> run(String... scripts) {
        return new PostgresMigrations(DATABASE.connections(), settings, List.of(scripts)).run();
    }

    private boolean exists(String query) {
        return PostgresDatabase.exists(DATABASE.connections(), query.replace("$s", String.valueOf(settings.schema())));
    }

    private boolean hasTable(String name) {
        return exists("select 1 where to_regclass('" + settings.schema() + "." + name + "') is not null");
    }

    private static void assertRefused(Mono<Void> migration, String... words) {
        StepVerifier.create(migration)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(SchemaMismatchException.class)
                        .hasMessageContainingAll(words))
                .verify(TIMEOUT);
    }

    @Test
    void tablesAreMadeOnceHoweverManyBegin() {
        StepVerifier.create(Flux.range(0, 8).flatMap(i -> run(settings), 8))
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(exists("select 1 from $s.cortex_schema_version having count(*) = 4"))
                .isTrue();
        assertThat(hasTable("cortex_workflow_states")).isTrue();
        StepVerifier.create(run(settings.withMigrations(Migrations.VALIDATE)))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void tablesThatAreMissingAreNotMadeUnlessAsked() {
        assertRefused(
                run(settings.withMigrations(Migrations.VALIDATE)), "version 0", "Migrations.AUTO", "Migrations.OFF");
        StepVerifier.create(run(settings.withMigrations(Migrations.OFF)))
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(hasTable("cortex_workflow_states")).isFalse();
    }

    @Test
    void tablesOfANewerLibraryAreRefused() {
        StepVerifier.create(run("create table a (id int)", "create table b (id int)"))
                .expectComplete()
                .verify(TIMEOUT);

        assertRefused(run("create table a (id int)"), "version 2", "newer library");
    }

    @Test
    void tablesOfAnotherScriptAreRefused() {
        StepVerifier.create(run("create table a (id int)")).expectComplete().verify(TIMEOUT);

        assertRefused(run("create table a (id bigint)", "create table b (id int)"), "Version 1", "another script");
        assertThat(hasTable("b")).isFalse();
    }

    @Test
    void tablesOfAnOlderLibraryAreBroughtUp() {
        StepVerifier.create(run("create table a (id int)")).expectComplete().verify(TIMEOUT);
        StepVerifier.create(run("create table a (id int)", "create table \"${prefix}b\" (id int)"))
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(hasTable("cortex_b")).isTrue();
    }

    @Test
    void failedMigrationLeavesNothing() {
        StepVerifier.create(run("create table a (id int)", "create table b (id nothing)"))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("nothing"))
                .verify(TIMEOUT);

        assertThat(exists("select 1 where to_regnamespace('$s') is not null")).isFalse();
    }

    /** Frees a lock that its own connection holds, which tells others that it runs; then takes its time. */
    @Test
    void migrationThatIsCancelledMidwayLeavesNothing() {
        ConnectionPool single = DATABASE.pool(1);
        PostgresMigrations slow = new PostgresMigrations(
                single,
                settings,
                List.of("create table a (id int); select pg_advisory_unlock(9); select pg_sleep(600)"));
        Mono<Void> running = on(DATABASE.connections()::create, "select pg_advisory_lock(9)");

        StepVerifier.create(on(single::create, "select pg_advisory_lock(9)")
                        .then(slow.run().takeUntilOther(running))
                        .then(on(single::create, "select 1")))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(exists("select 1 where to_regnamespace('$s') is not null")).isFalse();
        single.close().block(TIMEOUT);
    }

    private static Mono<Void> on(Supplier<? extends Publisher<? extends Connection>> connections, String sql) {
        return Flux.usingWhen(
                        Mono.defer(() -> Mono.from(connections.get())),
                        connection -> PostgresDatabase.execute(connection, sql),
                        Connection::close)
                .then();
    }

    @Test
    void tablesMayHaveAnotherPrefix() {
        PostgresSettings other = settings.withPrefix("Other_");
        StepVerifier.create(run(settings).then(run(other))).expectComplete().verify(TIMEOUT);

        assertThat(hasTable("\"Other_workflow_states\"")).isTrue();
        assertThat(hasTable("cortex_workflow_states")).isTrue();
    }

    @Test
    void viewsShowWhatJsonbCannotHold() {
        StepVerifier.create(run(settings)).expectComplete().verify(TIMEOUT);
        String values = "insert into $s.cortex_messages (tenant_id, conversation_id, position, message) values ";
        DATABASE.run((values + "('', 'c', 1, '{\"a\":1}'), ('', 'c', 2, convert_to('\"\\u0000\"', 'UTF8')),"
                        + " ('', 'c', 3, convert_to('{', 'UTF8')), ('', 'c', 4, '\\xff')")
                .replace("$s", String.valueOf(settings.schema())));

        assertThat(exists("select 1 from $s.cortex_messages_json where message ->> 'a' = '1'"))
                .isTrue();
        assertThat(exists("select 1 from $s.cortex_messages_json having count(message) = 4"))
                .isTrue();
    }
}
