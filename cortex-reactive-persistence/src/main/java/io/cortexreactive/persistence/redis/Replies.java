package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.QueueLoad;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.WorkerInfo;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.RunStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What scripts give, as values. What they cannot have given is a {@link CorruptStateException}. */
final class Replies {

    private Replies() {}

    /** Reads each part of a reply. */
    static <T> List<T> each(List<?> reply, Function<List<?>, T> read) {
        return reply.stream().map(part -> read.apply((List<?>) part)).toList();
    }

    /** By what claim a run is held; null if it is not. */
    static @Nullable String claim(List<?> flat) {
        return fields(flat).get("claim");
    }

    private static Map<String, String> fields(List<?> flat) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(text(flat, i), text(flat, i + 1));
        }
        return fields;
    }

    static RunRecord run(List<?> flat) {
        Map<String, String> fields = fields(flat);
        try {
            return new Fields(fields).toRun();
        } catch (RuntimeException e) {
            throw new CorruptStateException("A run is not as it was written: " + fields.get("run"), e);
        }
    }

    /** Which run a reply is of, be it that nothing else of it can be read. */
    static RunKey named(List<?> flat) {
        Map<String, String> fields = fields(flat);
        return new RunKey(fields.getOrDefault("tenant", ""), fields.getOrDefault("run", "?"));
    }

    /** Where in the list those runs stand that scripts can read. */
    static List<Cursor> places(List<?> reply) {
        return reply.stream()
                .map(flat -> fields((List<?>) flat))
                .filter(fields -> fields.containsKey("created"))
                .map(Fields::new)
                .map(run -> new Cursor(run.time("created"), run.text("run")))
                .toList();
    }

    /** @throws CorruptStateException if one is not as it was written */
    static List<JournalEntry> entries(RunKey run, List<?> reply) {
        try {
            return each(reply, Replies::entry);
        } catch (RuntimeException e) {
            throw new CorruptStateException("The journal of run '" + run.runId() + "' is not as it was written.", e);
        }
    }

    private static JournalEntry entry(List<?> packed) {
        String error = optional(packed, 5);
        return new JournalEntry(
                number(packed, 0),
                text(packed, 1),
                JournalEntry.Kind.of(text(packed, 2)),
                optional(packed, 3),
                optional(packed, 4),
                error == null ? null : Errors.read(error),
                optional(packed, 6),
                new JournalEntry.Commit(
                        UUID.fromString(text(packed, 7)), (Long) packed.get(8), instant((Long) packed.get(9))));
    }

    static Swept swept(List<?> reply) {
        return new Swept(key(reply), code(reply), Change.valueOf(text(reply, 4)), number(reply, 5));
    }

    static Notice notice(List<?> reply) {
        return new Notice(text(reply, 6), key(reply), code(reply), number(reply, 4), text(reply, 5));
    }

    static QueueLoad load(List<?> reply) {
        return new QueueLoad(
                text(reply, 0),
                text(reply, 1),
                (Long) reply.get(2),
                (Long) reply.get(3),
                (Long) reply.get(4),
                (Long) reply.get(5),
                reply.get(6) instanceof Long oldest ? instant(oldest) : null);
    }

    static WorkerInfo worker(List<?> reply) {
        return new WorkerInfo(text(reply, 0), flag(reply, 1), time(reply, 2), (Long) reply.get(3));
    }

    static RunKey key(List<?> reply) {
        return new RunKey(text(reply, 0), text(reply, 1));
    }

    private static Code code(List<?> reply) {
        return new Code(text(reply, 2), text(reply, 3));
    }

    /** Whether a flag is set. */
    static boolean flag(List<?> reply, int index) {
        return text(reply, index).equals("1");
    }

    static String text(List<?> reply, int index) {
        return String.valueOf(reply.get(index));
    }

    static int number(List<?> reply, int index) {
        return Integer.parseInt(text(reply, index));
    }

    static Instant time(List<?> reply, int index) {
        return instant((Long) reply.get(index));
    }

    private static @Nullable String optional(List<?> reply, int index) {
        Object value = reply.get(index);
        return value == null ? null : value.toString();
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** The fields of a run's hash, and its snapshot. */
    private record Fields(Map<String, String> values) {

        RunRecord toRun() {
            String error = values.get("error");
            return new RunRecord(
                    new RunKey(text("tenant"), text("run")),
                    new Code(text("definition"), text("version")),
                    RunStatus.of(text("status")),
                    progress(),
                    new Snapshot(number("snapshotSeq"), text("snapshot")),
                    pause(),
                    lineage(),
                    new Times(
                            time("created"),
                            optionalTime("started"),
                            optionalTime("completed"),
                            optionalTime("deadline")),
                    error == null ? null : Errors.read(error));
        }

        private Progress progress() {
            String outcome = values.get("outcome");
            return new Progress(
                    Long.parseLong(text("epoch")),
                    number("seq"),
                    values.get("node"),
                    number("attempts"),
                    number("undo"),
                    outcome == null ? null : RunStatus.of(outcome));
        }

        private @Nullable Waiting pause() {
            return values.containsKey("pauseToken")
                    ? new Waiting(
                            text("pauseToken"),
                            text("pauseReason"),
                            values.get("pauseSpec"),
                            time("pauseSince"),
                            optionalTime("pauseUntil"))
                    : null;
        }

        private Lineage lineage() {
            Parent parent = values.containsKey("parent")
                    ? new Parent(text("parent"), number("parentSeq"), text("parentBranch"))
                    : null;
            return new Lineage(parent, values.get("forkedFrom"), number("forkedSeq"));
        }

        private String text(String field) {
            String value = values.get(field);
            if (value == null) {
                throw new CorruptStateException("A run has no " + field + ".", null);
            }
            return value;
        }

        private int number(String field) {
            return Integer.parseInt(text(field));
        }

        private Instant time(String field) {
            return instant(Long.parseLong(text(field)));
        }

        private @Nullable Instant optionalTime(String field) {
            return values.containsKey(field) ? time(field) : null;
        }
    }
}
