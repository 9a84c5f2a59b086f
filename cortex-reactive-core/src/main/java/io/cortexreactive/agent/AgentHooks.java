package io.cortexreactive.agent;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.plugin.Hook;

/** Where plugins hook into runs of agents. A veto or a failure fails the run. */
public final class AgentHooks {

    /**
     * Before the model is asked. What a handler makes of the request is asked instead, in this iteration alone, with
     * what the loop adds to it.
     */
    public static final Hook<Beginning> BEFORE_ITERATION = Hook.of("agent.before_iteration", Beginning.class);

    /** When the model's answer and its tools are done, before that is told. What a handler returns does not count. */
    public static final Hook<Ended> AFTER_ITERATION = Hook.of("agent.after_iteration", Ended.class);

    private AgentHooks() {}

    /**
     * An iteration that is about to begin.
     *
     * @param agent the agent's id
     * @param runId the run
     * @param number of the iteration, from 1
     * @param context what the caller gave along
     * @param request what to ask; of a changed payload nothing else counts
     */
    public record Beginning(String agent, String runId, int number, AgentContext context, ChatRequest request) {

        /** The same, with another request. */
        public Beginning withRequest(ChatRequest value) {
            return new Beginning(agent, runId, number, context, value);
        }
    }

    /**
     * An iteration that is done.
     *
     * @param agent the agent's id
     * @param runId the run
     * @param context what the caller gave along
     * @param iteration what came of it
     */
    public record Ended(String agent, String runId, AgentContext context, AgentIteration iteration) {}
}
