package io.cortexreactive.persistence.postgres;

import static java.util.Objects.requireNonNull;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.RunStatus;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads rows. What this version does not know is a {@link CorruptStateException}. */
final class RunRows {

    private RunRows() {}

    /** @throws CorruptStateException if anything in it is not as it was written */
    static RunRecord run(Readable row) {
        try {
            return record(row);
        } catch (RuntimeException e) {
            throw corrupt(row.get("run_id", String.class), e);
        }
    }

    static CorruptStateException corrupt(@Nullable String runId, RuntimeException error) {
        return new CorruptStateException("Run '" + runId + "' cannot be read: " + error.getMessage(), error);
    }

    private static RunRecord record(Readable row) {
        RunStatus status = known(text(row, "status"), RunStatus::of);
        String outcome = row.get("outcome", String.class);
        return new RunRecord(
                key(row),
                code(row),
                status,
                new Progress(
                        number(row, "epoch"),
                        integer(row, "step_seq"),
                        row.get("current_node", String.class),
                        integer(row, "attempts"),
                        integer(row, "undo_count"),
                        outcome == null ? null : known(outcome, RunStatus::of)),
                new Snapshot(
                        integer(row, "snapshot_seq"),
                        StoredJson.text(requireNonNull(bytes(row, "data")), row.get("data_codec", String.class))),
                status == RunStatus.PAUSED ? waiting(row) : null,
                lineage(row),
                new Times(
                        instant(row, "created_at"),
                        row.get("started_at", Instant.class),
                        row.get("completed_at", Instant.class),
                        row.get("deadline_at", Instant.class)),
                StoredJson.error(row.get("error", String.class)));
    }

    private static Waiting waiting(Readable row) {
        return new Waiting(
                text(row, "pause_token"),
                text(row, "pause_reason"),
                StoredJson.textOrNull(bytes(row, "pause_spec"), row.get("data_codec", String.class)),
                instant(row, "paused_at"),
                row.get("pause_deadline_at", Instant.class));
    }

    private static Lineage lineage(Readable row) {
        String parent = row.get("parent_run_id", String.class);
        return new Lineage(
                parent == null ? null : new Parent(parent, integer(row, "parent_seq"), text(row, "parent_branch")),
                row.get("forked_from", String.class),
                integer(row, "forked_seq"));
    }

    static JournalEntry entry(Readable row) {
        return new JournalEntry(
                integer(row, "seq"),
                text(row, "branch"),
                known(text(row, "kind"), JournalEntry.Kind::of),
                row.get("node_id", String.class),
                StoredJson.textOrNull(bytes(row, "payload"), row.get("codec", String.class)),
                StoredJson.error(row.get("error", String.class)),
                row.get("request_id", String.class),
                new JournalEntry.Commit(
                        requireNonNull(row.get("commit_id", UUID.class)),
                        number(row, "epoch"),
                        Instant.EPOCH.plus(number(row, "finished_micros"), ChronoUnit.MICROS)));
    }

    static Swept swept(Readable row) {
        Change change = Change.valueOf(text(row, "change").toUpperCase(Locale.ROOT));
        return new Swept(key(row), code(row), change, integer(row, "step_seq"));
    }

    static Notice notice(Readable row) {
        return new Notice(
                Long.toString(number(row, "id")), key(row), code(row), integer(row, "seq"), text(row, "branch"));
    }

    static RunKey key(Readable row) {
        return new RunKey(text(row, "tenant_id"), text(row, "run_id"));
    }

    private static Code code(Readable row) {
        return new Code(text(row, "workflow_id"), text(row, "workflow_version"));
    }

    static RunStatus status(Readable row) {
        return known(text(row, "status"), RunStatus::of);
    }

    private static <T> T known(String value, Function<String, T> type) {
        try {
            return type.apply(value);
        } catch (IllegalArgumentException e) {
            throw new CorruptStateException("'" + value + "' is of a version newer than this one.", e);
        }
    }

    /** Sent in base64, with line breaks: left to the driver, they come in hexadecimal, which it reads slowly. */
    static byte @Nullable [] bytes(Readable row, String column) {
        String text = row.get(column, String.class);
        return text == null ? null : Base64.getMimeDecoder().decode(text);
    }

    static String text(Readable row, String column) {
        return requireNonNull(row.get(column, String.class), column);
    }

    static int integer(Readable row, String column) {
        return requireNonNull(row.get(column, Integer.class), column);
    }

    static boolean truth(Readable row, String column) {
        return requireNonNull(row.get(column, Boolean.class), column);
    }

    static long number(Readable row, String column) {
        return requireNonNull(row.get(column, Long.class), column);
    }

    static Instant instant(Readable row, String column) {
        return requireNonNull(row.get(column, Instant.class), column);
    }
}
