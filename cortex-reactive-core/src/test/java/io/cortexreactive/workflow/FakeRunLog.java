package io.cortexreactive.workflow;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalEntry.Commit;
import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gives out runs that tests have put in, and counts what is read of it. */
final class FakeRunLog implements RunLog {

    final Map<RunKey, RunRecord> runs = new LinkedHashMap<>();
    final Map<RunKey, List<JournalEntry>> journals = new LinkedHashMap<>();
    private @Nullable RunKey forgotten;
    int pagesRead;
    int journalsRead;

    /** A run with a journal whose main entries are numbered from 0. */
    RunRecord add(RunKey key, RunStatus status, Snapshot snapshot, JournalEntry... journal) {
        int seq = journal[journal.length - 1].seq();
        Instant at = Instant.ofEpochSecond(runs.size());
        Waiting pause = status == RunStatus.PAUSED ? new Waiting("token", "reason", "{}", at, at) : null;
        RunRecord run = new RunRecord(
                key,
                new Code("w", "1"),
                status,
                new Progress(4, seq, "next", 2, 1, null),
                snapshot,
                pause,
                Lineage.NONE,
                new Times(at, at, status.isTerminal() ? at : null, null),
                null);
        runs.put(key, run);
        journals.put(key, new ArrayList<>(List.of(journal)));
        return run;
    }

    RunRecord run(RunKey key) {
        return Objects.requireNonNull(runs.get(key));
    }

    List<JournalEntry> journalOf(RunKey key) {
        return Objects.requireNonNull(journals.get(key));
    }

    /** It is in pages, and gone when its journal is read. */
    void forgetWhenRead(RunKey key) {
        forgotten = key;
    }

    static JournalEntry entry(int seq, String branch, Kind kind, @Nullable String node, @Nullable String payload) {
        return new JournalEntry(seq, branch, kind, node, payload, null, null, new Commit(new UUID(0, seq), 1, at(seq)));
    }

    static Instant at(int seq) {
        return Instant.ofEpochSecond(1_000 + seq);
    }

    @Override
    public Mono<RunRecord> load(RunKey key) {
        return Mono.defer(() -> Mono.justOrEmpty(runs.get(key)));
    }

    @Override
    public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
        return Flux.defer(() -> {
            journalsRead++;
            if (key.equals(forgotten)) {
                runs.remove(key);
                journals.remove(key);
            }
            int last = after + limit;
            return Flux.fromIterable(journals.getOrDefault(key, List.of()))
                    .filter(entry -> entry.seq() > after && entry.seq() <= last);
        });
    }

    @Override
    public Flux<RunRecord> page(Query query) {
        return Flux.defer(() -> {
            pagesRead++;
            List<RunRecord> found = runs.values().stream()
                    .filter(run -> run.key().tenantId().equals(query.tenantId()))
                    .filter(run -> query.definition() == null
                            || query.definition().equals(run.code().definition()))
                    .filter(run -> query.status() == null || query.status() == run.status())
                    .filter(run -> query.before() == null
                            || run.times().createdAt().isBefore(query.before().createdAt()))
                    .sorted(Comparator.comparing((RunRecord run) -> run.times().createdAt())
                            .reversed())
                    .limit(query.limit())
                    .toList();
            return Flux.fromIterable(found);
        });
    }

    @Override
    public Mono<Boolean> put(RunRecord run, UUID commitId) {
        return Mono.fromSupplier(() -> {
            RunRecord there = runs.get(run.key());
            if (there == null) {
                keep(run, run.progress().seq());
                return true;
            }
            boolean open = there.status() == RunStatus.PENDING || there.status() == RunStatus.PAUSED;
            if (!open || there.progress().seq() != run.progress().seq()) {
                return false;
            }
            keep(run, run.progress().seq() + 1);
            return true;
        });
    }

    private void keep(RunRecord run, int seq) {
        Progress old = run.progress();
        Progress progress = new Progress(old.epoch() + 1, seq, old.node(), 0, old.undo(), old.outcome());
        runs.put(
                run.key(),
                new RunRecord(
                        run.key(),
                        run.code(),
                        run.status(),
                        progress,
                        new Snapshot(seq, run.snapshot().json()),
                        run.pause(),
                        run.lineage(),
                        run.times(),
                        run.error()));
        journals.computeIfAbsent(run.key(), key -> new ArrayList<>())
                .add(entry(seq, "", Kind.PATCH, null, run.snapshot().json()));
    }

    @Override
    public Mono<Boolean> remove(RunKey key) {
        return Mono.fromSupplier(() -> {
            RunRecord there = runs.get(key);
            if (there != null && !there.status().isTerminal()) {
                return false;
            }
            runs.remove(key);
            return true;
        });
    }

    @Override
    public Mono<Started> start(NewRun run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Answered> answer(RunKey key, Answer answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Cancelled> cancel(RunKey key, UUID commitId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Instant> register(String worker, Duration ttl) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Void> leave(String worker) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<QueueLoad> load() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<WorkerInfo> workers() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<RunRecord> claim(Claim claim) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Verdict> commit(Transition transition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Verdict> branch(BranchResult result) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<Swept> sweep(int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<Swept> expire(int limit, ErrorInfo late) {
        return Flux.empty();
    }

    @Override
    public Flux<RunKey> orphans(int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<Notice> notices(String reader, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Void> settle(Collection<Notice> notices) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Long> purge() {
        return Mono.just(3L);
    }
}
