package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.persistence.TcpRelay;
import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A server that stops, and one that is up but has no tables. */
class StoppedServerIT {

    private static final PostgresSettings IMPATIENT =
            TestRuns.SETTINGS.withTimes(Times.DEFAULTS.withPatience(Duration.ofMillis(500), Duration.ofSeconds(1)));

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    @Test
    void whatCannotBeReachedIsUnavailableAndGoesOnWhenItIsBack() {
        TcpRelay relay = TcpRelay.to(DATABASE.server().host(), DATABASE.server().port());
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(through(relay))
                .initialSize(0)
                .maxSize(4)
                .build());
        TestRuns runs = TestRuns.on(pool, IMPATIENT, SqlFile.text("runs.sql"));
        RunRecord run = runs.running();
        Transition advance = transition(guard(run), Move.ADVANCE);

        relay.stop();
        StepVerifier.create(runs.log().commit(advance))
                .expectError(StoreUnavailableException.class)
                .verify(TIMEOUT);
        StepVerifier.create(runs.log().branch(runs.result(guard(run), "b")))
                .expectError(StoreUnavailableException.class)
                .verify(TIMEOUT);
        StepVerifier.create(runs.log().load(run.key()))
                .expectError(StoreUnavailableException.class)
                .verify(TIMEOUT);
        relay.start();
        StepVerifier.create(runs.log().commit(advance))
                .expectNext(Verdict.COMMITTED)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(runs.load(run.key()).progress().seq()).isEqualTo(1);
        relay.stop();
        pool.close().onErrorComplete().block(TIMEOUT);
    }

    @Test
    void serverThatFallsSilentIsNotWaitedForLonger() {
        TcpRelay relay = TcpRelay.to(DATABASE.server().host(), DATABASE.server().port());
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(through(relay))
                .initialSize(0)
                .maxSize(2)
                .build());
        TestRuns runs = TestRuns.on(pool, IMPATIENT, SqlFile.text("runs.sql"));
        RunRecord run = runs.running();
        Transition advance = transition(guard(run), Move.ADVANCE);

        relay.silence(true);
        StepVerifier.create(runs.log().commit(advance))
                .expectError(StoreUnavailableException.class)
                .verify(TIMEOUT);
        relay.silence(false);
        StepVerifier.create(runs.log().commit(advance).retry(5))
                .expectNext(Verdict.COMMITTED)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(runs.load(run.key()).progress().seq()).isEqualTo(1);
        relay.stop();
        pool.close().onErrorComplete().block(TIMEOUT);
    }

    @Test
    void readingARunTakesNoConnectionToEndTheQuery() {
        TcpRelay relay = TcpRelay.to(DATABASE.server().host(), DATABASE.server().port());
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(through(relay))
                .initialSize(0)
                .maxSize(1)
                .build());
        TestRuns runs = TestRuns.on(pool, IMPATIENT, SqlFile.text("runs.sql"));
        RunRecord run = runs.running();
        int before = relay.accepted();

        for (int i = 0; i < 3; i++) {
            runs.load(run.key());
            runs.log().journal(run.key(), -1, 1).next().block(TIMEOUT);
            runs.log().cancel(TestRuns.newKey(), RunWriter.newCommitId()).block(TIMEOUT);
        }
        assertThat(relay.accepted()).isEqualTo(before);
        relay.stop();
        pool.close().onErrorComplete().block(TIMEOUT);
    }

    private static PostgresqlConnectionFactory through(TcpRelay relay) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host("localhost")
                .port(relay.port())
                .username(PostgresServer.SUPERUSER)
                .database(DATABASE.name())
                .build());
    }

    @Test
    void tablesThatAreNotThereAreTold() {
        PostgresSettings nowhere = TestRuns.SETTINGS.withSchema("nowhere");

        assertFails(nowhere.withMigrations(Migrations.OFF), StoreFailedException.class, "42P01", "Migrations.AUTO");
        assertFails(nowhere.withMigrations(Migrations.VALIDATE), SchemaMismatchException.class, "Migrations.AUTO");
    }

    private static void assertFails(PostgresSettings settings, Class<? extends Throwable> type, String... words) {
        Mono<RunRecord> load = TestRuns.on(DATABASE.connections(), settings, SqlFile.text("runs.sql"))
                .log()
                .load(TestRuns.newKey());

        StepVerifier.create(load)
                .expectErrorSatisfies(
                        error -> assertThat(error).isInstanceOf(type).hasMessageContainingAll(words))
                .verify(TIMEOUT);
    }
}
