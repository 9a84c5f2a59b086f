package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.durable.Carried;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.resilience.Detached;
import io.cortexreactive.tenant.Tenancy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Puts runs into the queue, and gives their ids. Thread-safe. */
final class Dispatch {

    /** Of all agents: what they are made of is not part of a run. */
    private static final String VERSION = "1";

    private static final String REDRIVE = "redrive:";
    private static final String CALLERS = "key:";

    private final Background background;

    Dispatch(Background background) {
        this.background = background;
    }

    /** What runs an agent's runs. */
    static Code code(String agentId) {
        return new Code(agentId, VERSION);
    }

    Mono<String> dispatch(PendingAgentRun run, String tenant) {
        return Mono.deferContextual(view -> {
            Agent agent = background.agents().byId().apply(run.work().agentId());
            Job job = Job.of(run, Carried.of(view));
            String once = run.terms().idempotencyKey();
            return begun(new NewRun(
                            new RunKey(tenant, run.runId()),
                            code(agent.id()),
                            Tries.NONE,
                            new NewRun.Content(
                                    "{}", job.toJson(background.settings().maxEntryBytes())),
                            once == null ? null : new NewRun.Once(key(once), job.hash()),
                            Lineage.NONE,
                            terms(run)))
                    .map(Dispatch::runId);
        });
    }

    /** A caller's key, told apart from those of repetitions. */
    private static String key(String callers) {
        return callers.startsWith(REDRIVE) || callers.startsWith(CALLERS) ? CALLERS + callers : callers;
    }

    private static String runId(Started started) {
        return started.run().key().runId();
    }

    private Mono<Started> begun(NewRun run) {
        return Detached.run(background.queue().start(run)).doOnNext(started -> background.wake());
    }

    /** The same each time that a run is dispatched. */
    private static UUID commitId(String runId) {
        return UUID.nameUUIDFromBytes(runId.getBytes(StandardCharsets.UTF_8));
    }

    private NewRun.Terms terms(PendingAgentRun run) {
        PendingAgentRun.Terms terms = run.terms();
        return new NewRun.Terms(
                commitId(run.runId()),
                terms.queue(),
                terms.priority(),
                terms.deadline(),
                null,
                null,
                terms.delay(),
                mostWaiting(terms.queue()));
    }

    private @Nullable Integer mostWaiting(String queue) {
        return background.settings().queues().stream()
                .filter(known -> known.name().equals(queue))
                .findFirst()
                .map(AgentRunSettings.Queue::mostWaiting)
                .orElse(null);
    }

    /** Begins a run anew, once; if that has failed as well, that one. */
    Mono<String> again(RunRecord run) {
        return Mono.defer(() -> begun(repetition(run)))
                .flatMap(started -> !started.fresh() && started.run().status() == RunStatus.FAILED
                        ? again(started.run())
                        : Mono.just(runId(started)));
    }

    private NewRun repetition(RunRecord run) {
        String runId = run.key().runId();
        return new NewRun(
                new RunKey(run.key().tenantId(), Tenancy.newCorrelationId()),
                run.code(),
                Tries.NONE,
                new NewRun.Content("{}", run.snapshot().json()),
                new NewRun.Once(REDRIVE + runId, runId),
                new Lineage(null, runId, run.progress().seq()),
                termsAgain(run));
    }

    /** The same, but for a delay: all its time, from now on. */
    private NewRun.Terms termsAgain(RunRecord run) {
        Job job = Job.of(run);
        Instant deadline = run.times().deadlineAt();
        return new NewRun.Terms(
                        RunWriter.newCommitId(),
                        job.place().queue(),
                        job.place().priority(),
                        deadline == null ? null : Duration.between(run.times().createdAt(), deadline),
                        null,
                        null)
                .withMostWaiting(mostWaiting(job.place().queue()));
    }
}
