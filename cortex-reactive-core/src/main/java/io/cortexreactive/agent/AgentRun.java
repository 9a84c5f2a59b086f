package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.memory.Conversation;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.resilience.Cutoff;
import io.cortexreactive.retrieval.Augmentation;
import io.cortexreactive.retrieval.Augmented;
import io.cortexreactive.retrieval.RetrievalPolicy.OnFailure;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRun;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * One run under way: what it has said, what it has cost, and whether it goes on. Belongs to one subscription, whose
 * signals come one at a time. Loops are made of its turns.
 */
public final class AgentRun {

    private static final Logger LOG = LoggerFactory.getLogger(AgentRun.class);

    private final DefaultAgent agent;
    private final Message input;
    private final AgentContext context;
    private final Conversation conversation;
    private final String id;
    private final int depth;
    private final AgentTelling telling;
    private final RunBudget budget;
    private final RunTrace trace;

    private Actor actor;
    private @Nullable DefaultAgent successor;
    private @Nullable Augmented augmented;
    private String output = "";
    private @Nullable AgentStopReason stopReason;

    AgentRun(DefaultAgent agent, Message input, AgentContext context, Conversation conversation, ContextView view) {
        this.agent = agent;
        this.input = input;
        this.context = context;
        this.conversation = conversation;
        id = Tenancy.newCorrelationId();
        AgentRun caller = view.getOrDefault(AgentRun.class, null);
        depth = caller == null ? 0 : caller.depth + 1;
        AgentDefinition definition = agent.definition();
        telling = agent.telling(id, view, context, input);
        budget = new RunBudget(context.limits().and(definition.limits()));
        trace = new RunTrace(definition.traceLimit());
        actor = Actor.of(definition, agent.runtime(), null, Map.of());
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
     * turn after a model that was done takes the run up again; {@linkplain #mayAsk() where it may not}, it is empty.
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
                return Flux.empty();
            }
            AgentTurn turn = new AgentTurn(this, style, change);
            trace.current(turn);
            return turn.steps();
        });
    }

    /** Whether the loop is to go on; it is done otherwise, or another agent's loop takes over. */
    public boolean goesOn() {
        return stopReason == null && successor == null;
    }

    /**
     * Whether another turn asks the model, also where the model was done; it does not, and is empty, once a limit is
     * reached, a tool said to stop, or another agent is to take over.
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
        return conversation.append(List.of(messages)).doOnSuccess(done -> trace.said(List.of(messages)));
    }

    int depth() {
        return depth;
    }

    AgentLimits limitsLeft() {
        return budget.left();
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
        return conversation
                .window()
                .map(messages -> actor.request(augmented == null ? messages : augmented.in(messages)));
    }

    /** What the tools of this iteration belong to. */
    ToolRun toolRun() {
        return new ToolRun(
                id + "/" + budget.iterations(),
                context.conversationId(),
                actor.definition().id(),
                context.variables(),
                context.approval());
    }

    Mono<Void> store(List<Message> messages) {
        return conversation.append(messages);
    }

    /** Books an answer. Fails where it must be known what it cost, and is not. */
    Mono<Void> spend(ChatResponse response) {
        if (!budget.limitsCost()) {
            budget.spend(response.usage(), null);
            return Mono.empty();
        }
        String model =
                response.model() == null ? String.valueOf(actor.definition().model()) : response.model();
        return prices(model)
                .doOnNext(found -> budget.spend(response.usage(), found))
                .then();
    }

    private Mono<ModelPrices> prices(String model) {
        return actor.runtime()
                .around()
                .prices()
                .of(actor.definition().provider(), model)
                .switchIfEmpty(
                        Mono.error(
                                () -> new AgentConfigurationException(
                                        "Agent '" + agent.id() + "' has a maxCost, but no price of model '" + model
                                                + "' is known. Leave maxCost out, or choose a model whose provider tells its prices.")));
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

    /** All of the run. */
    Flux<AgentStep> steps() {
        telling.started();
        return conversation
                .during(untilTheEnd())
                .doOnError(error -> telling.failed(this, error))
                .doOnCancel(() -> telling.cancelled(this))
                .contextWrite(view -> view.put(AgentRun.class, this));
    }

    private Flux<AgentStep> untilTheEnd() {
        Flux<AgentStep> whole = Flux.concat(began(), Flux.defer(this::act).repeat(() -> successor != null));
        return budget.maxDuration()
                .map(limit -> Cutoff.replaced(whole, Mono.delay(limit), this::timeIsUp))
                .orElse(whole)
                .concatWith(Mono.fromSupplier(this::completed));
    }

    private Flux<AgentStep> began() {
        Mono<Void> heard = say(input);
        return agent.definition().retriever() == null ? heard.thenMany(Flux.empty()) : heard.thenMany(retrieved());
    }

    private Flux<AgentStep> retrieved() {
        AgentDefinition definition = agent.definition();
        return definition
                .retrievalPolicy()
                .apply(Objects.requireNonNull(definition.retriever()), input.text())
                .doOnNext(found -> augmented = Augmentation.augmented(input, found))
                .filter(found -> !found.isEmpty())
                .<AgentStep>map(found -> new AgentStep.Retrieved(path(), 0, found))
                .onErrorResume(error -> definition.retrievalPolicy().onFailure() == OnFailure.CONTINUE, error -> {
                    telling.retrievalFailed(error);
                    return Mono.empty();
                })
                .flux();
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
            return ready.definition().loop().steps(this);
        });
    }

    private Flux<AgentStep> timeIsUp() {
        stopReason = AgentStopReason.MAX_DURATION;
        successor = null;
        return interrupted().thenMany(Flux.empty());
    }

    /** Keeps what was said of an iteration that breaks off. */
    private Mono<Void> interrupted() {
        return Mono.defer(() -> {
            List<Message> left = trace.breakOff();
            trace.said(left);
            return left.isEmpty() ? Mono.empty() : conversation.append(left);
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
        return conversation.close();
    }

    /** After a failure or a cancel: what was said is kept, marked as interrupted. */
    Mono<Void> brokenOff() {
        return interrupted()
                .doOnError(error -> LOG.warn("What the interrupted run {} had said could not be kept", id, error))
                .onErrorComplete()
                .then(conversation.close());
    }
}
