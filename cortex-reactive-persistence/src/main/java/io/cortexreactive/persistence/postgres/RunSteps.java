package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.orNull;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StateNotStorableException;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What callers do to runs. */
record RunSteps(Database database, SqlFile sql, Verdicts verdicts) {

    private static final int DEFAULT_PRIORITY = 100;
    private static final String DEFAULT_QUEUE = "default";

    /** Of which run it is a child or a fork. */
    static List<Object> lineage(RunRecord.Lineage lineage) {
        RunRecord.Parent parent = lineage.parent();
        return Arrays.asList(
                parent == null ? String.class : parent.runId(),
                parent == null ? Integer.class : parent.seq(),
                parent == null ? String.class : parent.branch(),
                orNull(lineage.forkedFrom(), String.class),
                lineage.forkedSeq());
    }

    Flux<RunKey> changed(Map<RunKey, Integer> seen) {
        List<Map.Entry<RunKey, Integer>> runs = List.copyOf(seen.entrySet());
        Query look = sql.query(
                "changed",
                runs.stream().map(run -> run.getKey().tenantId()).toArray(String[]::new),
                runs.stream().map(run -> run.getKey().runId()).toArray(String[]::new),
                runs.stream().map(Map.Entry::getValue).toArray(Integer[]::new));
        return database.read(look, RunRows::key).flatMapIterable(keys -> keys);
    }

    Mono<Answered> answer(RunKey key, Answer answer) {
        Query update = sql.query(
                "answer",
                key.tenantId(),
                key.runId(),
                answer.token(),
                answer.requestId(),
                answer.commitId(),
                StoredJson.bytes(answer.input()));
        Query look = sql.query("answered", key.tenantId(), key.runId(), answer.requestId());
        return database.step(again -> database.writeOne(update, RunSteps::accepted)
                .onErrorResume(DriverErrors::isDuplicate, error -> Mono.empty())
                .switchIfEmpty(Mono.defer(() -> database.readOne(look, RunSteps::answered))));
    }

    private static Answered accepted(Readable row) {
        return new Answered(true, RunRows.status(row), RunRows.integer(row, "step_seq"));
    }

    private static Answered answered(Readable row) {
        Integer answer = row.get("answer_seq", Integer.class);
        return new Answered(
                answer != null, RunRows.status(row), answer != null ? answer : RunRows.integer(row, "step_seq"));
    }

    Mono<Cancelled> cancel(RunKey key, UUID commitId) {
        Query update = sql.query("cancel", key.tenantId(), key.runId(), commitId);
        Query look = sql.query("stands", key.tenantId(), key.runId(), commitId);
        return database.step(again -> database.writeOne(update, row -> cancelled(key, row))
                .flatMap(ended -> verdicts.wake(ended.waiting).thenReturn(ended.answer))
                .switchIfEmpty(Mono.defer(() -> database.readOne(look, RunSteps::stands))));
    }

    private record Ended(Cancelled answer, Optional<RunKey> waiting) {}

    private static Ended cancelled(RunKey key, Readable row) {
        return new Ended(new Cancelled(true, RunRows.status(row), RunRows.integer(row, "step_seq")), waiting(key, row));
    }

    /** A run that may have waited for this one. */
    private static Optional<RunKey> waiting(RunKey key, Readable row) {
        return Optional.ofNullable(row.get("wakes", String.class)).map(runId -> new RunKey(key.tenantId(), runId));
    }

    private static Cancelled stands(Readable row) {
        return new Cancelled(RunRows.truth(row, "mine"), RunRows.status(row), RunRows.integer(row, "step_seq"));
    }

    Mono<Boolean> put(RunRecord run, UUID commitId) {
        if (run.status() == RunStatus.PAUSED && run.pause() == null) {
            return Mono.error(() -> new StateNotStorableException("A paused run must say what it waits for.", null));
        }
        if (run.status() == RunStatus.RUNNING) {
            return Mono.just(false);
        }
        Query write = put(run, commitId, DEFAULT_QUEUE);
        Query look = sql.query("stands", run.key().tenantId(), run.key().runId(), commitId);
        return database.step(again -> database.writeOne(write, row -> waiting(run.key(), row))
                .flatMap(waiting -> verdicts.wake(waiting).thenReturn(true))
                .switchIfEmpty(Mono.defer(() -> database.readOne(look, row -> RunRows.truth(row, "mine"))
                        .defaultIfEmpty(false))));
    }

    private Query put(RunRecord run, UUID commitId, String queue) {
        List<Object> values = new ArrayList<>(List.of(
                run.key().tenantId(),
                run.key().runId(),
                run.code().definition(),
                run.code().version(),
                queue,
                DEFAULT_PRIORITY));
        values.addAll(lineage(run.lineage()));
        RunRecord.Progress progress = run.progress();
        values.addAll(List.of(
                run.status().value(),
                progress.outcome() == null ? String.class : progress.outcome().value(),
                orNull(progress.node(), String.class),
                progress.epoch(),
                progress.seq(),
                commitId,
                progress.attempts(),
                progress.undo(),
                run.snapshot().seq(),
                StoredJson.bytes(run.snapshot().json())));
        values.addAll(pause(run.pause()));
        values.addAll(List.of(
                orNull(StoredJson.error(run.error()), String.class),
                run.times().createdAt(),
                orNull(run.times().startedAt(), Instant.class),
                orNull(run.times().completedAt(), Instant.class),
                orNull(run.times().deadlineAt(), Instant.class)));
        return new Query(sql.get("put"), values);
    }

    private static List<Object> pause(RunRecord.@Nullable Waiting pause) {
        return pause == null
                ? List.of(String.class, String.class, byte[].class, Instant.class, Instant.class)
                : List.of(
                        pause.token(),
                        orNull(StoredJson.readable(pause.reason()), String.class),
                        orNull(StoredJson.bytesOrNull(pause.spec()), byte[].class),
                        pause.since(),
                        orNull(pause.until(), Instant.class));
    }

    Mono<Boolean> remove(RunKey key) {
        Query delete = sql.query("remove", key.tenantId(), key.runId());
        return database.step(again -> database.writeOne(delete, row -> RunRows.truth(row, "gone")));
    }
}
