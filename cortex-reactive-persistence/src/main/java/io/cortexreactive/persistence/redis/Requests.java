package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.tenant.Tenancy;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the larger scripts are given. */
final class Requests {

    private Requests() {}

    static Arguments start(NewRun run, String token) {
        NewRun.Once once = run.once();
        Arguments arguments = Arguments.of(run.key().tenantId(), run.key().runId())
                .add(run.code().definition(), run.code().version(), run.node())
                .add(run.content().input(), run.content().snapshot())
                .add(once == null ? null : once.idempotencyKey(), once == null ? null : once.inputHash());
        lineage(arguments, run.lineage());
        NewRun.Terms terms = run.terms();
        return arguments
                .add(terms.commitId(), terms.queue(), terms.priority(), terms.deadline(), terms.nodeTimeout())
                .add(terms.worker(), token)
                .add(terms.isDelayed() ? terms.delay() : null, terms.mostWaiting());
    }

    private static void lineage(Arguments arguments, Lineage lineage) {
        Parent parent = lineage.parent();
        if (parent == null) {
            arguments.add(null, null, null);
        } else {
            arguments.add(parent.runId(), parent.seq(), parent.branch());
        }
        arguments.add(lineage.forkedFrom(), lineage.forkedSeq());
    }

    static Arguments claim(Claim claim, String token) {
        Arguments arguments = Arguments.of(claim.worker(), token, claim.queue(), claim.limit());
        if (claim.only() == null) {
            arguments.add(0, null, null);
        } else {
            arguments.add(1, claim.only().tenantId(), claim.only().runId());
        }
        arguments.add(claim.fairness() == null ? null : claim.fairness().perTenant());
        claim.codes().forEach(code -> arguments.add(code.definition(), code.version()));
        return arguments;
    }

    static Arguments commit(Transition made, @Nullable String token) {
        Move move = made.move();
        Asked pause = made.schedule().pause();
        if (move == Move.PAUSE && pause == null) {
            throw new StateNotStorableException("A pause says nothing of what it waits for.", null);
        }
        Arguments arguments = guarded(made.guard(), token, made.commitId())
                .add(move.name().toLowerCase(Locale.ROOT))
                .add(move.kind() == null ? null : move.kind().value(), move.to().value())
                .add(
                        made.node(),
                        made.next(),
                        made.body().payload(),
                        made.body().snapshot())
                .add(Errors.write(made.body().error()), made.body().undo())
                .add(made.schedule().delay(), made.schedule().nodeTimeout());
        if (pause == null) {
            arguments.add(null, null, null, null);
        } else {
            arguments.add(pause.token(), pause.reason(), pause.spec(), pause.timeout());
        }
        return arguments.add(Tenancy.newCorrelationId());
    }

    static Arguments branch(BranchResult result, @Nullable String token) {
        return guarded(result.guard(), token, result.commitId())
                .add(result.branch(), result.payload(), Errors.write(result.error()));
    }

    private static Arguments guarded(Guard guard, @Nullable String token, UUID commitId) {
        return Arguments.of(guard.key().tenantId(), guard.key().runId(), guard.epoch(), guard.seq(), token, commitId);
    }

    static Arguments put(RunRecord run, UUID commitId) {
        Arguments arguments = Arguments.of(
                        run.key().tenantId(),
                        run.key().runId(),
                        commitId,
                        run.snapshot().json())
                .field("definition", run.code().definition())
                .field("version", run.code().version())
                .field("status", run.status().value())
                .field("snapshotSeq", run.snapshot().seq())
                .field("error", Errors.write(run.error()))
                .field("created", run.times().createdAt())
                .field("started", run.times().startedAt())
                .field("completed", run.times().completedAt())
                .field("deadline", run.times().deadlineAt());
        progress(arguments, run.progress());
        origin(arguments, run.lineage());
        pause(arguments, run.pause());
        return arguments;
    }

    private static void progress(Arguments arguments, Progress progress) {
        arguments
                .field("epoch", progress.epoch())
                .field("seq", progress.seq())
                .field("node", progress.node())
                .field("attempts", progress.attempts())
                .field("undo", progress.undo())
                .field(
                        "outcome",
                        progress.outcome() == null ? null : progress.outcome().value());
    }

    private static void origin(Arguments arguments, Lineage lineage) {
        Parent parent = lineage.parent();
        if (parent != null) {
            arguments
                    .field("parent", parent.runId())
                    .field("parentSeq", parent.seq())
                    .field("parentBranch", parent.branch());
        }
        arguments.field("forkedFrom", lineage.forkedFrom()).field("forkedSeq", lineage.forkedSeq());
    }

    private static void pause(Arguments arguments, @Nullable Waiting pause) {
        if (pause != null) {
            arguments
                    .field("pauseToken", pause.token())
                    .field("pauseReason", pause.reason())
                    .field("pauseSpec", pause.spec())
                    .field("pauseSince", pause.since())
                    .field("pauseUntil", pause.until());
        }
    }
}
