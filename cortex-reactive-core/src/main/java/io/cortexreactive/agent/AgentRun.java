package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.memory.Conversation;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.Usage;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.resilience.Cutoff;
import io.cortexreactive.retrieval.Augmentation;
import io.cortexreactive.retrieval.Augmented;
import io.cortexreactive.retrieval.RetrievalPolicy;
import io.cortexreactive.retrieval.RetrievalPolicy.OnFailure;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRun;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

/**
 * One run under way: what it has said, what it has cost, and whether it goes on. Belongs to one subscription, whose
 * signals come one at a time. Loops are made of its turns.
 */
public final class AgentRun {

    private static final Logger LOG = LoggerFactory.getLogger(AgentRun.class);

    /** Between the iteration and the index of a call, where it is named by these. */
    private static final String CALL = "-";

    private final DefaultAgent agent;
    private final Message input;
    private final AgentContext context;
    private final String id;
    private final int depth;
    private final AgentTelling telling;
    private final RunBudget budget;
    private final RunTrace trace;
    private final RunBudget.Prices prices;

    private final @Nullable AgentRun caller;
    private final @Nullable AgentCheckpoint checkpoint;

    /** Ends when this attempt has gone through what others have kept: that takes hardly any time, and is not cut. */
    private final Sinks.Empty<Void> caughtUp = Sinks.empty();

    /** How often each call was made, by what it says. */
    private final Map<String, Integer> asked = new HashMap<>();

    private @Nullable Conversation opened;
    private DefaultAgent.Actor actor;
    private @Nullable AgentTurn turn;
    private @Nullable DefaultAgent successor;
    private Sinks.Empty<Void> loopEnds = Sinks.empty();
    private @Nullable Supplier<String> whatThereIs;
    private @Nullable Augmented augmented;
    private volatile String output = "";
    private @Nullable AgentStopReason stopReason;

    AgentRun(DefaultAgent agent, Message input, AgentContext context, ContextView view) {
        this.agent = agent;
        this.input = input;
        this.context = context;
        caller = view.getOrDefault(AgentRun.class, null);
        checkpoint = checkpoint(caller, context, view);
        id = caller == null && checkpoint != null ? checkpoint.runId() : Tenancy.newCorrelationId();
        depth = caller == null ? 0 : caller.depth + 1;
        AgentDefinition definition = agent.definition();
        telling = agent.telling(id, view, context, input);
        Duration before = checkpoint == null ? Duration.ZERO : checkpoint.worked();
        budget =
                new RunBudget(context.limits().and(definition.limits()), caller == null ? null : caller.budget, before);
        if (before.isZero()) {
            goesFurther();
        }
        trace = new RunTrace(definition.traceLimit());
        prices = new RunBudget.Prices(agent.runtime().around().prices(), definition.id());
        actor = DefaultAgent.Actor.of(definition, agent.runtime(), null, Map.of());
    }

    /** Of a run within another one: what the key of the call that makes it leads to. */
    private static @Nullable AgentCheckpoint checkpoint(
            @Nullable AgentRun caller, AgentContext context, ContextView view) {
        if (caller == null) {
            return view.getOrDefault(AgentCheckpoint.class, null);
        }
        AgentCheckpoint around = caller.checkpoint;
        String key = context.idempotencyKey();
        return around == null || key == null ? null : around.within(key);
    }

    /** Told apart from every other run. */
    public String id() {
        return id;
    }

    /** The agent that acts: the one that was run, or the one it was handed to. */
    public AgentDefinition definition() {
        return actor.definition();
    }

    /** What the caller gave along. */
    public AgentContext context() {
        return context;
    }

    /** What the run is about. */
    public Message input() {
        return input;
    }

    /** How far it has come. */
    public AgentState state() {
        return new AgentState(id, context.conversationId(), budget.iterations(), budget.toolCalls(), budget.usage());
    }

    /**
     * One iteration: asks the model, and runs the tools it calls. Afterwards the run goes on, or it has
     * {@linkplain #goesOn() come to its end}: the model called no tool, a tool said to stop, or a limit is reached. A
     * turn after a model that was done takes the run up again; {@linkplain #mayAsk() where it may not}, it is the end
     * of the loop, which is cancelled there.
     */
    public Flux<AgentStep> turn() {
        return turn(TurnStyle.NATIVE, UnaryOperator.identity());
    }

