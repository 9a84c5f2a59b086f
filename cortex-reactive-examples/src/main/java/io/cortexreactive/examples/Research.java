package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.examples.tools.Notes;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** An agent is given what a retriever finds, and calls another agent; the steps of both are told as they happen. */
public final class Research {

    private Research() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(
                (cortex, server) -> told(cortex).doOnNext(System.out::print).blockLast());
    }

    /** What is shown, piece by piece. */
    static Flux<String> told(Cortex cortex) {
        ExtractiveResponder documentation = ExtractiveResponder.overProjectDocumentation();
        ChatTools.create(Clock.systemUTC(), documentation, new Notes()).forEach(cortex.tools()::register);

        Agent searcher = cortex.agent(Agent.define("searcher")
                .description("Looks up what the documentation says about something.")
                .tools(ChatTools.DOCUMENTATION)
                .build());
        Agent research = cortex.agent(Agent.define("research")
                .systemPrompt("Answer from what was looked up for you, and from what the searcher finds.")
                .retriever(documentation.retriever())
                .tools(searcher.asTool())
                .build());

        return research.stream("What does a slow event subscriber lose?").mapNotNull(Research::told);
    }

    private static @Nullable String told(AgentStep step) {
        if (step instanceof AgentStep.Text text) {
            return text.text();
        } else if (step instanceof AgentStep.IterationCompleted done) {
            return "\n- " + String.join(" > ", done.path()) + " " + done.iteration() + "\n";
        } else if (step instanceof AgentStep.Completed completed
                && completed.path().size() == 1) {
            return "Sources: " + completed.response().metadata().get("sources") + "\n";
        }
        return null;
    }
}
