package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunPages;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.UnreadableRuns;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lists runs. One that cannot be read is left out, and the next ones are read in its place. */
record RunList(Database database, SqlFile sql, UnreadableRuns unreadable) {

    Flux<RunRecord> page(RunLog.Query query) {
        return RunPages.read(
                query,
                (before, count) -> rows(query, before, count)
                        .map(rows -> new RunPages.Found(
                                rows.stream().map(RunList::cursor).toList(), readable(rows))));
    }

    private static RunLog.Cursor cursor(Row row) {
        return new RunLog.Cursor(row.createdAt(), row.key().runId());
    }

    /** Those that can be read. */
    List<RunRecord> readable(List<Row> rows) {
        List<RunRecord> runs = new ArrayList<>();
        for (Row row : rows) {
            RunRecord run = row.run();
            if (run != null) {
                runs.add(run);
            } else {
                unreadable.add(row.key(), Objects.requireNonNull(row.why()));
            }
        }
        return runs;
    }

    private Mono<List<Row>> rows(RunLog.Query query, RunLog.@Nullable Cursor before, int limit) {
        StringBuilder text = new StringBuilder(sql.get("page"));
        List<Object> values = new ArrayList<>(List.of(query.tenantId()));
        if (query.definition() != null) {
            values.add(query.definition());
            text.append(" AND s.workflow_id = $").append(values.size());
        }
        if (query.status() != null) {
            values.add(query.status().value());
            text.append(" AND s.status = $").append(values.size());
        }
        if (query.parent() != null) {
            values.add(query.parent());
            text.append(" AND s.parent_run_id = $").append(values.size());
        }
        if (before != null) {
            values.add(before.createdAt());
            values.add(before.runId());
            text.append(" AND (s.created_at, s.run_id) < ($%d, $%d)".formatted(values.size() - 1, values.size()));
        }
        values.add(limit);
        text.append(" ORDER BY s.created_at DESC, s.run_id DESC LIMIT $").append(values.size());
        return database.read(new Query(text.toString(), values), Row::of);
    }

    Flux<RunLog.QueueLoad> load() {
        return database.read(sql.query("queues"), RunList::load).flatMapIterable(all -> all);
    }

    private static RunLog.QueueLoad load(Readable row) {
        return new RunLog.QueueLoad(
                RunRows.text(row, "queue"),
                RunRows.text(row, "tenant_id"),
                RunRows.number(row, "waiting"),
                RunRows.number(row, "later"),
                RunRows.number(row, "running"),
                RunRows.number(row, "paused"),
                row.get("oldest") == null ? null : RunRows.instant(row, "oldest"));
    }

    Flux<RunLog.WorkerInfo> workers() {
        return database.read(sql.query("living"), RunList::worker).flatMapIterable(all -> all);
    }

    private static RunLog.WorkerInfo worker(Readable row) {
        return new RunLog.WorkerInfo(
                RunRows.text(row, "worker_id"),
                RunRows.truth(row, "draining"),
                RunRows.instant(row, "expires_at"),
                RunRows.number(row, "runs"));
    }

    /**
     * A row of a list of runs, of which one that cannot be read must not cost the others.
     *
     * @param run what it says; null if it cannot be read
     * @param why it cannot be
     */
    record Row(
            RunKey key,
            long epoch,
            Instant createdAt,
            @Nullable RunRecord run,
            @Nullable CorruptStateException why) {

        static Row of(Readable row) {
            RunKey key = RunRows.key(row);
            long epoch = RunRows.number(row, "epoch");
            Instant createdAt = RunRows.instant(row, "created_at");
            try {
                return new Row(key, epoch, createdAt, RunRows.run(row), null);
            } catch (CorruptStateException e) {
                return new Row(key, epoch, createdAt, null, e);
            }
        }
    }
}
