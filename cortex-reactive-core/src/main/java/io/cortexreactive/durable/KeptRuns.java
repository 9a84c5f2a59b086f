package io.cortexreactive.durable;

import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Fairness;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.QueueLoad;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Parent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs by all that they are looked for by. Guarded by the lock of its log. */
final class KeptRuns {

    private static final Comparator<Cursor> NEWEST_FIRST =
            Comparator.comparing(Cursor::createdAt).thenComparing(Cursor::runId).reversed();

    private static final Comparator<KeptRun> MOST_URGENT_FIRST = Comparator.comparingInt(KeptRun::priority)
            .thenComparing(KeptRun::availableAt)
            .thenComparing(run -> run.key.runId());

    private static final Comparator<End> EARLIEST_FIRST =
            Comparator.comparing(End::at).thenComparing(End::tenantId).thenComparing(End::runId);

    private final Map<RunKey, KeptRun> all = new HashMap<>();
    private final Map<Start, KeptRun> starts = new HashMap<>();
    private final Map<RunKey, Set<KeptRun>> children = new HashMap<>();
    private final Map<String, NavigableMap<Cursor, KeptRun>> tenants = new HashMap<>();
    private final Map<RunStatus, Set<KeptRun>> byStatus = new EnumMap<>(RunStatus.class);
    private final Map<KeptRun, RunStatus> filed = new HashMap<>();

    private final NavigableMap<End, KeptRun> ended = new TreeMap<>();

    /** Those that wait, by their deadlines. */
    private final NavigableMap<End, KeptRun> timed = new TreeMap<>();

    private record Start(String tenantId, String definition, String idempotencyKey) {}

    private record End(Instant at, String tenantId, String runId) implements Comparable<End> {

        static End of(KeptRun run) {
            return of(Objects.requireNonNull(run.times().completedAt()), run);
        }

        static End of(Instant at, KeptRun run) {
            return new End(at, run.key.tenantId(), run.key.runId());
        }

        @Override
        public int compareTo(End other) {
            return EARLIEST_FIRST.compare(this, other);
        }
    }

    @Nullable
    KeptRun get(RunKey key) {
        return all.get(key);
    }

    /** The run that was begun under its idempotency key; throws if with another input. */
    @Nullable
    KeptRun first(NewRun run) {
        Once once = run.once();
        if (once == null) {
            return null;
        }
        KeptRun first = starts.get(start(run.key(), run.code(), once));
        if (first != null && !once.equals(first.origin.once())) {
            throw new IdempotencyConflictException(run.code().definition(), once.idempotencyKey());
        }
        return first;
    }

    void add(KeptRun run) {
        all.put(run.key, run);
        tenants.computeIfAbsent(run.key.tenantId(), tenant -> new TreeMap<>(NEWEST_FIRST))
                .put(cursor(run), run);
        Start start = start(run);
        if (start != null) {
            starts.put(start, run);
        }
        RunKey parent = parent(run);
        if (parent != null) {
            children.computeIfAbsent(parent, key -> new LinkedHashSet<>()).add(run);
        }
        file(run);
    }

    void remove(KeptRun run) {
        all.remove(run.key);
        tenants.getOrDefault(run.key.tenantId(), new TreeMap<>(NEWEST_FIRST)).remove(cursor(run));
        Start start = start(run);
        if (start != null) {
            starts.remove(start);
        }
        RunKey parent = parent(run);
        if (parent != null) {
            forgetChild(parent, run);
        }
        in(run.status()).remove(run);
        filed.remove(run);
        if (run.status().isTerminal()) {
            ended.remove(End.of(run));
        }
        Instant deadline = run.times().deadlineAt();
        if (deadline != null) {
            timed.remove(End.of(deadline, run));
        }
    }

    private void forgetChild(RunKey parent, KeptRun child) {
        Set<KeptRun> siblings = children.get(parent);
        if (siblings != null && siblings.remove(child) && siblings.isEmpty()) {
            children.remove(parent);
        }
    }

