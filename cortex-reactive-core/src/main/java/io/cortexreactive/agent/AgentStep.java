package io.cortexreactive.agent;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tool.ToolResult;
import java.util.List;

/**
 * Something that happens in a run, as it happens. As JSON it carries its kind in {@code type}.
 *
 * <p>An iteration gives {@link Text}, {@link Reasoning}, {@link ToolStarted} and {@link ToolArguments} in the order in
 * which the model makes them, then {@link ToolProgressed} and {@link ToolFinished} of tools that run side by side, and
 * at last {@link IterationCompleted}. After the last iteration there is {@link Completed}. Steps of one call have its
 * index among the calls of the iteration, from 0: a model may give two calls one id.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AgentStep.Text.class, name = "text"),
    @JsonSubTypes.Type(value = AgentStep.Reasoning.class, name = "reasoning"),
    @JsonSubTypes.Type(value = AgentStep.ToolStarted.class, name = "tool_started"),
    @JsonSubTypes.Type(value = AgentStep.ToolArguments.class, name = "tool_arguments"),
    @JsonSubTypes.Type(value = AgentStep.ToolProgressed.class, name = "tool_progressed"),
    @JsonSubTypes.Type(value = AgentStep.ToolFinished.class, name = "tool_finished"),
    @JsonSubTypes.Type(value = AgentStep.Restarted.class, name = "restarted"),
    @JsonSubTypes.Type(value = AgentStep.IterationCompleted.class, name = "iteration_completed"),
    @JsonSubTypes.Type(value = AgentStep.Completed.class, name = "completed")
})
public sealed interface AgentStep {

    /** The ids of the agents it happened in, from the one that was run to the one it concerns. */
    List<String> path();

    /** The iteration it belongs to, from 1. */
    int iteration();

    /** More text of the model. */
    record Text(List<String> path, int iteration, String text) implements AgentStep {}

    /** More of the model's reasoning. */
    record Reasoning(List<String> path, int iteration, String text) implements AgentStep {}

    /** The model begins to call a tool. */
    record ToolStarted(List<String> path, int iteration, int index, String callId, String tool) implements AgentStep {}

    /** More of a call's arguments, a piece of JSON. */
    record ToolArguments(List<String> path, int iteration, int index, String callId, String json)
            implements AgentStep {}

    /** How a running tool gets on. */
    record ToolProgressed(List<String> path, int iteration, int index, String callId, Object value)
            implements AgentStep {}

    /** A call of a tool has its result, be it that the tool was not run. */
    record ToolFinished(List<String> path, int iteration, int index, ToolCall call, ToolResult result)
            implements AgentStep {}

    /** The model's answer begins anew: discard what this iteration gave. No tool has run in it. */
    record Restarted(List<String> path, int iteration, String reason) implements AgentStep {}

    /** The model's answer and its tools are done. */
    record IterationCompleted(List<String> path, int iteration, AgentIteration trace) implements AgentStep {}

    /** The run is done. */
    record Completed(List<String> path, int iteration, AgentResponse response) implements AgentStep {}
}
