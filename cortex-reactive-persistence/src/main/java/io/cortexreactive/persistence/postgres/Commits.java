package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.longMillis;
import static io.cortexreactive.persistence.postgres.Query.orNull;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.Transition;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Transitions of runs. The rows of a group are found by their keys alone, whatever the planner thinks of how many runs
 * are running, and locked in the order of these.
 */
final class Commits implements Grouped<Commits.Step, Verdict> {

    private final Verdicts verdicts;
    private final SqlFile sql;

    Commits(Database database, SqlFile sql) {
        this.verdicts = new Verdicts(database, sql);
        this.sql = sql;
    }

    /** A transition as the tables have it. */
    @SuppressWarnings("ArrayRecordComponent") // sent and never compared
    record Step(Transition of, byte @Nullable [] payload, byte @Nullable [] snapshot, byte @Nullable [] spec) {

        static Step of(Transition transition) {
            Transition.Asked pause = transition.schedule().pause();
            if (transition.move() == Transition.Move.PAUSE && pause == null) {
                throw new StateNotStorableException("A pause says nothing of what it waits for.", null);
            }
            return new Step(
                    transition,
                    StoredJson.bytesOrNull(transition.body().payload()),
                    StoredJson.bytesOrNull(transition.body().snapshot()),
                    pause == null ? null : StoredJson.bytesOrNull(pause.spec()));
        }

        RunKey key() {
            return of.guard().key();
        }

        /** Whether a node is done, and nothing else is to be said of it. */
        boolean isPlain() {
            return of.move() == Transition.Move.ADVANCE
                    && of.next() != null
                    && of.body().undo() == 0
                    && of.body().error() == null;
        }

        @Nullable
        String kind() {
            JournalEntry.Kind kind = of.move().kind();
            return kind == null ? null : kind.value();
        }

        String move() {
            return of.move().name().toLowerCase(Locale.ROOT);
        }

        @Nullable
        String error() {
            return StoredJson.error(of.body().error());
        }

        @Nullable
        String token() {
            Transition.Asked pause = of.schedule().pause();
            return pause == null ? null : pause.token();
        }

        @Nullable
        String reason() {
            Transition.Asked pause = of.schedule().pause();
            return pause == null ? null : StoredJson.readable(pause.reason());
        }

        @Nullable
        Duration pause() {
            Transition.Asked pause = of.schedule().pause();
            return pause == null ? null : pause.timeout();
        }
    }

    @Override
    public Object target(Step step) {
        return step.key();
    }

    @Override
    public int bytes(Step step) {
        return Verdicts.length(step.payload) + Verdicts.length(step.snapshot) + Verdicts.length(step.spec);
    }

    @Override
    public Mono<Map<Integer, Mono<Verdict>>> together(List<Step> steps) {
        return verdicts.made(steps.size() == 1 ? single(steps.get(0), Verdicts.AT_ONCE) : group(steps));
    }

    @Override
    public Mono<Verdict> alone(Step step, boolean again) {
        return verdicts.alone(single(step, Verdicts.PATIENTLY), again, landed(step, false), landed(step, true));
    }

    private Query landed(Step step, boolean anywhere) {
        Transition.Guard guard = step.of.guard();
        return sql.query(
                "landed",
                guard.key().tenantId(),
                guard.key().runId(),
                step.of.commitId(),
                guard.seq() + 1,
                "",
                anywhere);
    }

    private Query single(Step step, String patience) {
        return step.isPlain() ? advance(step, patience) : commit(step, patience);
    }

    /** The most frequent one says the same in less. */
    private Query advance(Step step, String patience) {
        Transition.Guard guard = step.of.guard();
        return sql.query(
                "advance",
                guard.key().tenantId(),
                guard.key().runId(),
                guard.epoch(),
                guard.seq(),
                step.of.commitId(),
                orNull(step.of.node(), String.class),
                orNull(step.of.next(), String.class),
                Query.millis(step.of.schedule().nodeTimeout()),
                orNull(step.payload, byte[].class),
                orNull(step.snapshot, byte[].class),
                patience);
    }

    private Query commit(Step step, String patience) {
        Transition.Guard guard = step.of.guard();
        return sql.query(
                "commit",
                guard.key().tenantId(),
                guard.key().runId(),
                guard.epoch(),
                guard.seq(),
                step.of.commitId(),
                orNull(step.kind(), String.class),
                step.move(),
                step.of.move().to().value(),
                orNull(step.of.node(), String.class),
                orNull(step.of.next(), String.class),
                orNull(step.error(), String.class),
                step.of.body().undo(),
                Query.millis(step.of.schedule().delay()),
                Query.millis(step.of.schedule().nodeTimeout()),
                orNull(step.token(), String.class),
                orNull(step.reason(), String.class),
                Query.millis(step.pause()),
                orNull(step.payload, byte[].class),
                orNull(step.snapshot, byte[].class),
                orNull(step.spec, byte[].class),
                patience);
    }

    private Query group(List<Step> steps) {
        return new GroupValues<>(steps)
                .column(String.class, step -> step.key().tenantId())
                .column(String.class, step -> step.key().runId())
                .column(Long.class, step -> step.of.guard().epoch())
                .column(Integer.class, step -> step.of.guard().seq())
                .column(UUID.class, step -> step.of.commitId())
                .column(String.class, Step::kind)
                .column(String.class, Step::move)
                .column(String.class, step -> step.of.move().to().value())
                .column(String.class, step -> step.of.node())
                .column(String.class, step -> step.of.next())
                .column(String.class, Step::error)
                .column(Integer.class, step -> step.of.body().undo())
                .column(Long.class, step -> longMillis(step.of.schedule().delay()))
                .column(Long.class, step -> longMillis(step.of.schedule().nodeTimeout()))
                .column(String.class, Step::token)
                .column(String.class, Step::reason)
                .column(Long.class, step -> longMillis(step.pause()))
                .body(Step::payload)
                .body(Step::snapshot)
                .body(Step::spec)
                .query(sql.get("commit_group"));
    }
}
