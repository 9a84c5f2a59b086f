package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRunCancelledException;
import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentRunNotFailedException;
import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.UnknownMessageException;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.Message;
import io.cortexreactive.resilience.Detached;
import io.cortexreactive.tenant.TenantContext;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs agents as the engine of workflows runs those: what is kept decides, and whoever owns a run may write. */
final class DefaultAgentRuns implements AgentRuns {

    private static final int PAGE = 100;

    private final Background background;
    private final Dispatch dispatch;
    private final Approvals approvals;

    DefaultAgentRuns(AgentRunEngine.Parts parts) {
        background = new Background(parts);
        dispatch = new Dispatch(background);
        approvals = new Approvals(background);
    }

    private AgentRunQueue queue() {
        return background.queue();
    }

    @Override
    public Mono<Void> start() {
        return background.start();
    }

    @Override
    public Mono<Void> stop() {
        return background.stop();
    }

    /** Runs work for the tenant of the call. */
    private <T> Flux<T> forTenant(Function<String, Publisher<T>> work) {
        return background
                .around()
                .tenants()
                .run(tenant -> work.apply(tenant.map(TenantContext::id).orElse("")));
    }

    private <T> Flux<T> ofRun(String runId, Function<RunRecord, Publisher<T>> work) {
        return forTenant(tenant -> queue().load(new RunKey(tenant, runId))
                .switchIfEmpty(Mono.error(() -> new AgentRunNotFoundException(runId)))
                .flatMapMany(work));
    }

    @Override
    public Mono<String> dispatch(PendingAgentRun run) {
        Objects.requireNonNull(run, "run");
        return this.<String>forTenant(tenant -> dispatch.dispatch(run, tenant)).single();
    }

    @Override
    public Mono<AgentRunStatus> status(String runId) {
        return info(runId).map(Info::status);
    }

    @Override
    public Mono<Info> info(String runId) {
        return this.<Info>forTenant(
                        tenant -> queue().load(new RunKey(tenant, runId)).map(DefaultAgentRuns::info))
                .next();
    }

    @Override
    public Mono<Message> input(String runId) {
        return this.<Message>forTenant(tenant -> queue().load(new RunKey(tenant, runId))
                        .map(run -> Job.of(run).input()))
                .next();
    }

    static AgentRunStatus status(RunRecord run) {
        return AgentRunStatus.valueOf(run.status().name());
    }

    private static Info info(RunRecord run) {
        return new Info(
                run.key().runId(),
                run.code().definition(),
                status(run),
                Tries.of(run),
                run.times().createdAt(),
                run.times().startedAt(),
                run.times().completedAt(),
                run.error(),
                run.lineage().forkedFrom());
    }

    @Override
    public Mono<AgentResponse> result(String runId) {
        return this.<AgentResponse>forTenant(tenant -> queue().load(new RunKey(tenant, runId))
                        .filter(run -> run.status().isTerminal())
                        .flatMap(this::result))
                .next();
    }

    private Mono<AgentResponse> result(RunRecord run) {
        String runId = run.key().runId();
        if (run.status() == RunStatus.FAILED) {
            return Mono.error(new AgentRunFailedException(runId, error(run)));
        } else if (run.status() == RunStatus.CANCELLED) {
            return Mono.error(new AgentRunCancelledException(runId));
        }
        return queue().journal(run.key(), run.progress().seq() - 1, 1)
                .filter(entry -> entry.kind() == JournalEntry.Kind.TERMINAL && entry.payload() != null)
                .flatMapIterable(entry -> History.steps(StateJson.read(Objects.requireNonNull(entry.payload()))))
                .ofType(AgentStep.Completed.class)
                .filter(step -> step.path().size() == 1)
                .next()
                .map(AgentStep.Completed::response)
                .switchIfEmpty(Mono.error(
                        () -> new CorruptStateException("Run '" + runId + "' has ended without a result.", null)));
    }

    private static ErrorInfo error(RunRecord run) {
        ErrorInfo error = run.error();
        return error == null ? new ErrorInfo("internal", "Nobody knows why.", false) : error;
    }

    @Override
    public Mono<AgentResponse> await(String runId) {
        return this.<AgentResponse>forTenant(tenant ->
                        background.settling().ended(new RunKey(tenant, runId)).flatMap(this::result))
                .single();
    }

    @Override
    public Mono<Boolean> cancel(String runId) {
        return this.<Boolean>ofRun(
                        runId,
                        run -> cancel(run)
                                .flatMap(accepted -> accepted ? endTold(run).thenReturn(true) : Mono.just(false)))
                .single();
    }

    private Mono<Boolean> cancel(RunRecord run) {
        return Detached.run(queue().cancel(run.key(), RunWriter.newCommitId()).map(cancelled -> {
            background.worker().lose(run.key());
            background.worker().tell(run.key());
            return cancelled.accepted();
        }));
    }

    /** Whoever works on a run tells its end; of others, nobody might. */
    private Mono<Void> endTold(RunRecord run) {
        return run.status() == RunStatus.RUNNING
                ? Mono.empty()
                : background.telling().end(run);
    }

    @Override
    public Flux<Info> list(Filter filter, @Nullable String afterId) {
        Objects.requireNonNull(filter, "filter");
        return afterId == null
                ? forTenant(tenant -> page(tenant, filter, null))
                : ofRun(afterId, run -> page(run.key().tenantId(), filter, cursor(run)));
    }

    private Flux<Info> page(String tenant, Filter filter, @Nullable Cursor before) {
        AgentRunStatus status = filter.status();
        RunStatus stored = status == null ? null : RunStatus.valueOf(status.name());
        return queue().page(new Query(tenant, filter.agentId(), stored, before, PAGE))
                .collectList()
                .flatMapMany(page -> {
                    Flux<Info> infos = Flux.fromIterable(page).map(DefaultAgentRuns::info);
                    return page.size() < PAGE
                            ? infos
                            : infos.concatWith(Flux.defer(() -> page(tenant, filter, cursor(page.get(PAGE - 1)))));
                });
    }

    private static Cursor cursor(RunRecord run) {
        return new Cursor(run.times().createdAt(), run.key().runId());
    }

    @Override
    public Flux<ChannelMessage> messages(String runId, @Nullable String afterId) {
        return ofRun(runId, run -> place(run, afterId).flatMapMany(after -> background.messages(run.key(), after)));
    }

    private Mono<Position> place(RunRecord run, @Nullable String afterId) {
        String runId = run.key().runId();
        Position place = Position.of(runId, afterId, run.progress().seq());
        if (afterId == null) {
            return Mono.just(place);
        }
        return queue().journal(run.key(), place.seq() - 1, 1)
                .filter(entry -> place.isIn(entry, run.key()))
                .next()
                .switchIfEmpty(Mono.error(() -> UnknownMessageException.ofRun(runId)))
                .thenReturn(place);
    }

    @Override
    public Flux<AgentStep.ApprovalRequested> approvals(String runId) {
        return ofRun(runId, run -> Flux.fromIterable(Waiting.of(run)).map(Waiting::step));
    }

    @Override
    public Mono<Void> approve(String runId, String callId, Approval approval) {
        Objects.requireNonNull(callId, "callId");
        Objects.requireNonNull(approval, "approval");
        return this.<Void>ofRun(runId, run -> approvals.decide(run, callId, approval))
                .then();
    }

    @Override
    public Mono<String> redrive(String runId) {
        return this.<String>ofRun(
                        runId,
                        run -> run.status() == RunStatus.FAILED
                                ? dispatch.again(run)
                                : Mono.error(new AgentRunNotFailedException(runId, status(run))))
                .single();
    }
}
