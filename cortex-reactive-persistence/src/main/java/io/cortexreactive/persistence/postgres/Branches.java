package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.orNull;

import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.Transition;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Results of branches. */
final class Branches implements Grouped<Branches.Step, Verdict> {

    private final Verdicts verdicts;
    private final SqlFile sql;

    Branches(Database database, SqlFile sql) {
        this.verdicts = new Verdicts(database, sql);
        this.sql = sql;
    }

    /** A result as the tables have it. */
    @SuppressWarnings("ArrayRecordComponent") // sent and never compared
    record Step(BranchResult of, byte @Nullable [] payload) {

        static Step of(BranchResult result) {
            return new Step(result, StoredJson.bytesOrNull(result.payload()));
        }

        @Nullable
        String error() {
            return StoredJson.error(of.error());
        }
    }

    private record Target(Transition.Guard guard, String branch) {}

    @Override
    public Object target(Step step) {
        return new Target(step.of.guard(), step.of.branch());
    }

    @Override
    public int bytes(Step step) {
        return Verdicts.length(step.payload);
    }

    @Override
    public Mono<Map<Integer, Mono<Verdict>>> together(List<Step> steps) {
        return verdicts.made(steps.size() == 1 ? single(steps.get(0), Verdicts.AT_ONCE) : group(steps));
    }

    @Override
    public Mono<Verdict> alone(Step step, boolean again) {
        Transition.Guard guard = step.of.guard();
        Query landed = sql.query(
                "landed",
                guard.key().tenantId(),
                guard.key().runId(),
                step.of.commitId(),
                guard.seq() + 1,
                step.of.branch(),
                false);
        return verdicts.alone(single(step, Verdicts.PATIENTLY), again, landed, landed);
    }

    private Query single(Step step, String patience) {
        Transition.Guard guard = step.of.guard();
        return sql.query(
                "branch",
                guard.key().tenantId(),
                guard.key().runId(),
                guard.epoch(),
                guard.seq(),
                step.of.branch(),
                step.of.commitId(),
                orNull(step.payload, byte[].class),
                orNull(step.error(), String.class),
                patience);
    }

    private Query group(List<Step> steps) {
        return new GroupValues<>(steps)
                .column(String.class, step -> step.of.guard().key().tenantId())
                .column(String.class, step -> step.of.guard().key().runId())
                .column(Long.class, step -> step.of.guard().epoch())
                .column(Integer.class, step -> step.of.guard().seq())
                .column(String.class, step -> step.of.branch())
                .column(UUID.class, step -> step.of.commitId())
                .column(String.class, Step::error)
                .body(Step::payload)
                .query(sql.get("branch_group"));
    }
}
