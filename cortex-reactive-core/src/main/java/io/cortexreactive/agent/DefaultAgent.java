package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.memory.Conversation;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.retrieval.Augmentation;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * @param runtime narrowed to what the agent has
 * @param whole what it is bound to, for agents it hands over to
 */
record DefaultAgent(AgentDefinition definition, AgentRuntime runtime, AgentRuntime whole) implements Agent {

    /** Narrows the runtime to what the agent has: a model may call no tool but those. */
    static DefaultAgent of(AgentDefinition definition, AgentRuntime whole) {
        ChatClient chat =
                definition.provider() == null ? whole.chat() : whole.chat().using(definition.provider());
        ToolExecutor tools = whole.tools().withTools(ToolRegistry.of(tools(definition, whole)));
        return new DefaultAgent(definition, whole.with(chat, tools), whole);
    }

    private static List<Tool> tools(AgentDefinition definition, AgentRuntime runtime) {
        List<Tool> tools = new ArrayList<>(definition.tools());
        definition.toolNames().forEach(name -> tools.add(runtime.tools().tools().get(name)));
        AgentRegistry agents = runtime.agents();
        definition.agents().forEach(id -> tools.add(AgentTool.of(agents.get(id), runtime)));
        definition.handOffs().forEach(id -> tools.add(AgentTool.HandOff.to(agents.get(id))));
        List<String> names =
                tools.stream().map(tool -> tool.definition().name()).toList();
        if (names.stream().distinct().count() != names.size()) {
            throw new AgentConfigurationException(
                    "Agent '" + definition.id() + "' has two tools of one name, among " + names + ".");
        }
        return tools;
    }

    @Override
    public Mono<AgentResponse> run(Message input, AgentContext context) {
        return stream(input, context)
                .filter(step ->
                        step instanceof AgentStep.Completed && step.path().size() == 1)
                .map(step -> ((AgentStep.Completed) step).response())
                .single();
    }

    @Override
    public PendingAgentRun runAsync(Message input, AgentContext context) {
        AgentRuns runs = runtime.around().runs();
        return runs == null ? Agent.super.runAsync(input, context) : PendingAgentRun.of(runs, id(), input, context);
    }

    @Override
    public Flux<AgentStep> stream(Message input, AgentContext context) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(context, "context");
        if (!AgentInputException.accepts(input)) {
            return Flux.error(() -> AgentInputException.of(input));
        }
        return runtime.around().tenants().run(tenant -> steps(input, context));
    }

    /** Whatever ends it, memory is left as it should be before the end is told. */
    private Flux<AgentStep> steps(Message input, AgentContext context) {
        Mono<AgentRun> begun = Mono.deferContextual(view -> {
            AgentRun run = new AgentRun(this, input, context, view);
            return run.begun(open(context, run.checkpoint()), nowhere());
        });
        Flux<AgentStep> steps = Flux.usingWhen(
                begun, AgentRun::steps, AgentRun::close, (run, error) -> run.brokenOff(), AgentRun::brokenOff);
        return Augmentation.prepared().thenMany(steps);
    }

    private Mono<Conversation> open(AgentContext context, @Nullable AgentCheckpoint checkpoint) {
        ConversationMemory memory = definition.memory();
        Conversations kept = runtime.around().conversations();
        return memory == null
                ? nowhere()
                : memory.open(context.conversationId(), checkpoint == null ? kept : checkpoint.conversations(kept));
    }

    /** A conversation that comes just when time is up is given back. */
    static Mono<Conversation> inTime(Mono<Conversation> open, Duration limit, Mono<Conversation> otherwise) {
        return Mono.defer(() -> {
            AtomicBoolean decided = new AtomicBoolean();
            Mono<Conversation> mine = open.flatMap(conversation -> decided.compareAndSet(false, true)
                    ? Mono.just(conversation)
                    : conversation.close().then(Mono.never()));
            Mono<Long> late = Mono.delay(limit)
                    .flatMap(zero -> decided.compareAndSet(false, true) ? Mono.just(zero) : Mono.never());
            return mine.timeout(late, otherwise);
        });
    }

    private Mono<Conversation> nowhere() {
        return ConversationMemory.buffer().open(null, runtime.around().conversations());
    }

    /** Itself, ready to act in a run. */
    Mono<Actor> actor(AgentContext context) {
        Prompt prompt = definition.prompt();
        return prompt == null
                ? Mono.just(Actor.of(definition, runtime, definition.systemPrompt(), Map.of()))
                : prompt.rendered(context.variables())
                        .map(rendered -> Actor.of(definition, runtime, rendered.text(), rendered.metadata()));
    }

    /** Another agent, on the same runtime. */
    DefaultAgent other(String id) {
        return of(whole.agents().get(id), whole);
    }

    AgentTelling telling(String runId, ContextView view, AgentContext context, Message input) {
        Map<String, Object> about =
                context.conversationId() == null ? Map.of() : Map.of("conversationId", context.conversationId());
        return new AgentTelling(runtime.around().events(), EventScope.ofRun(runId, view, about), id(), input);
    }

    /**
     * Who acts in a run: the agent that was run, or the one that it was handed to.
     *
     * @param runtime narrowed to what the agent has
     * @param instruction what its model is told first
     * @param metadata of its requests
     * @param tools as the model sees them
     */
    record Actor(
            AgentDefinition definition,
            AgentRuntime runtime,
            @Nullable String instruction,
            Map<String, Object> metadata,
            List<ToolDefinition> tools) {

        /** @param about what the requests say of the instruction */
        static Actor of(
                AgentDefinition definition,
                AgentRuntime runtime,
                @Nullable String instruction,
                Map<String, Object> about) {
            Map<String, Object> metadata = new LinkedHashMap<>(about);
            metadata.put("agentId", definition.id());
            return new Actor(
                    definition,
                    runtime,
                    instruction,
                    metadata,
                    runtime.tools().tools().definitions());
        }

        Actor inRun(String runId) {
            Map<String, Object> more = new LinkedHashMap<>(metadata);
            more.put("runId", runId);
            return new Actor(definition, runtime, instruction, more, tools);
        }

        ChatRequest request(List<Message> messages) {
            return new ChatRequest(
                    messages, instruction, definition.model(), definition.options(), tools, null, metadata);
        }
    }
}
