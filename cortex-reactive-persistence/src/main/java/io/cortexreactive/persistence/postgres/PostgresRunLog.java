package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.UnreadableRuns;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each step is one statement, and the row of the run decides. */
final class PostgresRunLog implements RunLog {

    private static final int MOST_WAITING = 10_000;

    private final Database database;
    private final SqlFile sql;
    private final RunSteps runs;
    private final RunList list;
    private final WorkerSteps workers;
    private final Upkeep upkeep;
    private final Commits commits;
    private final Branches branches;
    private final Starts starts;
    private final GroupWriter<Commits.Step, Verdict> commitsTogether;
    private final GroupWriter<Branches.Step, Verdict> branchesTogether;
    private final GroupWriter<Starts.Step, Started> startsTogether;

    PostgresRunLog(Database database, Database beats, SqlFile sql) {
        this.database = database;
        this.sql = sql;
        this.runs = new RunSteps(database, sql, new Verdicts(database, sql));
        this.list = new RunList(database, sql, new UnreadableRuns());
        this.workers = new WorkerSteps(list, beats);
        this.upkeep = new Upkeep(database, sql, database.times());
        this.commits = new Commits(database, sql);
        this.branches = new Branches(database, sql);
        this.starts = new Starts(database, sql);
        this.commitsTogether = new GroupWriter<>(commits, MOST_WAITING);
        this.branchesTogether = new GroupWriter<>(branches, MOST_WAITING);
        this.startsTogether = new GroupWriter<>(starts, MOST_WAITING);
    }

    Commits commits() {
        return commits;
    }

    Branches branches() {
        return branches;
    }

    Starts starts() {
        return starts;
    }

    @Override
    public Mono<Started> start(NewRun run) {
        return Mono.defer(() -> {
            Starts.Step step = Starts.Step.of(run);
            return step.isPlain() ? startsTogether.submit(step) : starts.alone(step, false);
        });
    }

    @Override
    public Mono<RunRecord> load(RunKey key) {
        return database.readOne(sql.query("load", key.tenantId(), key.runId()), RunRows::run);
    }

    @Override
    public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
        return database.read(sql.query("journal", key.tenantId(), key.runId(), after, (long) limit), RunRows::entry)
                .onErrorMap(CorruptStateException.class, error -> RunRows.corrupt(key.runId(), error))
                .flatMapIterable(entries -> entries);
    }

    @Override
    public Flux<RunKey> changed(Map<RunKey, Integer> seen) {
        return runs.changed(seen);
    }

    @Override
    public Flux<RunRecord> page(Query query) {
        return list.page(query);
    }

    @Override
    public Mono<Answered> answer(RunKey key, Answer answer) {
        return runs.answer(key, answer);
    }

    @Override
    public Mono<Cancelled> cancel(RunKey key, UUID commitId) {
        return runs.cancel(key, commitId);
    }

    @Override
    public Mono<Instant> register(String worker, Duration ttl) {
        return workers.register(worker, ttl);
    }

    @Override
    public Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        return workers.beat(worker, ttl, draining, held);
    }

    @Override
    public Mono<Void> leave(String worker) {
        return workers.leave(worker);
    }

    @Override
    public Flux<RunRecord> claim(Claim claim) {
        return workers.claim(claim);
    }

    @Override
    public Flux<QueueLoad> load() {
        return list.load();
    }

    @Override
    public Flux<WorkerInfo> workers() {
        return list.workers();
    }

    @Override
    public Mono<Verdict> commit(Transition transition) {
        return Mono.defer(() -> commitsTogether.submit(Commits.Step.of(transition)));
    }

    @Override
    public Mono<Verdict> branch(BranchResult result) {
        return Mono.defer(() -> branchesTogether.submit(Branches.Step.of(result)));
    }

    @Override
    public Flux<Swept> sweep(int limit) {
        return upkeep.sweep(limit);
    }

    @Override
    public Flux<Swept> expire(int limit, ErrorInfo late) {
        return upkeep.expire(limit, late);
    }

    @Override
    public Flux<RunKey> orphans(int limit) {
        return upkeep.orphans(limit);
    }

    @Override
    public Flux<Notice> notices(String reader, int limit) {
        return upkeep.notices(reader, limit);
    }

    @Override
    public Mono<Void> settle(Collection<Notice> notices) {
        return upkeep.settle(notices);
    }

    @Override
    public Mono<Boolean> put(RunRecord run, UUID commitId) {
        return runs.put(run, commitId);
    }

    @Override
    public Mono<Long> purge() {
        return upkeep.purge();
    }

    @Override
    public long unreadable() {
        return list.unreadable().count();
    }

    @Override
    public Mono<Boolean> remove(RunKey key) {
        return runs.remove(key);
    }
}
