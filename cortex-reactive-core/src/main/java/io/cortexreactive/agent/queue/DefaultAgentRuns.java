package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRunCancelledException;
import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentRunNotFailedException;
import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.ApprovalNotFoundException;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.UnknownMessageException;
import io.cortexreactive.durable.Carried;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.Journals;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.Rounds;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Fairness;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.durable.Worker;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Wanted;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.resilience.Detached;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Runs agents as the engine of workflows runs those: what is kept decides, and whoever owns a run may write. */
final class DefaultAgentRuns implements AgentRuns {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultAgentRuns.class);

    /** How long a run is left that cannot be run here; another process may be able to. */
    private static final Duration ASIDE = Duration.ofSeconds(30);

    /** Of all agents: what they are made of is not part of a run. */
    private static final String VERSION = "1";

    private static final String REDRIVE = "redrive:";
    private static final int PAGE = 100;

    private final AgentRunEngine.Parts parts;
    private final Worker worker;
    private final List<Rounds> rounds;
    private final Journals journals;
    private final RunChannels channels;

    DefaultAgentRuns(AgentRunEngine.Parts parts) {
        this.parts = parts;
        AgentRunSettings settings = parts.settings();
        worker = new Worker(
                parts.queue(),
                new Worker.Lease(
                        settings.lease().ttl(),
                        settings.lease().beat(),
                        settings.lease().doubt()),
                parts.around().timer());
        rounds = settings.queues().stream().map(this::rounds).toList();
        Rounds.Pace watch = new Rounds.Pace(settings.watch(), 0, parts.around().timer());
        journals = new Journals(
                parts.queue(),
                worker,
                new Rounds(parts.queue(), worker, watch, new OfQueue(AgentRunSettings.Queue.of("none"))),
                key -> new AgentRunNotFoundException(key.runId()));
        channels = new RunChannels(
                parts.around().broadcaster(), parts.queue(), parts.around().timer());
    }

    private Rounds rounds(AgentRunSettings.Queue queue) {
        Rounds.Pace pace = new Rounds.Pace(
                parts.settings().scan(), queue.concurrency(), parts.around().timer());
        return new Rounds(parts.queue(), worker, pace, new OfQueue(queue));
    }

    AgentRunQueue queue() {
        return parts.queue();
    }

    AgentRunSettings settings() {
        return parts.settings();
    }

    Worker worker() {
        return worker;
    }

    Scheduler timer() {
        return parts.around().timer();
    }

    /** Looks for a run once it can be taken again. */
    void soon(RunKey key, Duration delay) {
        rounds.forEach(each -> each.wakeFor(key, delay));
    }

    private void wake() {
        rounds.forEach(Rounds::wake);
    }

    @Override
    public Mono<Void> start() {
        return Flux.fromIterable(rounds).concatMap(Rounds::start).then();
    }

    @Override
    public Mono<Void> stop() {
        return Flux.fromIterable(rounds)
                .flatMap(each -> each.stop(parts.settings().drain()))
                .then();
    }

    /** Runs work for the tenant of the call. */
    private <T> Flux<T> forTenant(Function<String, Publisher<T>> work) {
        return parts.around()
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
        return this.<String>forTenant(tenant -> Mono.deferContextual(view -> {
                    Agent agent = parts.agents().byId().apply(run.work().agentId());
                    Job job = Job.of(run, Carried.of(view));
                    String once = run.terms().idempotencyKey();
                    NewRun begun = new NewRun(
                            new RunKey(tenant, run.runId()),
                            new Code(agent.id(), VERSION),
                            "agent",
                            new NewRun.Content("{}", job.toJson(settings().maxEntryBytes())),
                            once == null ? null : new NewRun.Once(once, job.hash()),
                            Lineage.NONE,
                            terms(run));
                    return begun(begun);
                }))
                .single();
    }

    private Mono<String> begun(NewRun run) {
        return Detached.run(queue().start(run))
                .map(Started::run)
                .doOnNext(started -> wake())
                .map(started -> started.key().runId());
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
        return settings().queues().stream()
                .filter(known -> known.name().equals(queue))
                .findFirst()
                .map(AgentRunSettings.Queue::mostWaiting)
                .orElse(null);
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

    private static AgentRunStatus status(RunRecord run) {
        return AgentRunStatus.valueOf(run.status().name());
    }

    private static Info info(RunRecord run) {
        return new Info(
                run.key().runId(),
                run.code().definition(),
                status(run),
                run.progress().attempts(),
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
        return this.<AgentResponse>ofRun(runId, run -> ended(run).then(Mono.defer(() -> result(runId))))
                .single();
    }

    private Mono<JournalEntry> ended(RunRecord run) {
        return journals.follow(run.key(), run.progress().seq() - 1)
                .filter(entry -> entry.kind() == JournalEntry.Kind.TERMINAL)
                .next();
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
            worker.lose(run.key());
            worker.tell(run.key());
            return cancelled.accepted();
        }));
    }

    /** Whoever works on a run tells its end; of others, nobody might. */
    private Mono<Void> endTold(RunRecord run) {
        return run.status() == RunStatus.RUNNING
                ? Mono.empty()
                : Mono.defer(() -> broadcast(Job.of(run), run)).onErrorComplete(CorruptStateException.class);
    }

    @Override
    public Flux<Info> list(Filter filter) {
        Objects.requireNonNull(filter, "filter");
        return forTenant(tenant -> page(tenant, filter, null));
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
        return ofRun(runId, run -> place(run, afterId).flatMapMany(after -> messages(run, after)));
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

    private Flux<ChannelMessage> messages(RunRecord run, Position after) {
        return journals.follow(run.key(), after.seq() - 1, entry -> after.behind(entry, run.key()));
    }

    @Override
    public Flux<AgentStep.ApprovalRequested> approvals(String runId) {
        return ofRun(runId, run -> Flux.fromIterable(Waiting.of(run)).map(Waiting::step));
    }

    @Override
    public Mono<Void> approve(String runId, String callId, Approval approval) {
        return this.<Void>ofRun(runId, run -> decided(run, callId, approval)).then();
    }

    private Mono<Void> decided(RunRecord run, String callId, Approval approval) {
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
        return journals.follow(run.key(), run.progress().seq())
                .filter(entry -> entry.kind() == JournalEntry.Kind.PAUSE || entry.kind() == JournalEntry.Kind.TERMINAL)
                .next()
                .then(Mono.defer(() -> queue().load(run.key())))
                .switchIfEmpty(
                        Mono.error(() -> new AgentRunNotFoundException(run.key().runId())))
                .flatMap(now -> decided(now, callId, approval));
    }

    private static ApprovalNotFoundException notFound(RunRecord run, String callId) {
        return new ApprovalNotFoundException(run.key().runId(), callId, status(run));
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
                Map.of("decision", decision), "decision", settings().maxEntryBytes());
        Answer answer = new Answer(
                token, Waiting.request(call.step().callId(), approval.granted()), json, RunWriter.newCommitId());
        return Detached.run(queue().answer(run.key(), answer)).flatMap(answered -> {
            worker.tell(run.key());
            wake();
            return answered.accepted() ? Mono.<Void>empty() : again(run, call, approval);
        });
    }

    /** Somebody was faster, be it with another call. */
    private Mono<Void> again(RunRecord run, Waiting call, Approval approval) {
        return queue().load(run.key()).flatMap(now -> decided(now, call.step().callId(), approval));
    }

    /** Whether the same was decided before. */
    private Mono<Boolean> repeated(RunRecord run, String callId, Approval approval) {
        Answer answer = new Answer("", Waiting.request(callId, approval.granted()), "{}", RunWriter.newCommitId());
        return queue().answer(run.key(), answer).map(answered -> answered.accepted());
    }

    @Override
    public Mono<String> redrive(String runId) {
        return this.<String>ofRun(
                        runId,
                        run -> run.status() == RunStatus.FAILED
                                ? begun(repetition(run))
                                : Mono.error(new AgentRunNotFailedException(runId, status(run))))
                .single();
    }

    private NewRun repetition(RunRecord run) {
        String runId = run.key().runId();
        return new NewRun(
                new RunKey(run.key().tenantId(), Tenancy.newCorrelationId()),
                run.code(),
                "agent",
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

    /** A run cannot be run here. */
    private Mono<Void> aside(RunRecord run, String reason) {
        LOG.warn("Run {} of {} is left to others, as {}", run.key().runId(), run.code(), reason);
        Guard guard =
                new Guard(run.key(), run.progress().epoch(), run.progress().seq());
        Schedule later = new Schedule(ASIDE, null, null);
        return queue().commit(new Transition(guard, RunWriter.newCommitId(), Move.RETRY, null, null, Body.NONE, later))
                .then();
    }

    /** What the journals of the run and of those that it repeats have. */
    private Mono<History> history(RunRecord run) {
        History history = new History();
        return earlier(run, history)
                .thenMany(journals.past(run.key(), -1))
                .doOnNext(history::add)
                .then(Mono.just(history));
    }

    private Mono<Void> earlier(RunRecord run, History history) {
        String from = run.lineage().forkedFrom();
        return from == null
                ? Mono.empty()
                : queue().load(new RunKey(run.key().tenantId(), from))
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(before -> before.isPresent()
                                ? kept(before.get(), history)
                                : Mono.fromRunnable(() -> history.lose(from)));
    }

    private Mono<Void> kept(RunRecord before, History history) {
        return earlier(before, history)
                .thenMany(journals.past(before.key(), -1))
                .doOnNext(history::addEarlier)
                .then();
    }

    /** The runs of one queue. */
    private final class OfQueue implements Rounds.Runs {

        private final AgentRunSettings.Queue queue;

        OfQueue(AgentRunSettings.Queue queue) {
            this.queue = queue;
        }

        @Override
        public Wanted wanted() {
            return new Wanted(
                    queue.name(),
                    parts.agents().ids().get().stream()
                            .map(id -> new Code(id, VERSION))
                            .toList(),
                    new Fairness(queue.perTenant()));
        }

        @Override
        public Mono<Void> swept(Swept swept) {
            return Mono.fromRunnable(() -> worker.tell(swept.key()));
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
                            CorruptStateException.class,
                            error -> aside(hold.run(), "it cannot be read: " + error.getMessage()));
        }

        private Mono<Void> worked(Hold hold) {
            RunRecord run = hold.run();
            Job job = Job.of(run);
            Agent agent = parts.agents().byId().apply(run.code().definition());
            Mono<Void> work = broadcast(job, run)
                    .then(history(run))
                    .flatMap(history -> new Attempt(DefaultAgentRuns.this, hold, agent, job, history).work())
                    .contextWrite(job.carried()::in);
            String tenant = run.key().tenantId();
            return tenant.isEmpty()
                    ? work
                    : tenant(tenant)
                            .map(Optional::of)
                            .defaultIfEmpty(Optional.empty())
                            .flatMap(found -> found.isEmpty()
                                    ? aside(run, "its tenant '" + tenant + "' is not known here")
                                    : work.contextWrite(Tenancy.as(found.get())));
        }

        private Mono<TenantContext> tenant(String id) {
            return parts.around().resolver().byId(id).onErrorResume(error -> {
                LOG.warn("Tenant {} cannot be found", id, error);
                return Mono.empty();
            });
        }
    }

    /** Tells on the side, for which the run does not wait. */
    private Mono<Void> broadcast(Job job, RunRecord run) {
        String channel = job.channel();
        if (channel == null) {
            return Mono.empty();
        }
        Mono<Void> told = channels.tell(run.key(), channel, messages(run, Position.START));
        return Mono.deferContextual(view -> Mono.fromRunnable(() -> worker.background(told.contextWrite(view))));
    }
}
