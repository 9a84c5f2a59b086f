package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.agent.AgentRuns.Approval;
import io.cortexreactive.agent.ApprovalNotFoundException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.resilience.Detached;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Decides on calls with which runs wait; each decision is taken once. Thread-safe. */
final class Approvals {

    private final Background background;

    Approvals(Background background) {
        this.background = background;
    }

    /** Waits for a run that is under way to ask. */
    Mono<Void> decide(RunRecord run, String callId, Approval approval) {
        Optional<Waiting> call = Waiting.of(run).stream()
                .filter(one -> one.step().callId().equals(callId))
                .findFirst();
        if (call.isPresent()) {
            return answered(run, call.get(), approval);
        }
        return repeated(run, callId, approval).flatMap(known -> known ? Mono.empty() : later(run, callId, approval));
    }

    /** Waits for a run that is under way to pause or end. */
    private Mono<Void> later(RunRecord run, String callId, Approval approval) {
        if (run.status() == RunStatus.PAUSED || run.status().isTerminal()) {
            return Mono.error(notFound(run, callId));
        }
        return background
                .journals()
                .follow(run.key(), run.progress().seq())
                .filter(entry -> entry.kind() == JournalEntry.Kind.PAUSE || entry.kind() == JournalEntry.Kind.TERMINAL)
                .next()
                .then(Mono.defer(() -> background.queue().load(run.key())))
                .switchIfEmpty(
                        Mono.error(() -> new AgentRunNotFoundException(run.key().runId())))
                .flatMap(now -> decide(now, callId, approval));
    }

    private static ApprovalNotFoundException notFound(RunRecord run, String callId) {
        return new ApprovalNotFoundException(run.key().runId(), callId, DefaultAgentRuns.status(run));
    }

    private Mono<Void> answered(RunRecord run, Waiting call, Approval approval) {
        String token = Objects.requireNonNull(run.pause()).token();
        Map<String, Object> decision = Map.of(
                "id", call.id(),
                "call", call.step().callId(),
                "content", call.content(),
                "granted", approval.granted(),
                "reason", approval.reason());
        String json = StepJson.write(
                Map.of("decision", decision), "decision", background.settings().maxEntryBytes());
        Answer answer = new Answer(
                token, Waiting.request(call.step().callId(), approval.granted()), json, RunWriter.newCommitId());
        return Detached.run(background.queue().answer(run.key(), answer)).flatMap(answered -> {
            background.worker().tell(run.key());
            background.wake();
            return answered.accepted() ? Mono.<Void>empty() : again(run, call, approval);
        });
    }

    /** Somebody was faster, be it with another call. */
    private Mono<Void> again(RunRecord run, Waiting call, Approval approval) {
        return background
                .queue()
                .load(run.key())
                .flatMap(now -> decide(now, call.step().callId(), approval));
    }

    /** Whether the same was decided before. */
    private Mono<Boolean> repeated(RunRecord run, String callId, Approval approval) {
        Answer answer = new Answer("", Waiting.request(callId, approval.granted()), "{}", RunWriter.newCommitId());
        return background.queue().answer(run.key(), answer).map(answered -> answered.accepted());
    }
}
