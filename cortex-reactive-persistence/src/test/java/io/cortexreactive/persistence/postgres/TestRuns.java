package io.cortexreactive.persistence.postgres;

import static java.util.Objects.requireNonNull;

import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.cortexreactive.tenant.Tenancy;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes runs, and drives them by hand. */
record TestRuns(RunLog log, Commits commits, Branches branches, Starts starts) {

    static final Duration TIMEOUT = Duration.ofSeconds(60);
    static final Code CODE = new Code("pipeline", "1");
    static final PostgresSettings SETTINGS = PostgresSettings.DEFAULTS.withMigrations(Migrations.AUTO);

    static TestRuns on(ConnectionFactory connections) {
        return on(connections, SETTINGS, SqlFile.text("runs.sql"));
    }

    static TestRuns on(ConnectionFactory connections, PostgresSettings settings, String sql) {
        PostgresRunLog log = PostgresRunStore.log(connections, settings, sql);
        return new TestRuns(log, log.commits(), log.branches(), log.starts());
    }

    /** The clock of the server is not to be moved, so what it is compared with is: by a minute. */
    static Mono<Void> aMinuteLater(ConnectionFactory connections) {
        return aMinuteLater(connections, "cortex_workflow_states");
    }

    /** The same for other runs. */
    static Mono<Void> aMinuteLater(ConnectionFactory connections, String states) {
        String earlier = "%1$s = %1$s - interval '1 minute'";
        String runs = "update " + states + " set " + earlier.formatted("available_at") + ", "
                + earlier.formatted("node_deadline_at") + ", " + earlier.formatted("pause_deadline_at") + ", "
                + earlier.formatted("paused_at") + ", " + earlier.formatted("deadline_at")
                + " where completed_at is null";
        return run(connections, runs, "update cortex_workers set " + earlier.formatted("expires_at"));
    }

    /** The same for notices, by an hour and a bit. */
    static Mono<Void> anHourLaterForNotices(ConnectionFactory connections) {
        return anHourLaterForNotices(connections, "cortex_outbox");
    }

    /** The same for those of other runs. */
    static Mono<Void> anHourLaterForNotices(ConnectionFactory connections, String outbox) {
        return run(connections, "update " + outbox + " set created_at = created_at - interval '61 minutes'");
    }

    private static Mono<Void> run(ConnectionFactory connections, String... statements) {
        return Flux.usingWhen(
                        Mono.defer(() -> Mono.<Connection>from(connections.create())),
                        connection ->
                                Flux.fromArray(statements).concatMap(sql -> PostgresDatabase.execute(connection, sql)),
                        Connection::close)
                .then();
    }

    static <T> T value(Mono<T> mono) {
        return requireNonNull(mono.block(TIMEOUT));
    }

    static <T> List<T> all(Flux<T> flux) {
        return requireNonNull(flux.collectList().block(TIMEOUT));
    }

    static RunKey newKey() {
        return new RunKey("acme", Tenancy.newCorrelationId());
    }

    static NewRun newRun(RunKey key, @Nullable String worker, Lineage lineage) {
        return new NewRun(
                key,
                CODE,
                "first",
                new NewRun.Content("{\"input\":1}", "{\"data\":0}"),
                null,
                lineage,
                new NewRun.Terms(RunWriter.newCommitId(), "default", 100, null, null, worker));
    }

    String worker() {
        String worker = Tenancy.newCorrelationId();
        log.register(worker, Duration.ofMinutes(5)).block(TIMEOUT);
        return worker;
    }

    /** A pending one. */
    RunRecord pending() {
        return value(log.start(newRun(newKey(), null, Lineage.NONE))).run();
    }

    /** One of a worker that lives. */
    RunRecord running() {
        return running(Lineage.NONE);
    }

    RunRecord running(Lineage lineage) {
        return value(log.start(newRun(newKey(), worker(), lineage))).run();
    }

    RunRecord load(RunKey key) {
        return value(log.load(key));
    }

    List<RunRecord> claim(RunKey key) {
        return claim(worker(), key);
    }

    List<RunRecord> claim(String worker, @Nullable RunKey only) {
        return all(log.claim(new Claim(worker, "default", List.of(CODE), only, 100)));
    }

    static Guard guard(RunRecord run) {
        return new Guard(run.key(), run.progress().epoch(), run.progress().seq());
    }

    static Transition transition(Guard guard, Move move) {
        return transition(guard, move, new Body("{\"out\":1}", null, null, 0), Schedule.NONE);
    }

    static Transition transition(Guard guard, Move move, Body body, Schedule schedule) {
        return new Transition(guard, RunWriter.newCommitId(), move, "first", "second", body, schedule);
    }

    static Transition pause(Guard guard, String token, @Nullable Duration timeout) {
        return transition(
                guard, Move.PAUSE, Body.NONE, new Schedule(null, null, new Asked(token, "why", "{}", timeout)));
    }

    Verdict commit(RunRecord run, Move move) {
        return commit(transition(guard(run), move));
    }

    Verdict commit(Transition transition) {
        return value(log.commit(transition));
    }

    /** A paused one, by this token. */
    RunRecord paused(String token, @Nullable Duration timeout) {
        RunRecord run = running();
        commit(pause(guard(run), token, timeout));
        return load(run.key());
    }

    /** One that has something to undo. */
    RunRecord undoable() {
        RunRecord run = running();
        commit(transition(guard(run), Move.ADVANCE, new Body(null, "{\"data\":1}", null, 1), Schedule.NONE));
        return load(run.key());
    }

    /** As somebody saves it who lets it end. */
    static RunRecord ended(RunRecord run) {
        return new RunRecord(
                run.key(),
                run.code(),
                RunStatus.COMPLETED,
                run.progress(),
                run.snapshot(),
                null,
                run.lineage(),
                run.times(),
                null);
    }

    RunLog.BranchResult result(Guard guard, String branch) {
        return new RunLog.BranchResult(guard, branch, RunWriter.newCommitId(), "{\"out\":\"" + branch + "\"}", null);
    }
}