    /** The same, where the model is asked something else than what was said so far. */
    public Flux<AgentStep> turn(UnaryOperator<ChatRequest> change) {
        return turn(TurnStyle.NATIVE, change);
    }

    Flux<AgentStep> turn(TurnStyle style, UnaryOperator<ChatRequest> change) {
        return Flux.defer(() -> {
            if (!mayAsk()) {
                // Empty, it would be repeated for ever by a loop that does not ask whether it goes on.
                loopEnds.tryEmitEmpty();
                return Flux.never();
            }
            AgentTurn next = new AgentTurn(this, style, change);
            turn = next;
            trace.current(next);
            return next.steps();
        });
    }

    /** Whether the loop is to go on; it is done otherwise, or another agent's loop takes over. */
    public boolean goesOn() {
        return stopReason == null && successor == null;
    }

    /**
     * Whether another turn asks the model, also where the model was done; it does not, and ends the loop, once a limit
     * is reached, a tool said to stop, or another agent is to take over.
     */
    public boolean mayAsk() {
        if (stopReason != null && stopReason.mayBeTakenUp()) {
            stopReason = null;
        }
        AgentStopReason exceeded = budget.exceeded();
        if (goesOn() && exceeded != null) {
            stopReason = exceeded;
        }
        return goesOn();
    }

    /** Why it is to end; null if it is not. */
    @Nullable
    AgentStopReason stopReason() {
        return stopReason;
    }

    /** Ends the run after this, with this reason; for loops that know better than the model. */
    public void end(AgentStopReason reason) {
        stopReason = reason;
    }

    /** What the model said last; after the end, what the run gives. */
    public String output() {
        return output;
    }

    /** Says what the run gives. */
    public void output(String text) {
        output = text;
    }

    /** Adds to what was said, and to what memory keeps. */
    public Mono<Void> say(Message... messages) {
        return conversation().append(List.of(messages)).doOnSuccess(done -> trace.said(List.of(messages)));
    }

    int depth() {
        return depth;
    }

    /** What comes now, no attempt has done. */
    void goesFurther() {
        caughtUp.tryEmitEmpty();
    }

    @Nullable
    AgentCheckpoint checkpoint() {
        return checkpoint;
    }

    /** A path of this run, seen from the outermost one. */
    List<String> whole(List<String> path) {
        AgentRun around = caller;
        AgentTurn calling = around == null ? null : around.turn;
        String key = context.idempotencyKey();
        return around == null || calling == null || key == null ? path : around.whole(calling.within(index(key), path));
    }

    private static String callName(int iteration, int index) {
        return iteration + CALL + index;
    }

    private static int index(String callKey) {
        return Integer.parseInt(callKey.substring(callKey.lastIndexOf(CALL) + 1));
    }

    private Conversation conversation() {
        return Objects.requireNonNull(opened, "opened");
    }

    ChatClient chat() {
        return actor.runtime().chat();
    }

    PluginManager plugins() {
        return actor.runtime().around().plugins();
    }

    ToolExecutor tools() {
        return actor.runtime().tools();
    }

    AgentTelling telling() {
        return telling;
    }

    RunBudget budget() {
        return budget;
    }

    List<String> path() {
        String acting = actor.definition().id();
        return acting.equals(agent.id()) ? List.of(acting) : List.of(agent.id(), acting);
    }

    /** What to ask next. */
    Mono<ChatRequest> request() {
        return conversation()
                .window()
                .map(messages -> actor.request(augmented == null ? messages : augmented.in(messages)));
    }

    /** What the tools of this iteration belong to. */
    ToolRun toolRun() {
        String key = context.idempotencyKey();
        ToolRun run = new ToolRun(
                key == null ? id + "/" + budget.iterations() : key,
                context.conversationId(),
                actor.definition().id(),
                context.variables(),
                context.approval());
        return key == null ? run : run.naming(this::sameInEachAttempt);
    }

