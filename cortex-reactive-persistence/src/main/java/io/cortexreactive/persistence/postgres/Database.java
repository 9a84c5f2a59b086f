package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.cortexreactive.resilience.Detached;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Runs statements, each on a connection of its own, after the tables are known to be there.
 *
 * @param ready completes when they are
 */
record Database(ConnectionFactory connections, Mono<Void> ready, Times times) {

    private static final Duration FIRST_WAIT = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** A server that answers no more does not end a query either. */
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    /** One attempt of a step, which is told whether it may have happened before. */
    @FunctionalInterface
    interface Attempt<T> {
        Mono<T> send(boolean again);
    }

    /**
     * Reads all rows, so that a slow reader holds no connection. A cancel ends the query; a silence loses its
     * connection. What a reader goes on with, be it for hours, does not hold the query.
     */
    <T> Mono<List<T>> read(Query query, Function<Readable, T> row) {
        return Mono.defer(() -> {
            Silence silence = new Silence(times.attempt());
            return on(query, row, connection -> silence.isOver() ? sever(connection) : abandon(connection))
                    .doOnNext(next -> silence.heard())
                    .collectList()
                    .timeout(silence.whole())
                    .onErrorMap(TimeoutException.class, DriverErrors::ofStore)
                    .as(Database::letGo);
        });
    }

    /** Nothing takes the place of a publisher that has ended in what is subscribed to, where it would be held. */
    private static <T> Mono<T> letGo(Mono<T> ended) {
        return ended.concatWith(Mono.empty()).singleOrEmpty();
    }

    /** How long nothing has come. Has one timer, whatever comes: most answers are many rows at once. */
    private static final class Silence {

        private final Duration longest;
        private volatile long last = now();
        private volatile boolean over;

        Silence(Duration longest) {
            this.longest = longest;
        }

        void heard() {
            last = now();
        }

        boolean isOver() {
            return over;
        }

        /** Completes with something once it was as long as it may be. */
        Mono<Long> whole() {
            return Mono.defer(() -> Mono.delay(longest.minusNanos(now() - last)))
                    .repeat(() -> now() - last < longest.toNanos())
                    .last()
                    .doOnNext(time -> over = true);
        }

        private static long now() {
            return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
        }
    }

    /** Reads the first row, if there is one, where there are few. */
    <T> Mono<T> readOne(Query query, Function<Readable, T> row) {
        return read(query, row).flatMap(rows -> Mono.justOrEmpty(rows.stream().findFirst()));
    }

    /** One attempt of a statement that writes; all its rows. One that takes too long loses its connection. */
    <T> Mono<List<T>> write(Query query, Function<Readable, T> row) {
        return on(query, row, Database::sever)
                .collectList()
                .timeout(times.attempt())
                .onErrorMap(TimeoutException.class, DriverErrors::ofStore);
    }

    /** The same, where there is one row or none. */
    <T> Mono<T> writeOne(Query query, Function<Readable, T> row) {
        return write(query, row).flatMap(rows -> Mono.justOrEmpty(rows.stream().findFirst()));
    }

    /** Sends until it is answered, for as long as there is patience, even if nobody waits for it any more. */
    <T> Mono<T> step(Attempt<T> attempt) {
        return Detached.run(Mono.defer(() -> patiently(attempt)));
    }

    private <T> Mono<T> patiently(Attempt<T> attempt) {
        AtomicReference<@Nullable Throwable> last = new AtomicReference<>();
        return Mono.defer(() -> attempt.send(last.get() != null))
                .doOnError(last::set)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_WAIT)
                        .maxBackoff(LONGEST_WAIT)
                        .filter(StoreUnavailableException.class::isInstance))
                .timeout(times.patience(), Mono.error(() -> outOfPatience(last.get())));
    }

    private StoreUnavailableException outOfPatience(@Nullable Throwable last) {
        return new StoreUnavailableException(
                "PostgreSQL did not answer within " + times.patience()
                        + ". What was asked of it may have happened or not.",
                last);
    }

    private <T> Flux<T> on(Query query, Function<Readable, T> row, Function<Connection, Mono<Void>> cancelled) {
        Flux<T> rows = Flux.usingWhen(
                Mono.defer(() -> Mono.<Connection>from(connections.create())),
                connection -> Flux.from(query.on(connection).execute()).concatMap(result -> result.map(row)),
                Database::giveBack,
                (connection, error) -> giveBack(connection),
                cancelled);
        return ready.thenMany(rows).onErrorMap(Exception.class, DriverErrors::ofStore);
    }

    /** What has been found or done is so, whatever becomes of the connection. */
    static Mono<Void> giveBack(Connection connection) {
        return Mono.from(connection.close()).onErrorComplete();
    }

    /** The server drops a request to end a query where none runs, but would take one that is late for the next. */
    static Mono<Void> end(Connection connection) {
        return driverOf(connection)
                .map(PostgresqlConnection::cancelRequest)
                .orElseGet(Mono::empty)
                .timeout(LONGEST_END)
                .onErrorComplete();
    }

    /** Ends the query on the server before the connection goes back. */
    static Mono<Void> abandon(Connection connection) {
        return end(connection).then(Mono.defer(() -> giveBack(connection)));
    }

    /** Nobody knows what the server still does on it. */
    static Mono<Void> sever(Connection connection) {
        return driverOf(connection)
                .map(PostgresqlConnection::close)
                .orElseGet(Mono::empty)
                .onErrorComplete()
                .then(Mono.defer(() -> giveBack(connection)));
    }

    private static Optional<PostgresqlConnection> driverOf(Connection connection) {
        Object inner = connection;
        while (inner instanceof Wrapped<?> wrapper && !(inner instanceof PostgresqlConnection)) {
            inner = wrapper.unwrap();
        }
        return inner instanceof PostgresqlConnection driver ? Optional.of(driver) : Optional.empty();
    }

    /** Begins at once what goes on when whoever has asked for it has left; whoever made it deals with its errors. */
    static void begin(Mono<?> work) {
        work.onErrorComplete().subscribe();
    }
}
