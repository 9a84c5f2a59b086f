package io.cortexreactive.durable;

import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunLog.Beat;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunModel.ModelRun.Rest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a store of runs must say, told by rules alone: no clock, no threads. Where it may say one thing or another (a
 * waiting run may be woken at once or by a sweep), the model is told what was said.
 */
final class RunModel {

    private final Map<RunKey, ModelRun> runs = new LinkedHashMap<>();
    private final Map<Once, ModelRun> starts = new LinkedHashMap<>();
    private final Map<String, Boolean> workers = new LinkedHashMap<>();

    @Nullable
    ModelRun get(RunKey key) {
        return runs.get(key);
    }

    private ModelRun known(RunKey key) {
        return Objects.requireNonNull(runs.get(key));
    }

    Set<RunKey> keys() {
        return Set.copyOf(runs.keySet());
    }

    /** The run, and whether it is fresh; {@code conflict}; all as text. */
    String start(NewRun run) {
        Once once = run.once();
        ModelRun first = once == null
                ? null
                : starts.entrySet().stream()
                        .filter(entry -> entry.getKey().idempotencyKey().equals(once.idempotencyKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(null);
        if (first != null && !starts.containsKey(once)) {
            return "conflict";
        }
        ModelRun there = first == null ? runs.get(run.key()) : first;
        if (there != null) {
            return there.key + " " + there.commits.contains(run.terms().commitId());
        }
        ModelRun begun = new ModelRun(run);
        runs.put(run.key(), begun);
        if (once != null) {
            starts.put(once, begun);
        }
        String worker = run.terms().worker();
        if (worker != null && claims(worker)) {
            begun.claim(worker);
        }
        return begun.key + " true";
    }

    void register(String worker) {
        workers.put(worker, true);
    }

    void leave(String worker) {
        workers.remove(worker);
    }

    Beat beat(String worker, boolean draining, Map<RunKey, Long> held) {
        if (!workers.containsKey(worker)) {
            return new Beat(false, held.keySet());
        }
        workers.put(worker, !draining);
        Set<RunKey> lost = new HashSet<>();
        held.forEach((key, epoch) -> {
            ModelRun run = runs.get(key);
            if (run == null || run.status != RunStatus.RUNNING || run.epoch != epoch) {
                lost.add(key);
            }
        });
        return new Beat(true, lost);
    }

    private boolean claims(String worker) {
        return workers.getOrDefault(worker, false);
    }

    Verdict commit(Transition made) {
        ModelRun run = runs.get(made.guard().key());
        return noting(run == null ? Verdict.FENCED : run.commit(made));
    }

    /** Once a run of its own has ended, a waiting run may have been woken, whatever happens then. */
    private <T> T noting(T result) {
        runs.values().stream().filter(this::isAwaitedNoMore).forEach(run -> run.rest = Rest.PERHAPS);
        return result;
    }

    Verdict branch(BranchResult made) {
        ModelRun run = runs.get(made.guard().key());
        return run == null ? Verdict.FENCED : run.branch(made);
    }

    Optional<Answered> answer(RunKey key, Answer answer) {
        return Optional.ofNullable(runs.get(key)).map(run -> run.answer(answer));
    }

    Optional<Cancelled> cancel(RunKey key, UUID commitId) {
        return noting(Optional.ofNullable(runs.get(key)).map(run -> run.cancel(commitId)));
    }

    boolean put(RunRecord to, UUID commitId) {
        return noting(known(to.key()).put(to, commitId));
    }

    boolean remove(RunKey key) {
        ModelRun run = runs.get(key);
        if (run != null && (run.status.isTerminal() || !run.ran)) {
            runs.remove(key);
            starts.values().remove(run);
            return true;
        }
        return run == null;
    }

    /** What a claim takes for sure, and what it may take as well. */
    Possible<RunKey> claimable(Claim claim) {
        Possible<RunKey> possible = new Possible<>();
        for (ModelRun run : runs.values()) {
            boolean asked = claim.only() == null || claim.only().equals(run.key);
            boolean known = claim.queue().equals(run.queue) && claim.codes().contains(run.code);
            if (claims(claim.worker()) && asked && known && run.status == RunStatus.PENDING) {
                possible.add(run.key, run.rest == Rest.READY, run.rest == Rest.PERHAPS);
            }
        }
        return possible;
    }

    private boolean isAwaitedNoMore(ModelRun run) {
        return run.status == RunStatus.PENDING
                && (run.rest == Rest.CHILDREN || run.rest == Rest.PERHAPS)
                && runs.values().stream().anyMatch(child -> child.status.isTerminal() && run.waitsFor(child.parent));
    }

    void aMinutePasses() {
        for (ModelRun run : runs.values()) {
            if (run.rest == Rest.BACKS_OFF) {
                run.rest = Rest.DUE;
            }
        }
    }

    /** What a sweep does, and what it may do as well. */
    Possible<String> sweep() {
        Possible<String> possible = new Possible<>();
        Set<RunKey> woken = new HashSet<>();
        for (ModelRun run : runs.values()) {
            if (run.status == RunStatus.PENDING) {
                boolean may = run.rest == Rest.BACKS_OFF || run.rest == Rest.PERHAPS;
                possible.add(run.key + " " + Change.WOKEN + " " + run.seq, run.rest == Rest.DUE, may);
            }
            if (run.rest == Rest.DUE || isAwaitedNoMore(run)) {
                woken.add(run.key);
            }
        }
        for (ModelRun run : runs.values()) {
            Change change = lookAfter(run);
            if (change != null) {
                possible.add(run.key + " " + change + " " + run.seq, true, false);
            }
        }
        woken.forEach(this::woken);
        runs.values().stream()
                .filter(this::isAwaitedNoMore)
                .forEach(run -> possible.add(run.key + " " + Change.WOKEN + " " + run.seq, false, true));
        return noting(possible);
    }

    /** What ends because its deadline has come. */
    Possible<String> expire() {
        Possible<String> possible = new Possible<>();
        for (ModelRun run : runs.values()) {
            boolean waits = run.status == RunStatus.PENDING || run.status == RunStatus.PAUSED;
            if (run.late && waits && run.outcome == null) {
                possible.add(run.key + " " + run.fail() + " " + run.seq, true, false);
            }
        }
        return noting(possible);
    }

    private @Nullable Change lookAfter(ModelRun run) {
        if (run.status == RunStatus.PAUSED && run.timesOut) {
            return run.timeOut();
        }
        boolean lost = run.status == RunStatus.RUNNING && (run.hangs || !workers.containsKey(run.owner));
        return lost ? run.recover() : null;
    }

    /** A run that a sweep has woken. */
    void woken(RunKey key) {
        known(key).rest = Rest.READY;
    }

    Set<RunKey> orphans() {
        return runs.values().stream()
                .filter(run -> !run.status.isTerminal() && run.outcome == null && isOrphan(run))
                .map(run -> run.key)
                .collect(Collectors.toSet());
    }

    private boolean isOrphan(ModelRun run) {
        ModelRun parent = run.parent == null ? null : runs.get(new RunKey(run.key.tenantId(), run.parent.runId()));
        return parent != null && (parent.status.isTerminal() || parent.outcome != null);
    }

    /** What must be there, and what may be there. */
    static final class Possible<T> {

        private final Set<T> must = new HashSet<>();
        private final Set<T> may = new HashSet<>();

        private void add(T one, boolean surely, boolean maybe) {
            if (surely) {
                must.add(one);
            } else if (maybe) {
                may.add(one);
            }
        }

        boolean allows(Set<T> found) {
            Set<T> rest = new HashSet<>(found);
            rest.removeAll(must);
            return found.containsAll(must) && may.containsAll(rest);
        }

        @Override
        public String toString() {
            return must + " and perhaps " + may;
        }
    }

    /** One run. */
    static final class ModelRun {

        /** Why a pending run is not claimed. */
        enum Rest {
            READY,
            BACKS_OFF,
            DUE,
            FAR,
            CHILDREN,
            PERHAPS
        }

        final RunKey key;
        final RunRecord.Code code;
        final String queue;
        final RunRecord.@Nullable Parent parent;
        final Set<UUID> commits = new HashSet<>();
        final Map<String, Integer> requests = new LinkedHashMap<>();
        final Map<Integer, Map<String, Long>> branches = new TreeMap<>();

        /** Sequence and branch of each entry, in the order that they are committed in. */
        final List<String> told = new ArrayList<>();

        RunStatus status = RunStatus.PENDING;
        Rest rest = Rest.READY;
        long epoch;
        int seq;

        @Nullable
        String node;

        int attempts;
        int crashes;
        int undo;

        @Nullable
        RunStatus outcome;

        @Nullable
        String token;

        @Nullable
        String owner;

        boolean ran;
        boolean timesOut;
        private boolean impatient;
        boolean hangs;
        final boolean late;

        ModelRun(NewRun run) {
            this.key = run.key();
            this.code = run.code();
            this.queue = run.terms().queue();
            this.parent = run.lineage().parent();
            this.node = run.node();
            this.impatient = run.terms().nodeTimeout() != null;
            this.late = run.terms().deadline() != null;
            tell(run.terms().commitId());
        }

        private void tell(@Nullable UUID commitId) {
            told.add(seq + "/");
            if (commitId != null) {
                commits.add(commitId);
            }
        }

        void claim(String worker) {
            status = RunStatus.RUNNING;
            rest = Rest.READY;
            owner = worker;
            epoch++;
            attempts++;
            ran = true;
            hangs = impatient;
        }

        boolean waitsFor(RunRecord.@Nullable Parent child) {
            return child != null
                    && child.runId().equals(key.runId())
                    && child.seq() == seq + 1
                    && !branches.getOrDefault(seq + 1, Map.of()).containsKey(child.branch());
        }

        private boolean isGuarded(Transition.Guard guard) {
            return status == RunStatus.RUNNING && epoch == guard.epoch() && seq == guard.seq();
        }

        Verdict commit(Transition made) {
            if (!isGuarded(made.guard()) || !may(made.move())) {
                return commits.contains(made.commitId()) ? Verdict.COMMITTED : Verdict.FENCED;
            }
            node = made.next() == null ? node : made.next();
            undo += made.body().undo();
            switch (made.move()) {
                case RETRY -> leave(made);
                case RELEASE -> {
                    attempts = Math.max(0, attempts - 1);
                    become(RunStatus.PENDING);
                }
                case PARK -> {
                    attempts = Math.max(0, attempts - 1);
                    crashes = 0;
                    leave(made);
                }
                default -> transit(made);
            }
            return Verdict.COMMITTED;
        }

        private boolean may(Transition.Move move) {
            return switch (move) {
                case CANCELLED -> outcome == RunStatus.CANCELLED;
                case FAIL -> outcome == null || outcome == RunStatus.FAILED;
                case COMPLETE, PAUSE, UNWIND -> outcome == null;
                default -> true;
            };
        }

        private void transit(Transition made) {
            seq++;
            attempts = 0;
            crashes = 0;
            impatient = made.schedule().nodeTimeout() != null;
            switch (made.move()) {
                case ADVANCE, UNDO -> hangs = impatient;
                case TIMER, UNWIND -> leave(made);
                default -> become(made.move().to());
            }
            if (made.move() == Transition.Move.UNWIND) {
                outcome = RunStatus.FAILED;
            }
            if (made.move() == Transition.Move.PAUSE) {
                Transition.Asked asked = Objects.requireNonNull(made.schedule().pause());
                token = asked.token();
                timesOut = asked.timeout() != null;
            }
            tell(made.commitId());
        }

        private void leave(Transition made) {
            become(RunStatus.PENDING);
            Duration delay = made.schedule().delay();
            rest = delay == null ? Rest.CHILDREN : delay.isZero() ? Rest.READY : Rest.FAR;
        }

        private void become(RunStatus next) {
            status = next;
            epoch++;
            owner = null;
            hangs = false;
            token = null;
            timesOut = false;
            rest = Rest.READY;
            outcome = next.isTerminal() ? null : outcome;
        }

        Verdict branch(BranchResult made) {
            Map<String, Long> there = branches.getOrDefault(made.guard().seq() + 1, Map.of());
            if (isGuarded(made.guard()) && !there.containsKey(made.branch())) {
                branches.computeIfAbsent(seq + 1, at -> new TreeMap<>()).put(made.branch(), epoch);
                commits.add(made.commitId());
                told.add((seq + 1) + "/" + made.branch());
                return Verdict.COMMITTED;
            }
            boolean mine = commits.contains(made.commitId());
            return mine ? Verdict.COMMITTED : isGuarded(made.guard()) ? Verdict.EXISTS : Verdict.FENCED;
        }

        Answered answer(Answer answer) {
            Integer before = requests.get(answer.requestId());
            if (before != null) {
                return new Answered(true, status, before);
            }
            if (!answer.token().equals(token)) {
                return new Answered(false, status, seq);
            }
            goOn(answer.requestId(), answer.commitId());
            return new Answered(true, status, seq);
        }

        private void goOn(String requestId, @Nullable UUID commitId) {
            seq++;
            attempts = 0;
            become(RunStatus.PENDING);
            requests.put(requestId, seq);
            tell(commitId);
        }

        Cancelled cancel(UUID commitId) {
            if (status.isTerminal() || outcome != null) {
                return new Cancelled(commits.contains(commitId), status, seq);
            }
            end(RunStatus.CANCELLED, commitId);
            return new Cancelled(true, status, seq);
        }

        private void end(RunStatus as, @Nullable UUID commitId) {
            seq++;
            attempts = 0;
            crashes = 0;
            become(undo > 0 ? RunStatus.PENDING : as);
            outcome = undo > 0 ? as : null;
            tell(commitId);
        }

        Change fail() {
            end(RunStatus.FAILED, null);
            return status == RunStatus.FAILED ? Change.FAILED : Change.UNWINDING;
        }

        Change timeOut() {
            goOn("timeout:" + token, null);
            return Change.TIMED_OUT;
        }

        Change recover() {
            boolean progress = branches.getOrDefault(seq + 1, Map.of()).containsValue(epoch);
            int before = progress ? 0 : crashes;
            if (before >= 9 && outcome == null) {
                return fail();
            }
            crashes = before + 1;
            become(RunStatus.PENDING);
            rest = before == 0 ? Rest.READY : Rest.BACKS_OFF;
            return Change.RECOVERED;
        }

        boolean put(RunRecord to, UUID commitId) {
            boolean open = status == RunStatus.PENDING || status == RunStatus.PAUSED;
            boolean fits = outcome == null || to.status() == RunStatus.PENDING || to.status() == outcome;
            boolean here = seq == to.progress().seq();
            boolean again = commits.contains(commitId);
            if (again || !open || !fits || !here || to.status() == RunStatus.RUNNING) {
                return again;
            }
            seq++;
            node = to.progress().node();
            if (status == to.status()) {
                epoch++;
            } else {
                become(to.status());
                token = to.status() == RunStatus.PAUSED
                        ? Objects.requireNonNull(to.pause()).token()
                        : null;
            }
            tell(commitId);
            return true;
        }

        /** As text, of what a store gives. */
        static String told(RunRecord run) {
            RunRecord.Progress is = run.progress();
            String token = run.pause() == null ? null : run.pause().token();
            return text(run.status(), is.epoch(), is.seq(), is.node(), is.attempts(), is.undo(), is.outcome(), token);
        }

        @Override
        public String toString() {
            return text(status, epoch, seq, node, attempts, undo, outcome, token);
        }

        private static String text(@Nullable Object... parts) {
            return Arrays.toString(parts);
        }
    }
}
