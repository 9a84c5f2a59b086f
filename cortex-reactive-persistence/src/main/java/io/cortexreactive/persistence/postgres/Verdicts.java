package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Verdict;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What became of steps. */
record Verdicts(Database database, SqlFile sql) {

    /** How long a step that others wait behind waits for a row that somebody has locked. */
    static final String AT_ONCE = "100ms";

    /** The same for one that nobody waits behind. */
    static final String PATIENTLY = "2s";

    /** What a row says; {@code waiting} is a run that may have waited for this one. */
    private record Row(int place, Verdict verdict, Optional<RunKey> waiting) {

        static Row of(Readable row) {
            return new Row(
                    RunRows.integer(row, "ord") - 1,
                    Verdict.valueOf(RunRows.text(row, "verdict").toUpperCase(Locale.ROOT)),
                    Optional.ofNullable(row.get("wakes", String.class))
                            .map(runId -> new RunKey(RunRows.text(row, "tenant_id"), runId)));
        }
    }

    static int length(byte @Nullable [] body) {
        return body == null ? 0 : body.length;
    }

    /** Those of the steps of one statement that were made. */
    Mono<Map<Integer, Mono<Verdict>>> made(Query query) {
        return database.write(query, Row::of)
                .map(rows -> rows.stream()
                        .filter(row -> row.verdict == Verdict.COMMITTED)
                        .collect(Collectors.toMap(
                                Row::place, row -> wake(row.waiting).thenReturn(row.verdict))));
    }

    /** Saves whoever waits the time until the next sweep; so it does not matter if it fails. */
    Mono<Void> wake(Optional<RunKey> waiting) {
        return waiting.map(run -> database.write(sql.query("wake_one", run.tenantId(), run.runId()), row -> true)
                        .onErrorComplete()
                        .then())
                .orElseGet(Mono::empty);
    }

    /**
     * That of one step, sent until it is settled. Whether one that was not made had been made before, is looked up by a
     * statement of its own, because one that began before a commit does not see it.
     *
     * @param journaled looks for it in the journal
     * @param anywhere looks for it where it may be if it is in no journal, too; for when an answer was lost
     */
    Mono<Verdict> alone(Query query, boolean again, Query journaled, Query anywhere) {
        return database.step(resent ->
                database.write(query, Row::of).flatMap(rows -> verdict(rows, again || resent ? anywhere : journaled)));
    }

    private Mono<Verdict> verdict(List<Row> rows, Query landed) {
        Verdict verdict = rows.isEmpty() ? Verdict.FENCED : rows.get(0).verdict;
        return verdict == Verdict.COMMITTED
                ? wake(rows.get(0).waiting).thenReturn(verdict)
                : database.readOne(landed, row -> Verdict.COMMITTED).defaultIfEmpty(verdict);
    }
}
