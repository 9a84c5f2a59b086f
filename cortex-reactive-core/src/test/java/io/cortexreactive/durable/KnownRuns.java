package io.cortexreactive.durable;

import static io.cortexreactive.durable.RunSteps.values;

import io.cortexreactive.durable.RunLog.QueueLoad;
import io.cortexreactive.durable.RunLog.WorkerInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of the runs of some tenants in a queue, against what the queue says of them. */
final class KnownRuns {

    private static final int TOLD = 12;
    private static final int ALL = 10_000;

    final Map<RunKey, RunRecord> runs = new HashMap<>();
    final Map<RunKey, String> owners = new HashMap<>();
    private final RunLog log;
    private final RunSteps steps;
    private final List<String> tenants;
    private final String description;
    private final Deque<String> told = new ArrayDeque<>();

    /** @param description what a failure begins with */
    KnownRuns(RunLog log, RunSteps steps, List<String> tenants, String description) {
        this.log = log;
        this.steps = steps;
        this.tenants = tenants;
        this.description = description;
    }

    void expect(String step, Object wanted, @Nullable Object actual) {
        told.add(step + " -> " + actual);
        if (told.size() > TOLD) {
            told.remove();
        }
        if (!wanted.equals(actual)) {
            throw new AssertionError(description + ": not " + wanted + " after\n  " + String.join("\n  ", told));
        }
    }

    static Predicate<RunRecord> is(RunStatus status) {
        return run -> run.status() == status;
    }

    Stream<RunRecord> those(Predicate<RunRecord> which) {
        return runs.values().stream().filter(which);
    }

    long running(String tenant) {
        return those(is(RunStatus.RUNNING).and(run -> run.key().tenantId().equals(tenant)))
                .count();
    }

    /** Takes what a run is now for what is known of it. */
    void changed(RunRecord before, RunRecord now, RunStatus to, int seqs, int epochs) {
        String of = before.key() + " from " + before.status();
        expect(of, to, now.status());
        expect(
                "sequence of " + of,
                before.progress().seq() + seqs,
                now.progress().seq());
        expect(
                "epoch of " + of,
                before.progress().epoch() + epochs,
                now.progress().epoch());
        runs.put(now.key(), now);
        if (to != RunStatus.RUNNING) {
            owners.remove(now.key());
        }
    }

    /** Nothing has happened to it. */
    void unchanged(RunRecord before) {
        expect("unchanged", before, steps.load(before.key()));
    }

    /** All of it, where these workers live. */
    void look(List<String> workers) {
        runs.values().forEach(run -> {
            unchanged(run);
            JournalInvariants.check(run, steps.journal(run.key()));
        });
        tenants.forEach(this::look);
        for (WorkerInfo worker : values(log.workers())) {
            if (workers.contains(worker.id())) {
                long held = owners.values().stream().filter(worker.id()::equals).count();
                expect("runs of " + worker.id(), held, worker.runs());
            }
        }
    }

    private void look(String tenant) {
        Predicate<RunRecord> own = run -> run.key().tenantId().equals(tenant);
        expect("all", those(own).collect(Collectors.toSet()), listed(tenant, null));
        for (RunStatus status : RunStatus.values()) {
            expect("those " + status, those(own.and(is(status))).collect(Collectors.toSet()), listed(tenant, status));
        }
        List<Long> counts = Stream.of(RunStatus.PENDING, RunStatus.RUNNING, RunStatus.PAUSED)
                .map(status -> those(own.and(is(status))).count())
                .toList();
        List<Long> load = values(log.load()).stream()
                .filter(one -> one.queue().equals(steps.queue) && one.tenantId().equals(tenant))
                .findFirst()
                .map(KnownRuns::counts)
                .orElse(List.of(0L, 0L, 0L));
        expect("load of " + tenant, counts, load);
    }

    private Set<RunRecord> listed(String tenant, @Nullable RunStatus status) {
        return Set.copyOf(values(log.page(new RunLog.Query(tenant, steps.code.definition(), status, null, ALL))));
    }

    private static List<Long> counts(QueueLoad load) {
        return List.of(load.waiting() + load.delayed(), load.running(), load.paused());
    }
}