    /** What some calls of an iteration belong to, which are named by where they stand among all of it. */
    ToolRun toolRun(int iteration, List<Integer> indexes) {
        Iterator<Integer> next = indexes.iterator();
        return toolRun().naming(call -> callName(iteration, next.next()));
    }

    /** Another attempt may make the same calls at other times, and models give them other ids. */
    private String sameInEachAttempt(ToolCall call) {
        String content = ToolRun.contentOf(call);
        int times = asked.merge(content, 1, Integer::sum);
        return times == 1 ? content : content + ":" + times;
    }

    Mono<Void> store(List<Message> messages) {
        return conversation().append(messages);
    }

    /** Whether a call runs anything: a model calls tools that are not there, and writes what is no JSON. */
    boolean runs(ToolCall call) {
        return call.invalidArguments() == null
                && actor.tools().stream().anyMatch(tool -> tool.name().equals(call.name()));
    }

    /** What is asked next; fails where it must be known what that costs, and is not. */
    Mono<ChatRequest> affordable(ChatRequest request) {
        return budget.limitsCost()
                ? prices.require(actor.definition().provider(), request.model()).thenReturn(request)
                : Mono.just(request);
    }

    /** What an answer costs; fails where nobody knows. */
    Mono<ModelPrices> prices(@Nullable String asked, @Nullable String answered) {
        return prices.of(actor.definition().provider(), asked, answered);
    }

    /** Books what has come of an answer that broke off, of a model whose price is known by now if it is at all. */
    void spendPartly(Usage usage, @Nullable String model) {
        budget.spend(usage, prices.known(actor.definition().provider(), model));
    }

    /** Says what the run gives if its time is up; else it is what the model said last. */
    void whereTimeIsUp(Supplier<String> gives) {
        whatThereIs = gives;
    }

    void keep(AgentIteration iteration, List<Message> said) {
        trace.keep(iteration, said);
    }

    /** Not to whom the agent may not hand over, whatever a tool says. */
    void handOver(String to) {
        if (goesOn() && actor.definition().handOffs().contains(to)) {
            successor = agent.other(to);
        }
    }

    /**
     * Itself, once it has its conversation, or has waited for that until its time is up.
     *
     * @param nowhere what it has instead then
     */
    Mono<AgentRun> begun(Mono<Conversation> open, Mono<Conversation> nowhere) {
        if (checkpoint == null || !checkpoint.isResumed()) {
            telling.started();
        }
        return (isBehind() ? Optional.<Duration>empty() : budget.timeLeft())
                .map(limit ->
                        DefaultAgent.inTime(open, limit, nowhere.doOnNext(none -> end(AgentStopReason.MAX_DURATION))))
                .orElse(open)
                .map(this::in)
                .doOnError(this::failed)
                .doOnCancel(this::cancelled);
    }

    /** A sub-agent's failure is told to its caller's model, and the run goes on. */
    private void failed(Throwable error) {
        breaksOff(ErrorInfo.of(error), caller == null ? checkpoint : null);
    }

    private void cancelled() {
        breaksOff(AgentTelling.CANCELLED, checkpoint);
    }

    private void breaksOff(ErrorInfo error, @Nullable AgentCheckpoint keeper) {
        if (keeper == null) {
            telling.failed(this, error);
        } else {
            keeper.breaksOff(whole -> telling.failed(this, whole == null ? error : whole));
        }
    }

    /** Whether others have kept what this attempt has still to go through. */
    private boolean isBehind() {
        return !Boolean.TRUE.equals(caughtUp.scan(Scannable.Attr.TERMINATED));
    }

    private AgentRun in(Conversation conversation) {
        opened = conversation;
        return this;
    }

    /** All of the run. */
    Flux<AgentStep> steps() {
        return conversation()
                .during(untilTheEnd())
                .doOnError(this::failed)
                .doOnCancel(this::cancelled)
                .contextWrite(view -> view.put(AgentRun.class, this));
    }

    private Flux<AgentStep> untilTheEnd() {
        Mono<AgentStep> end = Mono.fromSupplier(this::completed);
        if (!goesOn()) {
            return end.flux();
        }
        Flux<AgentStep> whole = Flux.concat(began(), Flux.defer(this::act).repeat(() -> successor != null));
        return budget.timeLeft()
                .map(limit -> Cutoff.replaced(whole, late(), this::timeIsUp))
                .orElse(whole)
                .concatWith(end);
    }

