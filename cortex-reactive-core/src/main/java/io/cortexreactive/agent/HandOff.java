package io.cortexreactive.agent;

import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolResult;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lets a model hand the conversation to another agent, by a tool. */
final class HandOff {

    /** Metadata key of a result: to whom. */
    private static final String TO = "handOffTo";

    private HandOff() {}

    static Tool to(AgentDefinition agent) {
        return Tool.builder("hand_off_to_" + AgentTool.name(agent.id()))
                .description("Hands the conversation to " + agent.name() + ", who answers from here on, and knows all"
                        + " that was said." + (agent.description().isEmpty() ? "" : " " + agent.description()))
                .handler((input, context) -> Mono.just(ToolResult.success("Handed over to " + agent.name() + ".")
                        .with(TO, agent.id())))
                .build();
    }

    /** To whom this result hands over, if it does. */
    static Optional<String> in(ToolResult result) {
        Map<String, Object> metadata = result.metadata();
        return Optional.ofNullable(metadata.get(TO)).map(String::valueOf);
    }
}
