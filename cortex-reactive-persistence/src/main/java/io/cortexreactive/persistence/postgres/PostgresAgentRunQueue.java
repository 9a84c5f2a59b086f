package io.cortexreactive.persistence.postgres;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.Map;

/**
 * Runs of agents in PostgreSQL, 14 or later, for any number of processes: as {@link PostgresRunStore} keeps those of
 * workflows, in tables of their own. Neither sees the runs of the other.
 */
public final class PostgresAgentRunQueue {

    private PostgresAgentRunQueue() {}

    /** On the tables that the search path finds, which must be there. */
    public static AgentRunQueue create(ConnectionFactory connections) {
        return create(connections, PostgresSettings.DEFAULTS);
    }

    /**
     * On these connections, best of a pool; they stay yours to close. Nothing is done before the first use. No notices
     * are kept, whatever the settings say, and runs for {@link AgentRunQueue#RETENTION} after their end: what the
     * settings say of that is for workflows.
     */
    public static AgentRunQueue create(ConnectionFactory connections, PostgresSettings settings) {
        return create(connections, settings, AgentRunQueue.RETENTION);
    }

    /**
     * The same, which keeps runs for another time.
     *
     * @param retention how long after their end
     */
    public static AgentRunQueue create(ConnectionFactory connections, PostgresSettings settings, Duration retention) {
        PostgresSettings own =
                settings.withOutbox(false).withTimes(settings.times().withKeepRuns(retention));
        return AgentRunQueue.of(log(connections, own));
    }

    static PostgresRunLog log(ConnectionFactory connections, PostgresSettings settings) {
        Map<String, String> tables = Map.of(
                "states", settings.table("agent_runs"),
                "steps", settings.table("agent_steps"),
                "workers", settings.table("workers"),
                "outbox", settings.table("agent_outbox"),
                "readers", settings.table("agent_outbox_readers"),
                "running", settings.table("agent_running"),
                "publish", Boolean.toString(settings.outbox()));
        return PostgresRunStore.log(connections, settings, SqlFile.of(SqlFile.text("runs.sql"), tables));
    }
}
