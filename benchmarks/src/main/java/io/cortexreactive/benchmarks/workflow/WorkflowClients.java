package io.cortexreactive.benchmarks.workflow;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import io.cortexreactive.benchmarks.store.Database;
import java.net.URI;
import java.util.Map;
import java.util.function.Function;

/** Who is measured, each in a database of its own. */
public final class WorkflowClients implements StreamClients {

    static final String CORTEX = "workflow/cortex";
    static final String R2DBC = "workflow/r2dbc";
    static final String JDBC = "workflow/jdbc";
    static final String LONG = "workflow/1,000 nodes";
    static final String AMONG_FEW = "workflow/10 finished";
    static final String AMONG_SOME = "workflow/1,000 finished";
    static final String AMONG_MANY = "workflow/100,000 finished";
    static final String PAUSED = "workflow/paused";
    static final String RESUMED = "workflow/resumed";

    private static final int SHORT_CHAIN = 10;
    private static final int LONG_CHAIN = 1_000;

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                CORTEX, on(database -> CortexRuns.chain(database, SHORT_CHAIN)),
                R2DBC, on(BareR2dbc::new),
                JDBC, on(BareJdbc::new),
                LONG, on(database -> CortexRuns.chain(database, LONG_CHAIN)),
                AMONG_FEW, among(10),
                AMONG_SOME, among(1_000),
                AMONG_MANY, among(100_000),
                PAUSED, on(CortexRuns::paused),
                RESUMED, on(CortexRuns::resumed));
    }

    private static Function<URI, StreamClient> on(Function<Database, StreamClient> client) {
        return server -> client.apply(Database.create(server));
    }

    private static Function<URI, StreamClient> among(int finished) {
        return on(database -> CortexRuns.chain(database.withFinishedRuns(finished), SHORT_CHAIN));
    }
}
