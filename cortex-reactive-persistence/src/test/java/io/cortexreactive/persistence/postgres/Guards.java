package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunRecord;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.function.Predicate;

/** Statements that lack a guard, and runs on them. */
record Guards(PostgresDatabase database, ConnectionPool pool) {

    private static final String SQL = SqlFile.text("runs.sql");

    /** In which pauses are given up after an hour. */
    private static final PostgresSettings SETTINGS =
            TestRuns.SETTINGS.withTimes(PostgresSettings.Times.DEFAULTS.withKeepPaused(Duration.ofHours(1)));

    /**
     * A guard, as it is written, and what is broken without it.
     *
     * @param instead of it
     */
    record Guard(String rule, String text, String instead) {

        String cut() {
            assertThat(SQL).containsOnlyOnce(text);
            return SQL.replace(text, instead);
        }

        @Override
        public String toString() {
            return rule + ": " + text.strip();
        }
    }

    void assertNeeds(Guard guard, Predicate<Unguarded> holds) {
        assertThat(holds.test(on(SQL))).as("with its guards").isTrue();
        assertThat(holds.test(on(guard.cut()))).as("without it").isFalse();
    }

    private Unguarded on(String sql) {
        return new Unguarded(this, TestRuns.on(pool, SETTINGS.withHeartbeats(pool), sql), sql);
    }

    /** Runs, on statements that may lack one. */
    record Unguarded(Guards on, TestRuns runs, String sql) {

        void alter(RunRecord run, String change) {
            on.database.run("update cortex_workflow_states set " + change + " where run_id = '"
                    + run.key().runId() + "'");
        }

        void alterWorker(String worker, String change) {
            on.database.run("update cortex_workers set " + change + " where worker_id = '" + worker + "'");
        }

        /** So that one page has all the notices there are. */
        void forgetNotices() {
            on.database.run("truncate cortex_outbox, cortex_outbox_readers");
        }
    }
}
