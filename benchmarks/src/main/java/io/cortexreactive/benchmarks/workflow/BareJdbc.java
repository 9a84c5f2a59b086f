package io.cortexreactive.benchmarks.workflow;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.Transitions;
import io.cortexreactive.benchmarks.store.Database;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The most that blocking could reach: one row a run, written whole and without guards, on a thread a connection. */
final class BareJdbc implements StreamClient {

    private static final String TABLE = "CREATE TABLE bare (run_id text PRIMARY KEY, seq int, data bytea)";
    private static final String UPSERT = "INSERT INTO bare (run_id, seq, data) VALUES (?, 0, ?)"
            + " ON CONFLICT (run_id) DO UPDATE SET seq = bare.seq + 1, data = excluded.data";
    private static final byte[] STATE = "x".repeat(1_024).getBytes(StandardCharsets.UTF_8);
    private static final int MOST_THREADS = 64;

    private final String url;
    private final Scheduler threads = Schedulers.newBoundedElastic(MOST_THREADS, MOST_THREADS, "jdbc");

    BareJdbc(Database database) {
        database.run(TABLE);
        url = database.jdbcUrl();
    }

    @Override
    public Publisher<String> stream(String name) {
        return Flux.using(() -> new Writer(url), Writer::transitions, Writer::close)
                .subscribeOn(threads);
    }

    private static final class Writer {

        private final Connection connection;
        private final PreparedStatement upsert;

        Writer(String url) throws SQLException {
            connection = DriverManager.getConnection(url);
            upsert = connection.prepareStatement(UPSERT);
            upsert.setString(1, UUID.randomUUID().toString());
            upsert.setBytes(2, STATE);
        }

        Flux<String> transitions() {
            return Flux.generate(next -> {
                write();
                next.next(Transitions.TIMED);
            });
        }

        private void write() {
            try {
                upsert.executeUpdate();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
