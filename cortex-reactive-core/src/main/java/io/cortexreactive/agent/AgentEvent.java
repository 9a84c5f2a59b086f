package io.cortexreactive.agent;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.FailureEvent;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import java.util.Map;

/**
 * What happens with agents. A run gives {@link AgentRunStarted}, the events of its iterations, and one end:
 * {@link AgentRunCompleted}, or {@link AgentRunFailed}, also where it is cancelled, with the code
 * {@code agent_cancelled}. The meta has the {@code runId}, and in its metadata the {@code conversationId} if there is
 * one. Runs of sub-agents have events of their own. An attempt at a run in the background that pauses, is tried again
 * or is given back is no end, and a run that ends while nobody works on it tells none.
 */
public sealed interface AgentEvent extends CortexEvent {

    /** The id of the agent that was run, also after it has handed over. */
    String agent();

    /** An agent can now be run by its id. */
    record AgentRegistered(EventMeta meta, String agent) implements AgentEvent {}

    /** A run begins. */
    record AgentRunStarted(EventMeta meta, String agent, Message input) implements AgentEvent {}

    /** The model is about to be asked. */
    record AgentIterationStarted(EventMeta meta, String agent, int iteration, AgentState state) implements AgentEvent {}

    /** The model's answer and its tools are done. */
    record AgentIterationCompleted(EventMeta meta, String agent, int iteration, AgentState state, ChatResponse response)
            implements AgentEvent {}

    /** A tool that the model called, and that there is, is about to be run. */
    record AgentToolCalled(EventMeta meta, String agent, String tool, Map<String, Object> input)
            implements AgentEvent {}

    /**
     * A run is done.
     *
     * @param iterations how often the model was asked
     */
    record AgentRunCompleted(EventMeta meta, String agent, Message input, String output, int iterations)
            implements AgentEvent {}

    /** A run broke off. */
    record AgentRunFailed(EventMeta meta, String agent, Message input, ErrorInfo exception, int iterations)
            implements AgentEvent, FailureEvent {}

    /** A run ends because the model was asked as often as it may; it is completed all the same. */
    record AgentMaxIterationsReached(EventMeta meta, String agent, AgentState state) implements AgentEvent {}

    /** The retriever failed, and the run goes on without it. */
    record AgentRetrievalFailed(EventMeta meta, String agent, ErrorInfo exception)
            implements AgentEvent, FailureEvent {}
}
