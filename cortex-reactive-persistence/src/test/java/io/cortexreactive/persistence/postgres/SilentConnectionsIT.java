package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.memory.ConversationKey;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.persistence.TcpRelay;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** Connections that stay open and carry nothing, as when a machine is gone that was not told goodbye. */
class SilentConnectionsIT {

    /** Far less than a test may take. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static final PostgresSettings IMPATIENT =
            TestRuns.SETTINGS.withTimes(Times.DEFAULTS.withPatience(Duration.ofMillis(500), Duration.ofSeconds(1)));

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private final TcpRelay relay =
            TcpRelay.to(DATABASE.server().host(), DATABASE.server().port());
    private ConnectionPool pool;
    private TestRuns runs;
    private RunRecord run;

    @BeforeEach
    void open() {
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(
                        new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                                .host("localhost")
                                .port(relay.port())
                                .username(PostgresServer.SUPERUSER)
                                .database(DATABASE.name())
                                .build()))
                .initialSize(0)
                .maxSize(1)
                .build());
        runs = TestRuns.on(pool, IMPATIENT, SqlFile.text("runs.sql"));
        run = runs.running();
    }

    @AfterEach
    void close() {
        relay.stop();
        pool.close().onErrorComplete().block(TIMEOUT);
    }

    private static Named<Function<SilentConnectionsIT, Publisher<?>>> named(
            String name, Function<SilentConnectionsIT, Publisher<?>> operation) {
        return Named.of(name, operation);
    }

    private RunLog log() {
        return runs.log();
    }

    private RunKey key() {
        return run.key();
    }

    static Stream<Named<Function<SilentConnectionsIT, Publisher<?>>>> operations() {
        RunLog.Answer answer = new RunLog.Answer("token", "request", "{}", RunWriter.newCommitId());
        return Stream.of(
                named("load", it -> it.log().load(it.key())),
                named("journal", it -> it.log().journal(it.key(), -1, 10)),
                named("page", it -> it.log().page(new RunLog.Query("acme", null, null, null, 10))),
                named("orphans", it -> it.log().orphans(10)),
                named("notices", it -> it.log().notices("reader", 10)),
                named("settle", it -> it.log().settle(List.of(notice(it.key())))),
                named("start", it -> it.log().start(TestRuns.newRun(TestRuns.newKey(), null, RunRecord.Lineage.NONE))),
                named("answer", it -> it.log().answer(it.key(), answer)),
                named("cancel", it -> it.log().cancel(it.key(), RunWriter.newCommitId())),
                named("commit", it -> it.log().commit(transition(guard(it.run), Move.ADVANCE))),
                named("branch", it -> it.log().branch(it.runs.result(guard(it.run), "b"))),
                named("claim", it -> it.log().claim(new RunLog.Claim("w", "default", Set.of(TestRuns.CODE), null, 1))),
                named("register", it -> it.log().register("another", BOUND)),
                named("beat", it -> it.log().beat("w", BOUND, false, Map.of())),
                named("leave", it -> it.log().leave("w")),
                named("sweep", it -> it.log().sweep(10)),
                named("put", it -> it.log().put(TestRuns.ended(it.run), RunWriter.newCommitId())),
                named("purge", it -> it.log().purge()),
                named("remove", it -> it.log().remove(it.key())));
    }

    private static RunLog.Notice notice(RunKey key) {
        return new RunLog.Notice("1", key, TestRuns.CODE, 0, "");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyOperationEnds(Function<SilentConnectionsIT, Publisher<?>> operation) {
        relay.silence(true);

        StepVerifier.create(Flux.from(operation.apply(this)).then())
                .expectError(StoreUnavailableException.class)
                .verify(BOUND);
    }

    @Test
    void connectionThatFellSilentIsNotUsedAgain() {
        relay.forgetConnections();
        StepVerifier.create(log().load(key()))
                .expectError(StoreUnavailableException.class)
                .verify(BOUND);

        assertThat(runs.load(key())).isEqualTo(run);
        assertThat(relay.accepted())
                .as("the pool's, that of beats, and another")
                .isEqualTo(3);
    }

    @Test
    void tablesThatCannotBeLookedAtAreLookedAtAgain() {
        RunLog fresh = TestRuns.on(pool, IMPATIENT, SqlFile.text("runs.sql")).log();
        relay.forgetConnections();

        StepVerifier.create(fresh.load(key()))
                .expectError(StoreUnavailableException.class)
                .verify(BOUND);
        StepVerifier.create(
                        fresh.load(key()).retryWhen(Retry.max(20).filter(StoreUnavailableException.class::isInstance)))
                .expectNext(run)
                .expectComplete()
                .verify(BOUND.plus(BOUND));
    }

    @Test
    void conversationsEnd() {
        ConversationStore talks = PostgresConversationStore.create(pool, IMPATIENT);
        ConversationKey key = new ConversationKey("acme", "talk");
        talks.lastPosition(key).block(TIMEOUT);
        relay.silence(true);

        StepVerifier.create(talks.read(key, 0, 10))
                .expectError(StoreUnavailableException.class)
                .verify(BOUND);
        StepVerifier.create(talks.summary(key))
                .expectError(StoreUnavailableException.class)
                .verify(BOUND);
    }
}