    private static Cursor cursor(KeptRun run) {
        return new Cursor(run.times().createdAt(), run.key.runId());
    }

    private static @Nullable Start start(KeptRun run) {
        Once once = run.origin.once();
        return once == null ? null : start(run.key, run.code, once);
    }

    private static Start start(RunKey key, Code code, Once once) {
        return new Start(key.tenantId(), code.definition(), once.idempotencyKey());
    }

    private static @Nullable RunKey parent(KeptRun run) {
        Parent parent = run.lineage.parent();
        return parent == null ? null : new RunKey(run.key.tenantId(), parent.runId());
    }

    private @Nullable KeptRun parentOf(KeptRun run) {
        RunKey parent = parent(run);
        return parent == null ? null : all.get(parent);
    }

    private Set<KeptRun> in(RunStatus status) {
        return byStatus.computeIfAbsent(status, value -> new LinkedHashSet<>());
    }

    private void file(KeptRun run) {
        fileDeadline(run);
        RunStatus before = filed.put(run, run.status());
        if (before != run.status()) {
            if (before != null) {
                in(before).remove(run);
            }
            in(run.status()).add(run);
            if (run.status().isTerminal()) {
                ended.put(End.of(run), run);
            }
        }
    }

    private void fileDeadline(KeptRun run) {
        Instant deadline = run.times().deadlineAt();
        if (deadline != null && run.isTimed()) {
            timed.put(End.of(deadline, run), run);
        } else if (deadline != null) {
            timed.remove(End.of(deadline, run));
        }
    }

    /** Files a run anew; one that waits goes on when a run of its own has ended, whichever came first. */
    void changed(KeptRun run, Instant now) {
        file(run);
        children.getOrDefault(run.key, Set.of()).stream()
                .filter(child -> child.status().isTerminal() && run.waitsFor(child.lineage))
                .findFirst()
                .ifPresent(child -> run.wake(now));
        KeptRun parent = parentOf(run);
        if (parent != null && run.status().isTerminal() && parent.waitsFor(run.lineage)) {
            parent.wake(now);
        }
    }

    List<RunRecord> newest(Query query) {
        NavigableMap<Cursor, KeptRun> runs = tenants.getOrDefault(query.tenantId(), new TreeMap<>(NEWEST_FIRST));
        Collection<KeptRun> rest = query.before() == null
                ? runs.values()
                : runs.tailMap(query.before(), false).values();
        return rest.stream()
                .filter(run -> query.definition() == null || query.definition().equals(run.code.definition()))
                .filter(run -> query.status() == null || query.status() == run.status())
                .filter(run -> query.parent() == null || isBelow(run, query.parent()))
                .limit(query.limit())
                .map(KeptRun::toRecord)
                .toList();
    }

    private static boolean isBelow(KeptRun run, String parent) {
        return run.lineage.parent() != null && run.lineage.parent().runId().equals(parent);
    }

    List<KeptRun> claimable(Claim claim, Instant now) {
        Stream<KeptRun> pending =
                claim.only() == null ? in(RunStatus.PENDING).stream() : Stream.ofNullable(all.get(claim.only()));
        Stream<KeptRun> claimable = pending.filter(run -> run.isClaimable(now)
                        && run.origin.queue().equals(claim.queue())
                        && claim.codes().contains(run.code))
                .sorted(MOST_URGENT_FIRST);
        Fairness fairness = claim.fairness();
        return (fairness == null ? claimable : inTurn(claimable, claim.queue(), fairness))
                .limit(claim.limit())
                .toList();
    }

    /** The first of a tenant counts as one more that runs, its second as two, and so on. */
    private Stream<KeptRun> inTurn(Stream<KeptRun> claimable, String queue, Fairness fairness) {
        Map<String, Long> running = in(RunStatus.RUNNING).stream()
                .filter(run -> run.origin.queue().equals(queue))
                .collect(Collectors.groupingBy(run -> run.key.tenantId(), Collectors.counting()));
        NavigableMap<Long, List<KeptRun>> turns = new TreeMap<>();
        claimable.forEach(run -> {
            long turn = running.merge(run.key.tenantId(), 1L, Long::sum);
            if (turn <= fairness.perTenant()) {
                turns.computeIfAbsent(turn, count -> new ArrayList<>()).add(run);
            }
        });
        turns.values().forEach(Collections::shuffle);
        return turns.values().stream().flatMap(List::stream);
    }

