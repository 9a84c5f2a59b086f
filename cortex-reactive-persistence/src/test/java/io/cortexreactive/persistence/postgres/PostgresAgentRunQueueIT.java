package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunStoreContract;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** The contract on the tables of agents' runs, where notices are kept for it, too. */
class PostgresAgentRunQueueIT extends RunStoreContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static RunLog log;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        log = log(Times.DEFAULTS);
    }

    private static RunLog log(Times times) {
        return PostgresAgentRunQueue.log(pool, TestRuns.SETTINGS.withTimes(times));
    }

    @AfterAll
    static void close() {
        pool.close().block(TestRuns.TIMEOUT);
    }

    @Override
    protected RunLog log() {
        return log;
    }

    @Override
    protected Mono<Void> forget() {
        Times soon =
                new Times(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofHours(1));
        return log(soon).purge().then();
    }

    @Override
    protected Mono<Void> giveUpPauses() {
        RunLog impatient = log(Times.DEFAULTS.withKeepPaused(Duration.ofSeconds(50)));
        return afterAMinute().thenMany(impatient.expire(1_000, LATE)).then();
    }

    @Override
    protected Duration shortTime() {
        return Duration.ofMinutes(1);
    }

    @Override
    protected Mono<Void> afterShortTime() {
        return afterAMinute();
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return TestRuns.aMinuteLater(pool, "cortex_agent_runs");
    }

    @Override
    protected Mono<Void> afterNoticesAreOld() {
        return TestRuns.anHourLaterForNotices(pool, "cortex_agent_outbox");
    }

    private static TestRuns agents(RunLog queue) {
        PostgresRunLog other = PostgresAgentRunQueue.log(pool, TestRuns.SETTINGS);
        return new TestRuns(queue, other.commits(), other.branches(), other.starts());
    }

    @Test
    void runsAreKeptForADayAfterTheirEndUnlessTheQueueIsToldOtherwise() {
        Times week = Times.DEFAULTS.withKeepRuns(Duration.ofDays(7));
        PostgresSettings settings = TestRuns.SETTINGS.withTimes(week);
        TestRuns agents = agents(PostgresAgentRunQueue.create(pool, settings));
        RunRecord recent = ended(agents, 23);
        RunRecord old = ended(agents, 25);
        RunRecord older = ended(agents, 47);

        PostgresAgentRunQueue.create(pool, settings, Duration.ofDays(2)).purge().block(TestRuns.TIMEOUT);
        assertThat(agents.load(older.key()).status()).isEqualTo(RunStatus.COMPLETED);
        agents.log().purge().block(TestRuns.TIMEOUT);

        assertThat(agents.load(recent.key()).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(agents.log().load(old.key()).blockOptional(TestRuns.TIMEOUT)).isEmpty();
        assertThat(agents.log().load(older.key()).blockOptional(TestRuns.TIMEOUT))
                .isEmpty();
    }

    private static RunRecord ended(TestRuns agents, int hoursAgo) {
        RunRecord run = agents.running();
        agents.commit(run, Move.COMPLETE);
        DATABASE.run("update cortex_agent_runs set completed_at = completed_at - interval '" + hoursAgo
                + " hours' where run_id = '" + run.key().runId() + "'");
        return run;
    }

    @Test
    void neitherSeesTheRunsOfTheOther() {
        TestRuns workflows = TestRuns.on(pool);
        TestRuns agents = agents(PostgresAgentRunQueue.create(pool, TestRuns.SETTINGS));
        DATABASE.run("delete from cortex_agent_runs", "delete from cortex_workflow_states");
        RunRecord agent = agents.pending();
        RunRecord workflow = workflows.pending();

        assertThat(workflows.log().load(agent.key()).block(TestRuns.TIMEOUT)).isNull();
        assertThat(agents.log().load(workflow.key()).block(TestRuns.TIMEOUT)).isNull();
        assertThat(TestRuns.all(agents.log().page(new Query("acme", null, null, null, 10))))
                .containsExactly(agent);
        assertThat(TestRuns.all(workflows.log().page(new Query("acme", null, null, null, 10))))
                .containsExactly(workflow);
        assertThat(agents.claim(agents.worker(), null))
                .extracting(RunRecord::key)
                .containsExactly(agent.key());
        assertThat(workflows.claim(workflows.worker(), null))
                .extracting(RunRecord::key)
                .containsExactly(workflow.key());
        assertThat(TestRuns.all(log().notices("reader", 10)))
                .extracting(RunLog.Notice::key)
                .doesNotContain(agent.key());
    }
}
