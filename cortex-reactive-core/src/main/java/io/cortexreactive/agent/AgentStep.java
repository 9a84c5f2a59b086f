package io.cortexreactive.agent;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.tool.ToolResult;
import java.util.List;

/**
 * Something that happens in a run, as it happens. As JSON it carries its kind in {@code type}.
 *
 * <p>Steps of a sub-agent come between those of the tool call that runs it, with a longer {@link #path()}, its
 * {@link Completed} among them; the last step of all is the {@link Completed} of the agent that was run.
 *
 * <p>An iteration gives {@link Text}, {@link Reasoning}, {@link ToolStarted} and {@link ToolArguments} in the order in
 * which the model makes them, then {@link ToolProgressed} and {@link ToolFinished} of tools that run side by side, and
 * at last {@link IterationCompleted}. After the last iteration there is {@link Completed}. Steps of one call have its
 * index among the calls of the iteration, from 0: a model may give two calls one id. In the background there are
 * {@link ApprovalRequested}, and {@link Restarted} where another worker goes on.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AgentStep.Retrieved.class, name = "retrieved"),
    @JsonSubTypes.Type(value = AgentStep.Planned.class, name = "planned"),
    @JsonSubTypes.Type(value = AgentStep.Text.class, name = "text"),
    @JsonSubTypes.Type(value = AgentStep.Reasoning.class, name = "reasoning"),
    @JsonSubTypes.Type(value = AgentStep.ToolStarted.class, name = "tool_started"),
    @JsonSubTypes.Type(value = AgentStep.ToolArguments.class, name = "tool_arguments"),
    @JsonSubTypes.Type(value = AgentStep.ToolProgressed.class, name = "tool_progressed"),
    @JsonSubTypes.Type(value = AgentStep.ToolFinished.class, name = "tool_finished"),
    @JsonSubTypes.Type(value = AgentStep.HandedOff.class, name = "handed_off"),
    @JsonSubTypes.Type(value = AgentStep.Restarted.class, name = "restarted"),
    @JsonSubTypes.Type(value = AgentStep.ApprovalRequested.class, name = "approval_requested"),
    @JsonSubTypes.Type(value = AgentStep.IterationCompleted.class, name = "iteration_completed"),
    @JsonSubTypes.Type(value = AgentStep.Completed.class, name = "completed")
})
public sealed interface AgentStep {

    /**
     * The ids of the agents it happened in, from the one that was run to the one it concerns. Where an iteration calls
     * one agent several times, the id has {@code #} and the index of the call behind it from the second on, such as
     * {@code writer#1}: the runs go on side by side.
     */
    List<String> path();

    /** The iteration it belongs to, from 1; 0 before the first. */
    int iteration();

    /** The same, seen from an agent around. */
    AgentStep withPath(List<String> path);

    /** What the retriever found for the input. Told before the first iteration, and only if it found anything. */
    record Retrieved(List<String> path, int iteration, RetrievedContent content) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new Retrieved(value, iteration, content);
        }
    }

    /**
     * What the model is going to do. Told behind the iteration in which it planned; replaces what is left of a plan.
     */
    record Planned(List<String> path, int iteration, List<String> steps) implements AgentStep {

        public Planned {
            steps = List.copyOf(steps);
        }

        @Override
        public AgentStep withPath(List<String> value) {
            return new Planned(value, iteration, steps);
        }
    }

    /** More text of the model. */
    record Text(List<String> path, int iteration, String text) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new Text(value, iteration, text);
        }
    }

    /** More of the model's reasoning. */
    record Reasoning(List<String> path, int iteration, String text) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new Reasoning(value, iteration, text);
        }
    }

    /** The model begins to call a tool. */
    record ToolStarted(List<String> path, int iteration, int index, String callId, String tool) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new ToolStarted(value, iteration, index, callId, tool);
        }
    }

    /** More of a call's arguments, a piece of JSON. */
    record ToolArguments(List<String> path, int iteration, int index, String callId, String json) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new ToolArguments(value, iteration, index, callId, json);
        }
    }

    /** How a running tool gets on. */
    record ToolProgressed(List<String> path, int iteration, int index, String callId, Object value)
            implements AgentStep {
        @Override
        public AgentStep withPath(List<String> longer) {
            return new ToolProgressed(longer, iteration, index, callId, value);
        }
    }

    /** A call of a tool has its result, be it that the tool was not run. */
    record ToolFinished(List<String> path, int iteration, int index, ToolCall call, ToolResult result)
            implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new ToolFinished(value, iteration, index, call, result);
        }
    }

    /** The rest of the run is another agent's, which knows what was said so far. */
    record HandedOff(List<String> path, int iteration, String to) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new HandedOff(value, iteration, to);
        }
    }

    /**
     * The model's answer begins anew: discard what this iteration gave. No tool has run in it.
     *
     * @param attempt at the answer from here on: 2 or more where another worker has taken the run over
     */
    record Restarted(List<String> path, int iteration, int attempt, String reason) implements AgentStep {

        /** Within one attempt. */
        public Restarted(List<String> path, int iteration, String reason) {
            this(path, iteration, 1, reason);
        }

        @Override
        public AgentStep withPath(List<String> value) {
            return new Restarted(value, iteration, attempt, reason);
        }
    }

    /**
     * The run waits until somebody decides on a call, by {@link AgentRuns#approve}. Then it goes on, wherever.
     *
     * @param callId by which to decide on the call: its own id, with {@code #} and its place in the run behind it where
     *     another call had that id before. The same for as long as the run lives, and no other call's
     * @param call what is to be run, with these arguments
     */
    record ApprovalRequested(List<String> path, int iteration, String callId, ToolCall call) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new ApprovalRequested(value, iteration, callId, call);
        }
    }

    /** The model's answer and its tools are done. */
    record IterationCompleted(List<String> path, int iteration, AgentIteration trace) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new IterationCompleted(value, iteration, trace);
        }
    }

    /** The run is done. */
    record Completed(List<String> path, int iteration, AgentResponse response) implements AgentStep {
        @Override
        public AgentStep withPath(List<String> value) {
            return new Completed(value, iteration, response);
        }
    }
}
