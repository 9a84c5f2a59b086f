package io.cortexreactive;

import io.cortexreactive.CortexConfig.Persistence;
import io.cortexreactive.CortexConfig.WorkflowSettings;
import io.cortexreactive.durable.EngineSettings;

/** Reads the section of workflows. */
final class WorkflowReader {

    private static final String TABLE = "table";
    private static final String STATES = "workflow_states";

    private WorkflowReader() {}

    static WorkflowSettings read(ConfigNode node) {
        node.allowOnly("engine", "persistence");
        return new WorkflowSettings(engine(node.section("engine")), persistence(node.section("persistence")));
    }

    private static EngineSettings engine(ConfigNode node) {
        node.allowOnly("queue", "concurrency", "scan", "drain", "max_state_bytes", "max_depth", "lease");
        EngineSettings fallback = EngineSettings.DEFAULTS;
        return new EngineSettings(
                node.text("queue", fallback.queue()),
                node.positive("concurrency", fallback.concurrency()),
                lease(node.section("lease")),
                node.duration("scan", fallback.scan()),
                node.duration("drain", fallback.drain()),
                node.positive("max_state_bytes", fallback.maxStateBytes()),
                node.positive("max_depth", fallback.maxDepth()));
    }

    static EngineSettings.Lease lease(ConfigNode node) {
        node.allowOnly("ttl", "beat", "doubt");
        EngineSettings.Lease fallback = EngineSettings.Lease.DEFAULTS;
        EngineSettings.Lease lease = new EngineSettings.Lease(
                node.duration("ttl", fallback.ttl()),
                node.duration("beat", fallback.beat()),
                node.duration("doubt", fallback.doubt()));
        if (!lease.isInOrder()) {
            throw node.wrong("must have beat < doubt < ttl, and has " + lease.beat() + ", " + lease.doubt() + ", "
                    + lease.ttl());
        }
        return lease;
    }

    /** The table of states names the others: what comes before {@code workflow_states} is the prefix of all. */
    private static Persistence persistence(ConfigNode node) {
        node.allowOnly(TABLE, "schema", "ttl", "paused_ttl");
        Persistence fallback = Persistence.DEFAULTS;
        String table = node.text(TABLE, fallback.tablePrefix() + STATES);
        if (!table.endsWith(STATES)) {
            throw node.wrong(TABLE, "must end with " + STATES + ", and is: " + table);
        }
        return new Persistence(
                table.substring(0, table.length() - STATES.length()),
                node.text("schema"),
                node.seconds("ttl", fallback.ttl()),
                node.optionalSeconds("paused_ttl"));
    }
}
