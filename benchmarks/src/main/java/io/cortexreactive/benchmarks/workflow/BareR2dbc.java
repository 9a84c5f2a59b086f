package io.cortexreactive.benchmarks.workflow;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.Transitions;
import io.cortexreactive.benchmarks.store.Database;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A loop over the least that keeps the same promises, on the same tables: one statement a transition, with the run's
 * row under its guards, its journal and the outbox. A stream is a run that never ends.
 */
final class BareR2dbc implements StreamClient {

    private static final int NODES = 10;
    private static final String BEGIN = """
            INSERT INTO cortex_workflow_states (tenant_id, run_id, workflow_id, workflow_version, queue, priority, status,
                current_node, epoch, step_seq, commit_id, owner, snapshot_seq, data)
            VALUES ('', $1, 'bare', '1', 'bare', 100, 'running', 'node-0', 1, 0, $2, 'bare', 0, $3)""";
    private static final String TRANSITION = """
            WITH a AS (
              UPDATE cortex_workflow_states
                 SET step_seq = step_seq + 1, commit_id = $5, current_node = $6, attempts = 0, crashes = 0,
                     data = COALESCE($8, data), snapshot_seq = CASE WHEN $8 IS NULL THEN snapshot_seq ELSE step_seq + 1 END,
                     updated_at = statement_timestamp()
               WHERE tenant_id = $1 AND run_id = $2 AND epoch = $3 AND step_seq = $4 AND status = 'running' AND outcome IS NULL
              RETURNING tenant_id, run_id, step_seq, epoch),
            j AS (
              INSERT INTO cortex_workflow_steps (tenant_id, run_id, seq, kind, node_id, epoch, commit_id, payload)
              SELECT tenant_id, run_id, step_seq, 'node', $6, epoch, $5, $7 FROM a
              RETURNING tenant_id, run_id, seq, branch),
            o AS (INSERT INTO cortex_outbox (tenant_id, run_id, seq, branch) SELECT tenant_id, run_id, seq, branch FROM j)
            SELECT 1 FROM a""";
    private static final byte[] SNAPSHOT = ("{\"v\":1,\"data\":{\"text\":\"" + "x".repeat(1_000)
                    + "\"},\"control\":{\"next\":\"node-1\"}}")
            .getBytes(StandardCharsets.UTF_8);
    private static final byte[] PAYLOAD =
            "{\"v\":1,\"output\":\"what a node has found\",\"data\":{},\"control\":{\"next\":\"node-1\"}}"
                    .getBytes(StandardCharsets.UTF_8);

    private final ConnectionPool pool;

    BareR2dbc(Database database) {
        pool = database.pool();
    }

    @Override
    public Publisher<String> stream(String name) {
        return Flux.defer(() -> {
            String runId = UUID.randomUUID().toString();
            return one(connection -> begin(connection, runId))
                    .thenMany(Flux.range(0, Integer.MAX_VALUE))
                    .concatMap(seq -> one(connection -> transition(connection, runId, seq)));
        });
    }

    private interface Work {
        Publisher<String> on(Connection connection);
    }

    private Mono<String> one(Work work) {
        return Flux.usingWhen(pool.create(), work::on, Connection::close).last();
    }

    private static Publisher<String> begin(Connection connection, String runId) {
        Statement insert = connection.createStatement(BEGIN);
        insert.bind(0, runId).bind(1, UUID.randomUUID()).bind(2, SNAPSHOT);
        return Flux.from(insert.execute())
                .concatMap(result -> result.getRowsUpdated())
                .map(count -> Transitions.OTHER);
    }

    /** The state goes along with each tenth, as with this project's runs. One that misses its row fails. */
    private static Publisher<String> transition(Connection connection, String runId, int seq) {
        Statement update = connection.createStatement(TRANSITION);
        update.bind(0, "").bind(1, runId).bind(2, 1L).bind(3, seq).bind(4, UUID.randomUUID());
        update.bind(5, "node-" + (seq + 1) % NODES).bind(6, PAYLOAD);
        if (seq % NODES == NODES - 1) {
            update.bind(7, SNAPSHOT);
        } else {
            update.bindNull(7, byte[].class);
        }
        return Flux.from(update.execute()).concatMap(result -> result.map(row -> Transitions.TIMED));
    }
}