    /** Completes when the time is up; at once, where attempts before this one have used it up. */
    private Mono<Void> late() {
        return caughtUp.asMono()
                .then(Mono.defer(() -> budget.timeLeft()
                        .filter(left -> !left.isNegative() && !left.isZero())
                        .map(left -> Mono.delay(left).then())
                        .orElse(Mono.empty())));
    }

    private Flux<AgentStep> began() {
        Mono<Void> heard = say(input);
        return agent.definition().retriever() == null ? heard.thenMany(Flux.empty()) : heard.thenMany(retrieved());
    }

    private Flux<AgentStep> retrieved() {
        RetrievedContent kept = checkpoint == null ? null : checkpoint.found();
        Mono<Augmented> found =
                kept == null ? lookedUp() : Mono.fromSupplier(() -> Augmentation.augmented(input, kept));
        return found.doOnNext(all -> augmented = all)
                .map(Augmented::found)
                .filter(content -> !content.isEmpty())
                .<AgentStep>map(content -> new AgentStep.Retrieved(path(), 0, content))
                .flux();
    }

    /** Kept before anything goes on: what the model answers depends on it. */
    private Mono<Augmented> lookedUp() {
        goesFurther();
        AgentDefinition definition = agent.definition();
        RetrievalPolicy policy = definition.retrievalPolicy();
        Mono<Augmented> found = policy.apply(Objects.requireNonNull(definition.retriever()), input.text())
                .map(content -> Augmentation.augmented(input, content))
                .onErrorResume(error -> policy.onFailure() == OnFailure.CONTINUE, error -> {
                    telling.retrievalFailed(error);
                    return Mono.just(new Augmented(input, input, RetrievedContent.NONE));
                });
        AgentCheckpoint keeper = checkpoint;
        return keeper == null ? found : found.delayUntil(all -> keeper.found(all.found()));
    }

    /** The loop of whoever acts now. */
    private Flux<AgentStep> act() {
        DefaultAgent next = successor;
        successor = null;
        return next == null ? acted(agent) : Flux.concat(Mono.just(handedOff(next.id())), acted(next));
    }

    private AgentStep handedOff(String to) {
        return new AgentStep.HandedOff(path(), budget.iterations(), to);
    }

    private Flux<AgentStep> acted(DefaultAgent who) {
        return who.actor(context).flatMapMany(ready -> {
            actor = ready.inRun(id);
            whatThereIs = null;
            loopEnds = Sinks.empty();
            return ready.definition().loop().steps(this).takeUntilOther(loopEnds.asMono());
        });
    }

    private Flux<AgentStep> timeIsUp() {
        stopReason = AgentStopReason.MAX_DURATION;
        successor = null;
        return interrupted().then(Mono.fromRunnable(this::outputWhatThereIs)).thenMany(Flux.empty());
    }

    private void outputWhatThereIs() {
        if (whatThereIs != null) {
            output = whatThereIs.get();
        }
    }

    /** Keeps what was said of an iteration that breaks off. */
    private Mono<Void> interrupted() {
        return Mono.defer(() -> {
            List<Message> left = trace.breakOff();
            trace.said(left);
            return left.isEmpty() ? Mono.empty() : conversation().append(left);
        });
    }

    private AgentStep completed() {
        AgentStopReason reason = stopReason == null ? AgentStopReason.COMPLETED : stopReason;
        Map<String, Object> about = augmented == null ? Map.of() : augmented.metadata();
        AgentResponse response = trace.response(this, reason, about, budget);
        telling.completed(this, response);
        return new AgentStep.Completed(List.of(agent.id()), budget.iterations(), response);
    }

    /** After the end. */
    Mono<Void> close() {
        return conversation().close();
    }

    /** After a failure or a cancel: what was said is kept, marked as interrupted. */
    Mono<Void> brokenOff() {
        return interrupted()
                .doOnError(error -> LOG.warn("What the interrupted run {} had said could not be kept", id, error))
                .onErrorComplete()
                .then(conversation().close());
    }
}
