package io.cortexreactive.agent;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolContext;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolProgress;
import io.cortexreactive.tool.ToolResult;
import io.cortexreactive.tool.ToolUpdate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * An agent that other agents call. Each step of its run is progress of the call. Its run has the tenant, the variables
 * and the approval of the one that calls it, and that one's limits count for it, too; it belongs to no conversation.
 * What it waits for, the decision of whoever approves included, is within its {@link #timeout()}: ten minutes, or ten
 * more than it may take by its own limits.
 */
final class AgentTool implements Tool {

    private static final Pattern UNFIT = Pattern.compile("[^a-zA-Z0-9_-]");
    private static final int LONGEST_NAME = 50;

    /** Agents that call each other without end must end. */
    private static final int DEEPEST = 8;

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Schema INPUT = Schema.object()
            .property("input", Schema.string().description("What to do, with all that must be known to do it"))
            .required("input");

    private final ToolDefinition definition;
    private final Duration timeout;
    private final Supplier<Agent> agent;

    private AgentTool(AgentDefinition about, Supplier<Agent> agent) {
        String description = about.description().isEmpty() ? "Asks " + about.name() + "." : about.description();
        definition = new ToolDefinition(name(about.id()), description, INPUT);
        timeout = Optional.ofNullable(about.limits().maxDuration())
                .map(own -> own.plus(PATIENCE))
                .orElse(PATIENCE);
        this.agent = agent;
    }

    static Tool of(Agent agent) {
        return new AgentTool(agent.definition(), () -> agent);
    }

    /** Bound when it is called, since agents may name each other. */
    static Tool of(AgentDefinition definition, AgentRuntime runtime) {
        return new AgentTool(definition, () -> Agent.bind(definition, runtime));
    }

    /** As a tool may be called. */
    static String name(String id) {
        String fit = UNFIT.matcher(id).replaceAll("_");
        return fit.substring(0, Math.min(fit.length(), LONGEST_NAME));
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    /** The agent's limits end it with what it has; this is for where they do not. */
    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public Mono<ToolResult> execute(Map<String, Object> input, ToolContext context) {
        return stream(input, context).ofType(ToolResult.class).single();
    }

    @Override
    public Flux<ToolUpdate> stream(Map<String, Object> input, ToolContext context) {
        return Flux.deferContextual(view -> run(String.valueOf(input.get("input")), context, view));
    }

    private Flux<ToolUpdate> run(String input, ToolContext context, ContextView view) {
        AgentRun caller = view.getOrDefault(AgentRun.class, null);
        if (caller != null && caller.depth() >= DEEPEST) {
            return Flux.just(ToolResult.error("Agents call each other " + DEEPEST + " deep, and no deeper."));
        }
        return agent.get().stream(input, context(context, caller))
                .concatMap(
                        step -> step instanceof AgentStep.Completed completed
                                        && completed.path().size() == 1
                                ? Flux.just(new ToolProgress(step), result(completed.response()))
                                : Flux.just(new ToolProgress(step)),
                        0);
    }

    private static AgentContext context(ToolContext context, @Nullable AgentRun caller) {
        Map<String, Object> variables = new LinkedHashMap<>(context.metadata());
        AgentContext own = AgentContext.NONE.withVariables(variables);
        if (caller == null) {
            return own;
        }
        if (caller.context().idempotencyKey() != null) {
            own = own.withIdempotencyKey(context.idempotencyKey());
        }
        return caller.context().approval() == null
                ? own
                : own.withApproval(caller.context().approval());
    }

    /** An answer that was cut is an answer, of which the model is to know that it was. */
    private static ToolResult result(AgentResponse response) {
        return switch (response.stopReason()) {
            case COMPLETED, TOOL_STOP -> ToolResult.success(response.output());
            default ->
                new ToolResult(
                        false,
                        response.output().isEmpty() ? null : response.output(),
                        "It was not done when it had to stop: "
                                + response.stopReason().name().toLowerCase(Locale.ROOT) + ".",
                        false,
                        Map.of());
        };
    }

    /** Lets a model hand the conversation to another agent, by a tool. */
    static final class HandOff {

        /** Metadata key of a result: to whom. */
        private static final String TO = "handOffTo";

        private HandOff() {}

        static Tool to(AgentDefinition agent) {
            return Tool.builder(toolName(agent.id()))
                    .description("Hands the conversation to " + agent.name()
                            + ", who answers from here on, and knows all" + " that was said."
                            + (agent.description().isEmpty() ? "" : " " + agent.description()))
                    .handler((input, context) -> Mono.just(ToolResult.success("Handed over to " + agent.name() + ".")
                            .with(TO, agent.id())))
                    .build();
        }

        private static String toolName(String agentId) {
            return "hand_off_to_" + name(agentId);
        }

        /** The result of a call, which hands over only where none before it does: the rest of a run is one agent's. */
        static ToolResult once(ToolResult result, List<ToolCall> before, AgentDefinition agent) {
            boolean isLater = in(result).isPresent()
                    && before.stream()
                            .anyMatch(call -> agent.handOffs().stream()
                                    .anyMatch(id -> toolName(id).equals(call.name())));
            return isLater
                    ? ToolResult.error(
                            ToolErrorKind.NOT_RUN,
                            "Not handed over: a call before this one hands over, and only one agent can go on.")
                    : result;
        }

        /** To whom this result hands over, if it does. */
        static Optional<String> in(ToolResult result) {
            Map<String, Object> metadata = result.metadata();
            return Optional.ofNullable(metadata.get(TO)).map(String::valueOf);
        }
    }
}
