package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.examples.tools.Notes;
import io.cortexreactive.testing.SimulatedModelServer;
import java.time.Clock;
import reactor.core.publisher.Mono;

/** A model calls tools; each step is told as it happens. One tool must be approved: here, whoever is asked agrees. */
public final class ToolUse {

    private ToolUse() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(ToolUse::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
        Agent agent = cortex.agent(Agent.define("assistant")
                .tools(ChatTools.create(Clock.systemUTC(), ExtractiveResponder.overProjectDocumentation(), new Notes()))
                .build());

        agent.stream("What time is it in Oslo, and what is 12 * (3 + 4)?")
                .doOnNext(ToolUse::tell)
                .blockLast();

        AgentContext agreeing = AgentContext.NONE.withApproval((call, context) -> {
            System.out.println("\nMay it run? " + call.name() + " " + call.input());
            return Mono.just(true);
        });
        agent.stream("Send a note to Ada: lunch at noon?", agreeing)
                .doOnNext(ToolUse::tell)
                .blockLast();
    }

    private static void tell(AgentStep step) {
        if (step instanceof AgentStep.Text text) {
            System.out.print(text.text());
        } else if (step instanceof AgentStep.ToolFinished done) {
            System.out.println("\n" + done.call().name() + " " + done.call().input() + " gives "
                    + done.result().text());
        } else if (step instanceof AgentStep.Completed completed) {
            System.out.println("\n" + completed.response().stopReason() + ", "
                    + completed.response().totalUsage().outputTokens() + " tokens\n");
        }
    }
}
