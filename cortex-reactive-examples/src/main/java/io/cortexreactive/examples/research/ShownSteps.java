package io.cortexreactive.examples.research;

import io.cortexreactive.agent.AgentIteration;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.message.Usage;
import io.cortexreactive.tool.ToolResult;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Steps of a run as pages are told: those that have everything once more are replaced by what is new in them. */
public final class ShownSteps {

    private ShownSteps() {}

    /** The step itself, an {@link IterationEnd} or a {@link RunEnd}; without what another library said of an error. */
    public static Object of(AgentStep step) {
        if (step instanceof AgentStep.IterationCompleted completed) {
            return IterationEnd.of(completed);
        }
        if (step instanceof AgentStep.ToolFinished finished
                && finished.result().metadata().containsKey(ToolResult.FOREIGN)) {
            ToolResult failed = ToolResult.error("The tool failed.");
            return new AgentStep.ToolFinished(
                    finished.path(), finished.iteration(), finished.index(), finished.call(), failed);
        }
        return step instanceof AgentStep.Completed completed ? RunEnd.of(completed) : step;
    }

    /**
     * The model's answer and its tools are done.
     *
     * @param type tells it from the other steps
     * @param path the agents it happened in
     * @param usage the tokens of the answer
     * @param model what answered, if it said so
     * @param millis how long it took
     */
    public record IterationEnd(
            String type,
            List<String> path,
            int iteration,
            Usage usage,
            @Nullable String model,
            long millis) {

        static IterationEnd of(AgentStep.IterationCompleted step) {
            AgentIteration done = step.trace();
            return new IterationEnd(
                    "iteration_completed",
                    step.path(),
                    step.iteration(),
                    done.response().usage(),
                    done.response().model(),
                    done.duration().toMillis());
        }
    }

    /**
     * An agent is done.
     *
     * @param type tells it from the other steps
     * @param path the agents it happened in
     * @param iteration how often the model was asked
     * @param output the answer
     * @param stopReason why it ended
     * @param usage the tokens of all its calls, those of the agents that it called included
     * @param sources what a retriever had found for it: the place, {@code title} and {@code score} of each
     */
    public record RunEnd(
            String type,
            List<String> path,
            int iteration,
            String output,
            String stopReason,
            Usage usage,
            Object sources) {

        static RunEnd of(AgentStep.Completed step) {
            AgentResponse response = step.response();
            return new RunEnd(
                    "completed",
                    step.path(),
                    step.iteration(),
                    response.output(),
                    response.stopReason().name().toLowerCase(Locale.ROOT),
                    response.totalUsage(),
                    response.metadata().getOrDefault("sources", List.of()));
        }
    }
}
