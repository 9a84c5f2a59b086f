package io.cortexreactive.benchmarks.queue;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.Transitions;
import io.cortexreactive.benchmarks.queue.TappedConnections.Sent;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.persistence.postgres.PostgresAgentRunQueue;
import io.cortexreactive.tenant.Tenancy;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends the statements that this project has sent for one run that was alone, with ids of its own, and reads nothing of
 * the answers but which runs it has claimed. Claims alone are made together, as here: those that are made at once wait
 * for each other, and find what others have taken. A stream is a run.
 */
final class BareR2dbc implements StreamClient {

    private static final String CLAIMS = "SET status = 'running'";
    private static final int WORKER = 0;
    private static final int LIMIT = 3;
    private static final String OWN_WORKER = "bare";

    private final ConnectionPool pool;
    private final List<Sent> statements;
    private final String recorded;
    private final SharedClaims claims;

    BareR2dbc(ConnectionPool pool) {
        this.pool = pool;
        Queue<Sent> sent = new ConcurrentLinkedQueue<>();
        AgentRunQueue queue = PostgresAgentRunQueue.create(new TappedConnections(pool, sent::add));
        recorded = QueuedAgents.twice(queue, sent::clear);
        statements = ofRun(List.copyOf(sent), recorded);
        Sent claim = statements.stream().filter(BareR2dbc::claims).findFirst().orElseThrow();
        claims = new SharedClaims(most -> claimed(claim, most));
        queue.register(OWN_WORKER, Duration.ofHours(1)).block();
    }

    /** Those that name the run, and the last claim before it was changed. */
    private static List<Sent> ofRun(List<Sent> sent, String runId) {
        int commit = IntStream.range(0, sent.size())
                .filter(i -> names(sent.get(i), runId) && sent.get(i).sql().contains("UPDATE"))
                .findFirst()
                .orElseThrow();
        int claim = IntStream.range(0, commit)
                .filter(i -> claims(sent.get(i)))
                .max()
                .orElseThrow();
        return IntStream.range(0, sent.size())
                .filter(i -> i == claim || names(sent.get(i), runId))
                .mapToObj(sent::get)
                .toList();
    }

    private static boolean names(Sent statement, String runId) {
        return statement.values().contains(runId);
    }

    private static boolean claims(Sent statement) {
        return statement.sql().contains(CLAIMS);
    }

    @Override
    public Publisher<String> stream(String name) {
        return Mono.defer(() -> {
            AtomicReference<String> own = new AtomicReference<>(Tenancy.newCorrelationId());
            return Flux.fromIterable(statements)
                    .concatMap(sent -> claims(sent) ? claim(own) : send(sent, String.valueOf(own.get())))
                    .then(Mono.just(Transitions.TIMED));
        });
    }

    /** Goes on with whichever run it gets: others may have claimed the one that it has begun. */
    private Mono<Void> claim(AtomicReference<String> own) {
        return claims.next().doOnNext(own::set).then();
    }

    private Flux<String> claimed(Sent claim, int most) {
        List<Object> values = new ArrayList<>(claim.values());
        values.set(WORKER, OWN_WORKER);
        values.set(LIMIT, most);
        return one(new Sent(claim.sql(), values), "", row -> String.valueOf(row.get("run_id", String.class)));
    }

    private Mono<Void> send(Sent statement, String own) {
        return one(statement, own, row -> "").then();
    }

    private Flux<String> one(Sent statement, String own, Function<Readable, String> row) {
        return Flux.usingWhen(
                pool.create(),
                connection ->
                        Flux.from(bound(connection, statement, own).execute()).concatMap(result -> result.map(row)),
                Connection::close);
    }

    private Statement bound(Connection connection, Sent sent, String own) {
        Statement statement = connection.createStatement(sent.sql());
        List<Object> values = sent.values();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Class<?> type) {
                statement.bindNull(i, type);
            } else {
                statement.bind(i, own(values.get(i), own));
            }
        }
        return statement;
    }

    private Object own(Object value, String own) {
        return value instanceof UUID ? RunWriter.newCommitId() : value.equals(recorded) ? own : value;
    }
}
