package io.cortexreactive.agent;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lets a model hand the conversation to another agent, by a tool. */
final class HandOff {

    /** Metadata key of a result: to whom. */
    private static final String TO = "handOffTo";

    private HandOff() {}

    static Tool to(AgentDefinition agent) {
        return Tool.builder(toolName(agent.id()))
                .description("Hands the conversation to " + agent.name() + ", who answers from here on, and knows all"
                        + " that was said." + (agent.description().isEmpty() ? "" : " " + agent.description()))
                .handler((input, context) -> Mono.just(ToolResult.success("Handed over to " + agent.name() + ".")
                        .with(TO, agent.id())))
                .build();
    }

    private static String toolName(String agentId) {
        return "hand_off_to_" + AgentTool.name(agentId);
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
