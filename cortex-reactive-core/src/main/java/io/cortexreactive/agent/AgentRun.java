package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.MessageLog;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.Usage;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRun;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run under way: what has been said, what it has cost, and whether it goes on. Belongs to one subscription, whose
 * signals come one at a time; not thread-safe beyond that.
 */
public final class AgentRun {

    private final AgentDefinition definition;
    private final AgentRuntime runtime;
    private final @Nullable String instruction;
    private final AgentContext context;
    private final String id = Tenancy.newCorrelationId();
    private final Map<String, Object> metadata;
    private final List<String> path;
    private final List<ToolDefinition> toolDefinitions;
    private final long startedNanos = System.nanoTime();

    /** Only grows, so that no request copies it. */
    private final MessageLog messages = new MessageLog();

    private final Deque<AgentIteration> trace = new ArrayDeque<>();
    private int iterations;
    private Usage usage = Usage.NONE;
    private String output = "";
    private @Nullable AgentStopReason stopReason;

    AgentRun(
            AgentDefinition definition,
            AgentRuntime runtime,
            @Nullable String instruction,
            Map<String, Object> about,
            Message input,
            AgentContext context) {
        this.definition = definition;
        this.runtime = runtime;
        this.instruction = instruction;
        this.context = context;
        metadata = new LinkedHashMap<>(about);
        metadata.put("agentId", definition.id());
        metadata.put("runId", id);
        path = List.of(definition.id());
        toolDefinitions = runtime.tools().tools().definitions();
        messages.append(input);
    }

    /** Told apart from every other run. */
    public String id() {
        return id;
    }

    /** The agent that runs. */
    public AgentDefinition definition() {
        return definition;
    }

    /** What the caller gave along. */
    public AgentContext context() {
        return context;
    }

    /** All that was said so far; costs the same however much it is. */
    public List<Message> messages() {
        return messages.view();
    }

    ChatClient chat() {
        return runtime.chat();
    }

    PluginManager plugins() {
        return runtime.plugins();
    }

    ToolExecutor tools() {
        return runtime.tools();
    }

    List<String> path() {
        return path;
    }

    /** Counts the next iteration. */
    int begin() {
        return ++iterations;
    }

    boolean isLastIteration() {
        return iterations >= context.limits().maxIterations(definition);
    }

    /** What to ask next. */
    ChatRequest request() {
        return new ChatRequest(
                messages.view(),
                instruction,
                definition.model(),
                definition.options(),
                toolDefinitions,
                null,
                metadata);
    }

    /** What the tools of this iteration belong to. */
    ToolRun toolRun() {
        return new ToolRun(
                id + "/" + iterations,
                context.conversationId(),
                definition.id(),
                context.variables(),
                context.approval());
    }

    void say(Message message) {
        messages.append(message);
    }

    void spend(Usage more) {
        usage = usage.plus(more);
    }

    void keep(AgentIteration iteration) {
        if (trace.size() == definition.traceLimit()) {
            trace.removeFirst();
        }
        trace.addLast(iteration);
    }

    void output(String text) {
        output = text;
    }

    void end(AgentStopReason reason) {
        stopReason = reason;
    }

    boolean goesOn() {
        return stopReason == null;
    }

    AgentStep completed() {
        AgentResponse response = new AgentResponse(
                output,
                List.copyOf(trace),
                messages.view(),
                usage,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                stopReason == null ? AgentStopReason.COMPLETED : stopReason,
                Map.of("runId", id, "iterations", iterations));
        return new AgentStep.Completed(path, iterations, response);
    }
}
