package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.examples.tools.Notes;
import io.cortexreactive.testing.SimulatedModelServer;
import java.time.Clock;

/** An agent is given what a retriever finds, and calls another agent; the steps of both are told as they happen. */
public final class Research {

    private Research() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(Research::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
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

        research.stream("What does a slow event subscriber lose?")
                .doOnNext(Research::tell)
                .blockLast();
    }

    private static void tell(AgentStep step) {
        if (step instanceof AgentStep.Text text) {
            System.out.print(text.text());
        } else if (step instanceof AgentStep.IterationCompleted done) {
            System.out.println("\n- " + String.join(" > ", done.path()) + " " + done.iteration());
        } else if (step instanceof AgentStep.Completed completed
                && completed.path().size() == 1) {
            System.out.println("Sources: " + completed.response().metadata().get("sources"));
        }
    }
}
