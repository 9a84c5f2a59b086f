package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.longMillis;
import static io.cortexreactive.persistence.postgres.Query.millis;
import static io.cortexreactive.persistence.postgres.Query.orNull;

import io.cortexreactive.durable.IdempotencyConflictException;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.QueueFullException;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.error.CortexException;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Beginnings of runs. Those under an idempotency key are not for a group: one that waits for another of the same key
 * would hold up all.
 */
final class Starts implements Grouped<Starts.Step, Started> {

    private final Database database;
    private final SqlFile sql;

    Starts(Database database, SqlFile sql) {
        this.database = database;
        this.sql = sql;
    }

    /** A run as the tables have it. */
    @SuppressWarnings("ArrayRecordComponent") // sent and never compared
    record Step(NewRun of, byte[] input, byte[] snapshot) {

        static Step of(NewRun run) {
            return new Step(
                    run,
                    StoredJson.bytes(run.content().input()),
                    StoredJson.bytes(run.content().snapshot()));
        }

        /** Whether it can be made together with others. */
        boolean isPlain() {
            return of.once() == null && !hasTerms();
        }

        private boolean hasTerms() {
            return of.terms().isDelayed() || of.terms().mostWaiting() != null;
        }

        private <T> @Nullable T parent(Function<RunRecord.Parent, T> part) {
            RunRecord.Parent parent = of.lineage().parent();
            return parent == null ? null : part.apply(parent);
        }
    }

    /** A run that is in the way of a new one, or the new one itself, if an answer was lost. */
    private record InTheWay(RunRecord run, boolean mine, NewRun.@Nullable Once once) {

        static InTheWay of(Readable row) {
            String key = row.get("idempotency_key", String.class);
            return new InTheWay(
                    RunRows.run(row),
                    row.get("started_by", UUID.class) != null,
                    key == null ? null : new NewRun.Once(key, RunRows.text(row, "input_hash")));
        }
    }

    /** One that was begun, by its place in the group. */
    private record Begun(int place, RunRecord run) {

        static Begun of(Readable row) {
            return new Begun(RunRows.integer(row, "ord") - 1, RunRows.run(row));
        }
    }

    @Override
    public Object target(Step step) {
        return step.of.key();
    }

    @Override
    public int bytes(Step step) {
        return step.input.length + step.snapshot.length;
    }

    @Override
    public Mono<Map<Integer, Mono<Started>>> together(List<Step> steps) {
        Mono<List<Begun>> begun = steps.size() == 1
                ? database.write(single(steps.get(0)), row -> new Begun(0, RunRows.run(row)))
                : database.write(group(steps), Begun::of);
        return begun.map(rows ->
                rows.stream().collect(Collectors.toMap(Begun::place, row -> Mono.just(new Started(row.run, true)))));
    }

    @Override
    public Mono<Started> alone(Step step, boolean again) {
        Query insert = single(step);
        return database.step(resent -> database.writeOne(insert, RunRows::run)
                .map(begun -> new Started(begun, true))
                .switchIfEmpty(Mono.defer(() -> first(step.of))));
    }

    private Query single(Step step) {
        NewRun run = step.of;
        List<Object> values = new ArrayList<>(List.of(
                orNull(run.terms().worker(), String.class),
                run.key().tenantId(),
                run.key().runId(),
                run.code().definition(),
                run.code().version(),
                run.terms().queue(),
                run.terms().priority()));
        NewRun.Once once = run.once();
        values.add(once == null ? String.class : once.idempotencyKey());
        values.add(once == null ? String.class : once.inputHash());
        values.addAll(RunSteps.lineage(run.lineage()));
        values.addAll(List.of(
                run.node(),
                run.terms().commitId(),
                millis(run.terms().nodeTimeout()),
                millis(run.terms().deadline()),
                step.input,
                step.snapshot));
        if (!step.hasTerms()) {
            return new Query(sql.get("start"), values);
        }
        values.add(run.terms().isDelayed() ? millis(run.terms().delay()) : 0L);
        values.add(orNull(run.terms().mostWaiting(), Integer.class));
        return new Query(sql.get("start_on_terms"), values);
    }

    private Query group(List<Step> steps) {
        return new GroupValues<>(steps)
                .column(String.class, step -> step.of.terms().worker())
                .column(String.class, step -> step.of.key().tenantId())
                .column(String.class, step -> step.of.key().runId())
                .column(String.class, step -> step.of.code().definition())
                .column(String.class, step -> step.of.code().version())
                .column(String.class, step -> step.of.terms().queue())
                .column(Integer.class, step -> step.of.terms().priority())
                .column(String.class, step -> step.parent(RunRecord.Parent::runId))
                .column(Integer.class, step -> step.parent(RunRecord.Parent::seq))
                .column(String.class, step -> step.parent(RunRecord.Parent::branch))
                .column(String.class, step -> step.of.lineage().forkedFrom())
                .column(Integer.class, step -> step.of.lineage().forkedSeq())
                .column(String.class, step -> step.of.node())
                .column(UUID.class, step -> step.of.terms().commitId())
                .column(Long.class, step -> longMillis(step.of.terms().nodeTimeout()))
                .column(Long.class, step -> longMillis(step.of.terms().deadline()))
                .body(Step::input)
                .body(Step::snapshot)
                .query(sql.get("start_group"));
    }

    private Mono<Started> first(NewRun run) {
        NewRun.Once once = run.once();
        Query query = sql.query(
                "started",
                run.key().tenantId(),
                run.key().runId(),
                run.code().definition(),
                once == null ? String.class : once.idempotencyKey(),
                run.terms().commitId());
        return database.readOne(query, InTheWay::of)
                .switchIfEmpty(Mono.error(() -> refused(run.terms())))
                .map(found -> started(run, found));
    }

    private static CortexException refused(NewRun.Terms terms) {
        return terms.mostWaiting() == null
                ? new StoreUnavailableException(
                        "The run that was begun under this key before was forgotten just now.", null)
                : new QueueFullException(terms.queue(), terms.mostWaiting());
    }

    private static Started started(NewRun run, InTheWay found) {
        NewRun.Once once = run.once();
        if (once != null && isFirst(run, once, found)) {
            if (!once.equals(found.once)) {
                throw new IdempotencyConflictException(run.code().definition(), once.idempotencyKey());
            }
        } else if (!found.mine) {
            throw new StoreFailedException("There is a run '" + run.key().runId() + "' already.", null);
        }
        return new Started(found.run, found.mine);
    }

    private static boolean isFirst(NewRun run, NewRun.Once once, InTheWay found) {
        NewRun.Once before = found.once;
        return before != null
                && before.idempotencyKey().equals(once.idempotencyKey())
                && found.run.code().definition().equals(run.code().definition());
    }
}
