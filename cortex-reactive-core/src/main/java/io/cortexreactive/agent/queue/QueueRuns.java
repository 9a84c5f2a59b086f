package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.Rounds;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Fairness;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Wanted;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.Tenancy;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Works on the runs of one queue. Thread-safe. */
final class QueueRuns implements Rounds.Runs {

    private static final Logger LOG = LoggerFactory.getLogger(QueueRuns.class);

    private final Background background;
    private final AgentRunSettings.Queue queue;

    QueueRuns(Background background, AgentRunSettings.Queue queue) {
        this.background = background;
        this.queue = queue;
    }

    @Override
    public Wanted wanted() {
        return new Wanted(
                queue.name(),
                background.agents().ids().get().stream().map(Dispatch::code).toList(),
                new Fairness(queue.perTenant()));
    }

    @Override
    public Mono<Void> swept(Swept swept) {
        return Mono.fromRunnable(() -> {
            background.worker().tell(swept.key());
            if (swept.change() == Change.FAILED || swept.change() == Change.CANCELLED) {
                background.worker().background(endTold(swept.key()));
            }
        });
    }

    /** Tells the end of a run that the store has ended, as its tenant. */
    private Mono<Void> endTold(RunKey key) {
        return background
                .queue()
                .load(key)
                .flatMap(run -> as(key.tenantId(), background.telling().end(run), Mono.empty()))
                .onErrorResume(error -> {
                    LOG.warn("The end of run {} cannot be told on its channel", key.runId(), error);
                    return Mono.empty();
                });
    }

    @Override
    public ErrorInfo late() {
        return Attempt.LATE;
    }

    /** Agents have no runs that wait for runs of their own. */
    @Override
    public Mono<Boolean> cancel(RunKey key) {
        return Mono.just(false);
    }

    @Override
    public Mono<Void> work(Hold hold) {
        return Mono.defer(() -> worked(hold))
                .onErrorResume(
                        CorruptStateException.class, error -> aside(hold, "it cannot be read: " + error.getMessage()));
    }

    private Mono<Void> worked(Hold hold) {
        RunRecord run = hold.run();
        Job job = Job.of(run);
        Agent agent = background.agents().byId().apply(run.code().definition());
        Mono<Void> work = background
                .telling()
                .begin(job, run)
                .then(history(run))
                .flatMap(history -> new Attempt(background, hold, agent, job, history).work())
                .contextWrite(job.carried()::in);
        String tenant = run.key().tenantId();
        return as(tenant, work, Mono.defer(() -> aside(hold, "its tenant '" + tenant + "' is not known here")));
    }

    /** @param unknown what is done where the tenant is not known here */
    private Mono<Void> as(String tenant, Mono<Void> work, Mono<Void> unknown) {
        return Tenancy.stored(tenant, background.around().resolver(), work, unknown);
    }

    /** A run cannot be run here. */
    private static Mono<Void> aside(Hold hold, String reason) {
        RunRecord run = hold.run();
        LOG.warn("Run {} of {} is left to others, as {}", run.key().runId(), run.code(), reason);
        return hold.putOff();
    }

    /** What the journals of the run and of those that it repeats have. */
    private Mono<History> history(RunRecord run) {
        History history = new History();
        return earlier(run, history)
                .thenMany(background.journals().past(run.key(), -1))
                .doOnNext(history::add)
                .then(Mono.just(history));
    }

    private Mono<Void> earlier(RunRecord run, History history) {
        String from = run.lineage().forkedFrom();
        return from == null
                ? Mono.empty()
                : background
                        .queue()
                        .load(new RunKey(run.key().tenantId(), from))
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(before -> before.isPresent()
                                ? kept(before.get(), history)
                                : Mono.fromRunnable(() -> history.lose(from)));
    }

    private Mono<Void> kept(RunRecord before, History history) {
        return earlier(before, history)
                .thenMany(background.journals().past(before.key(), -1))
                .doOnNext(history::addEarlier)
                .then();
    }
}