    /** Whether so many runs of a queue are pending. */
    boolean waits(String queue, int many) {
        return in(RunStatus.PENDING).stream()
                        .filter(run -> run.origin.queue().equals(queue))
                        .limit(many)
                        .count()
                >= many;
    }

    private Stream<KeptRun> live() {
        return Stream.of(RunStatus.PENDING, RunStatus.RUNNING, RunStatus.PAUSED).flatMap(status -> in(status).stream());
    }

    List<QueueLoad> load(Instant now) {
        Map<List<String>, List<KeptRun>> queues =
                live().collect(Collectors.groupingBy(run -> List.of(run.origin.queue(), run.key.tenantId())));
        return queues.values().stream().map(runs -> load(runs, now)).toList();
    }

    private static QueueLoad load(List<KeptRun> runs, Instant now) {
        KeptRun any = runs.get(0);
        List<Instant> waiting = runs.stream()
                .filter(run -> run.status() == RunStatus.PENDING)
                .map(KeptRun::availableAt)
                .filter(at -> !at.isAfter(now))
                .sorted()
                .toList();
        return new QueueLoad(
                any.origin.queue(),
                any.key.tenantId(),
                waiting.size(),
                count(runs, RunStatus.PENDING) - waiting.size(),
                count(runs, RunStatus.RUNNING),
                count(runs, RunStatus.PAUSED),
                waiting.isEmpty() ? null : waiting.get(0));
    }

    private static long count(List<KeptRun> runs, RunStatus status) {
        return runs.stream().filter(run -> run.status() == status).count();
    }

    /** How many runs each worker has. */
    Map<String, Long> held() {
        return in(RunStatus.RUNNING).stream()
                .collect(Collectors.groupingBy(run -> String.valueOf(run.owner()), Collectors.counting()));
    }

    List<KeptRun> due(Instant now, int limit) {
        return some(RunStatus.PENDING, run -> run.isDue(now), limit);
    }

    List<KeptRun> timedOut(Instant now, int limit) {
        return some(RunStatus.PAUSED, run -> run.isTimedOut(now), limit);
    }

    /** Those that wait although their deadline has come, the earliest first. */
    List<KeptRun> late(Instant now, int limit) {
        End after = new End(now.plusNanos(1), "", "");
        return timed.headMap(after).values().stream().limit(limit).toList();
    }

    List<KeptRun> pausedBefore(Instant time, int limit) {
        return some(RunStatus.PAUSED, run -> run.isPausedBefore(time), limit);
    }

    List<KeptRun> lost(Predicate<String> lives, Instant now, int limit) {
        return some(RunStatus.RUNNING, run -> run.isLost(lives, now), limit);
    }

    private List<KeptRun> some(RunStatus status, Predicate<KeptRun> which, int limit) {
        return in(status).stream().filter(which).limit(limit).toList();
    }

    List<RunKey> orphans(int limit) {
        return live().filter(run -> !run.isUnwinding() && isOrphan(run))
                .limit(limit)
                .map(run -> run.key)
                .toList();
    }

    private boolean isOrphan(KeptRun run) {
        KeptRun parent = parentOf(run);
        return parent != null && (parent.status().isTerminal() || parent.isUnwinding());
    }

    List<KeptRun> endedBefore(Instant time) {
        return ended.headMap(new End(time, "", "")).values().stream()
                .filter(run -> !isWaitedFor(run))
                .toList();
    }

    private boolean isWaitedFor(KeptRun run) {
        KeptRun parent = parentOf(run);
        return parent != null && !parent.status().isTerminal();
    }
}
