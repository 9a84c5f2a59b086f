package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells steps apart. */
final class Told {

    private Told() {}

    /** Where in a run an answer is. */
    static String place(List<String> path, int iteration) {
        return path + " " + iteration;
    }

    /** Whether it is of an answer that is not whole. */
    static boolean isOfAnswer(AgentStep step) {
        return step instanceof AgentStep.Text
                || step instanceof AgentStep.Reasoning
                || step instanceof AgentStep.ToolStarted
                || step instanceof AgentStep.ToolArguments;
    }

    /** What is the same for a step in each attempt, which is told once; null for one that may be told again. */
    static @Nullable String id(AgentStep step) {
        if (isOfAnswer(step) || step instanceof AgentStep.ToolProgressed || step instanceof AgentStep.Restarted) {
            return null;
        }
        String which = "";
        if (step instanceof AgentStep.ToolFinished finished) {
            which = String.valueOf(finished.index());
        } else if (step instanceof AgentStep.ApprovalRequested asked) {
            which = asked.callId();
        }
        return step.getClass().getSimpleName() + " " + which + " " + place(step.path(), step.iteration());
    }

    /** Both as one; null if they do not go on with each other. */
    static @Nullable AgentStep longer(AgentStep before, AgentStep next) {
        if (!before.path().equals(next.path()) || before.iteration() != next.iteration()) {
            return null;
        }
        if (before instanceof AgentStep.Text a && next instanceof AgentStep.Text b) {
            return new AgentStep.Text(a.path(), a.iteration(), a.text() + b.text());
        }
        if (before instanceof AgentStep.Reasoning a && next instanceof AgentStep.Reasoning b) {
            return new AgentStep.Reasoning(a.path(), a.iteration(), a.text() + b.text());
        }
        return before instanceof AgentStep.ToolArguments a
                        && next instanceof AgentStep.ToolArguments b
                        && a.index() == b.index()
                ? new AgentStep.ToolArguments(a.path(), a.iteration(), a.index(), a.callId(), a.json() + b.json())
                : null;
    }
}
