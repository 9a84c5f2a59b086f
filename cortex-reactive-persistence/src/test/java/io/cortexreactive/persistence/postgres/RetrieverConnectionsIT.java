package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.retrieval.Retriever;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Every connection comes back, and no query outlives who has asked. */
class RetrieverConnectionsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 4;
    private static final int CALLS = 1_000;
    private static final int CALLS_AT_A_TIME = 8;
    private static final int LONGEST_WAIT_MICROS = 4_000;
    private static final long SEED = 20_261_126;

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private ConnectionPool pool;

    @BeforeAll
    static void fill() {
        DATABASE.run(
                "create table docs as select i as id, 'word ' || repeat('text ', 20) || i as content"
                        + " from generate_series(1, 300) as i",
                // Frees a lock that its own connection holds, which tells others that it runs; then takes its time.
                """
                create function slow() returns text language plpgsql as $$ begin
                    perform pg_advisory_unlock(7); perform pg_sleep(600); return 'late'; end $$
                """,
                "create view slow_docs as select 1 as id, 'word' as content, slow() as slow");
    }

    @BeforeEach
    void open() {
        pool = DATABASE.pool(CONNECTIONS);
    }

    @AfterEach
    void close() {
        pool.close().block(TIMEOUT);
    }

    private static Retriever retriever(ConnectionPool connections, String table) {
        return R2dbcRetriever.builder(connections)
                .table(table)
                .searchColumns("content")
                .build();
    }

    private static <T> Flux<T> onOne(ConnectionPool connections, Function<Connection, Mono<T>> work) {
        return Flux.usingWhen(connections.create(), work, Connection::close);
    }

    /** Completes when all connections could be had at once, and are back again. */
    private static Mono<Void> takeAll(ConnectionPool connections) {
        return Flux.range(0, CONNECTIONS)
                .flatMap(i -> connections.create())
                .collectList()
                .flatMapIterable(all -> all)
                .flatMap(Connection::close)
                .then();
    }

    private static int acquired(ConnectionPool connections) {
        return connections.getMetrics().map(PoolMetrics::acquiredSize).orElseThrow();
    }

    @Test
    void aCancelEndsTheQueryOnTheServer() {
        ConnectionPool single = DATABASE.pool(1);
        Mono<Void> running = Flux.usingWhen(
                        DATABASE.connections().create(),
                        connection -> PostgresDatabase.execute(connection, "select pg_advisory_lock(7)"),
                        Connection::close)
                .then();

        StepVerifier.create(onOne(single, c -> PostgresDatabase.execute(c, "select pg_advisory_lock(7)"))
                        .then(retriever(single, "slow_docs").retrieve("word").takeUntilOther(running))
                        .then(onOne(single, c -> PostgresDatabase.execute(c, "select 1"))
                                .then()))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(acquired(single)).isZero();
        single.close().block(TIMEOUT);
    }

    @Test
    void callsThatEndGiveTheirConnectionsBack() {
        Retriever docs = retriever(pool, "docs");
        Retriever missing = retriever(pool, "missing");

        StepVerifier.create(Flux.range(0, 100)
                        .flatMap(
                                i -> i % 3 == 0
                                        ? missing.retrieve("word").then().onErrorComplete()
                                        : docs.retrieve("word").then(),
                                CALLS_AT_A_TIME)
                        .then(takeAll(pool)))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(acquired(pool)).isZero();
    }

    @Test
    void callsThatAreCancelledAnywhereGiveTheirConnectionsBack() {
        Retriever docs = retriever(pool, "docs");
        Random random = new Random(SEED);

        Mono<Long> finished = Flux.range(0, CALLS)
                .map(i -> Duration.ofNanos(1_000L * random.nextInt(LONGEST_WAIT_MICROS)))
                .flatMap(wait -> docs.retrieve("word", 100).takeUntilOther(Mono.delay(wait)), CALLS_AT_A_TIME)
                .count();

        StepVerifier.create(finished.delayUntil(count -> takeAll(pool)))
                .assertNext(count -> assertThat(count).isLessThan(CALLS))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(acquired(pool)).isZero();
    }

    @Test
    void aPoolWithNothingToGiveIsAnErrorThatPasses() {
        ConnectionPool single = new ConnectionPool(ConnectionPoolConfiguration.builder(DATABASE.connections())
                .initialSize(0)
                .maxSize(1)
                .maxAcquireTime(Duration.ofMillis(50))
                .build());
        Retriever docs = retriever(single, "docs");

        StepVerifier.create(onOne(single, held -> docs.retrieve("word")))
                .expectError(RetrievalUnavailableException.class)
                .verify(TIMEOUT);
        StepVerifier.create(docs.retrieve("word"))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        single.close().block(TIMEOUT);
    }

    @Test
    void aPoolWithTooManyWaitingIsAnErrorThatPasses() {
        ConnectionPool single = new ConnectionPool(ConnectionPoolConfiguration.builder(DATABASE.connections())
                .initialSize(0)
                .maxSize(1)
                .customizer(builder -> builder.maxPendingAcquire(0))
                .build());

        StepVerifier.create(onOne(single, held -> retriever(single, "docs").retrieve("word")))
                .expectError(RetrievalUnavailableException.class)
                .verify(TIMEOUT);
        single.close().block(TIMEOUT);
    }

    @Test
    void aPoolThatIsClosedIsAnErrorThatStays() {
        pool.close().block(TIMEOUT);

        StepVerifier.create(retriever(pool, "docs").retrieve("word"))
                .expectError(RetrievalFailedException.class)
                .verify(TIMEOUT);
    }
}
