package io.cortexreactive.agent;

import io.cortexreactive.agent.AgentEvent.AgentIterationCompleted;
import io.cortexreactive.agent.AgentEvent.AgentIterationStarted;
import io.cortexreactive.agent.AgentEvent.AgentMaxIterationsReached;
import io.cortexreactive.agent.AgentEvent.AgentRetrievalFailed;
import io.cortexreactive.agent.AgentEvent.AgentRunCompleted;
import io.cortexreactive.agent.AgentEvent.AgentRunFailed;
import io.cortexreactive.agent.AgentEvent.AgentRunStarted;
import io.cortexreactive.agent.AgentEvent.AgentToolCalled;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolCall;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Tells of one run. Makes nothing before somebody wants it. */
final class AgentTelling {

    static final ErrorInfo CANCELLED =
            new ErrorInfo("agent_cancelled", "The run was cancelled by whoever had started it.", false);

    private final EventPublisher events;
    private final EventScope scope;
    private final String agent;
    private final Message input;
    private final AtomicBoolean ended = new AtomicBoolean();

    AgentTelling(EventPublisher events, EventScope scope, String agent, Message input) {
        this.events = events;
        this.scope = scope;
        this.agent = agent;
        this.input = input;
    }

    void started() {
        if (events.wants(AgentRunStarted.class)) {
            events.publish(new AgentRunStarted(scope.next(), agent, input));
        }
    }

    void iterationStarts(AgentRun run) {
        if (events.wants(AgentIterationStarted.class)) {
            AgentState state = run.state();
            events.publish(new AgentIterationStarted(scope.next(), agent, state.iteration(), state));
        }
    }

    void iterationCompleted(AgentRun run, ChatResponse response) {
        if (events.wants(AgentIterationCompleted.class)) {
            AgentState state = run.state();
            events.publish(new AgentIterationCompleted(scope.next(), agent, state.iteration(), state, response));
        }
    }

    /** @param runs whether there is anything that a call can run */
    void toolsCalled(List<ToolCall> calls, Predicate<ToolCall> runs) {
        if (events.wants(AgentToolCalled.class)) {
            calls.stream()
                    .filter(runs)
                    .forEach(call ->
                            events.publish(new AgentToolCalled(scope.next(), agent, call.name(), call.input())));
        }
    }

    void retrievalFailed(Throwable error) {
        if (events.wants(AgentRetrievalFailed.class)) {
            events.publish(new AgentRetrievalFailed(scope.next(), agent, ErrorInfo.of(error)));
        }
    }

    void completed(AgentRun run, AgentResponse response) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (response.stopReason() == AgentStopReason.MAX_ITERATIONS && events.wants(AgentMaxIterationsReached.class)) {
            events.publish(new AgentMaxIterationsReached(scope.next(), agent, run.state()));
        }
        if (events.wants(AgentRunCompleted.class)) {
            int iterations = run.state().iteration();
            events.publish(new AgentRunCompleted(scope.next(), agent, input, response.output(), iterations));
        }
    }

    void failed(AgentRun run, ErrorInfo error) {
        if (ended.compareAndSet(false, true) && events.wants(AgentRunFailed.class)) {
            int iterations = run.state().iteration();
            events.publish(new AgentRunFailed(scope.next(), agent, input, error, iterations));
        }
    }
}
