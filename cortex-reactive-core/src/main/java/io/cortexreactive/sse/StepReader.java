package io.cortexreactive.sse;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.sse.UiStep.Reason;
import io.cortexreactive.tool.ToolResult;
import java.util.List;
import java.util.function.Function;

/** Reads the steps of one run. Of an agent that another one calls there is the call alone. */
final class StepReader implements Function<AgentStep, List<UiStep>> {

    /** The path of whoever has the conversation; empty until somebody hands it over. */
    private List<String> successor = List.of();

    private final CallIds<Place> calls = new CallIds<>();

    /** Where a call is: there is one at each. */
    private record Place(List<String> path, int iteration, int index) {}

    @Override
    public List<UiStep> apply(AgentStep step) {
        if (step.path().size() > 1 && !step.path().equals(successor)) {
            return List.of();
        }
        if (step instanceof AgentStep.HandedOff handedOff) {
            successor = List.of(handedOff.path().get(0), handedOff.to());
        }
        return read(step);
    }

    private List<UiStep> read(AgentStep step) {
        if (step instanceof AgentStep.Text text) {
            return List.of(new UiStep.Text(text.text()));
        }
        if (step instanceof AgentStep.Reasoning reasoning) {
            return List.of(new UiStep.Reasoning(reasoning.text()));
        }
        if (step instanceof AgentStep.ToolStarted started) {
            String id = calls.start(place(started, started.index()), started.callId());
            return List.of(new UiStep.CallStarted(id, started.tool()));
        }
        if (step instanceof AgentStep.ToolArguments arguments) {
            String id = calls.of(place(arguments, arguments.index()), arguments.callId());
            return List.of(new UiStep.CallArguments(id, arguments.json()));
        }
        return rarer(step);
    }

    private List<UiStep> rarer(AgentStep step) {
        if (step instanceof AgentStep.ToolFinished finished) {
            return finished(finished);
        }
        if (step instanceof AgentStep.Restarted restarted) {
            calls.close();
            return List.of(new UiStep.Restarted(restarted.reason()));
        }
        if (step instanceof AgentStep.IterationCompleted) {
            calls.close();
            return List.of(new UiStep.StepEnded());
        }
        return step instanceof AgentStep.Completed done
                ? List.of(new UiStep.Finished(reason(done.response().stopReason())))
                : List.of();
    }

    private static Place place(AgentStep step, int index) {
        return new Place(step.path(), step.iteration(), index);
    }

    private List<UiStep> finished(AgentStep.ToolFinished finished) {
        ToolCall call = calls.named(place(finished, finished.index()), finished.call());
        ToolResult result = finished.result();
        String error = result.success() ? null : shown(result);
        return List.of(new UiStep.CallReady(call), new UiStep.CallFinished(call.id(), result.output(), error));
    }

    private static String shown(ToolResult failed) {
        return failed.metadata().containsKey(ToolResult.FOREIGN) ? "The tool failed." : failed.text();
    }

    private static Reason reason(AgentStopReason reason) {
        return switch (reason) {
            case COMPLETED, TOOL_STOP -> Reason.STOP;
            case MAX_TOKENS, CONTEXT_WINDOW_EXCEEDED -> Reason.LENGTH;
            case CONTENT_FILTERED -> Reason.CONTENT_FILTER;
            default -> Reason.OTHER;
        };
    }
}
