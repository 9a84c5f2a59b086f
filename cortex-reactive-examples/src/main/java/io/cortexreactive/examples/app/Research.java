package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.AgentIteration;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.research.ResearchTeam;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import io.cortexreactive.message.Usage;
import io.cortexreactive.retrieval.Retriever;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Has a {@link ResearchTeam} find something out. */
@Component
final class Research {

    private final Cortex cortex;
    private final Retriever documentation;

    Research(Cortex cortex, ExtractiveResponder documentation) {
        this.cortex = cortex;
        this.documentation = documentation.retriever();
    }

    /**
     * Each step as it happens: {@link AgentStep}s, of which those that have everything once more are an
     * {@link IterationEnd} and a {@link RunEnd}. Demand and cancel reach the calls to the model.
     */
    Flux<Object> steps(ChatClient chat, String question, @Nullable String model) {
        return ResearchTeam.on(cortex, chat, documentation, model).stream(question)
                .map(Research::shown);
    }

    private static Object shown(AgentStep step) {
        if (step instanceof AgentStep.IterationCompleted completed) {
            return IterationEnd.of(completed);
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
    record IterationEnd(
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
    record RunEnd(
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
