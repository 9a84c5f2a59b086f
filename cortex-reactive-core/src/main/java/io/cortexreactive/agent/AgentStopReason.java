package io.cortexreactive.agent;

import io.cortexreactive.message.StopReason;
import java.util.Map;

/** Why a run ended. */
public enum AgentStopReason {

    /** The model was done. */
    COMPLETED,

    /** A tool said to stop. */
    TOOL_STOP,

    /** The model was asked as often as it may, and was not done. Tools that it called last were not run. */
    MAX_ITERATIONS,

    /** The model called more tools than may be run. Those that it called last were not run. */
    MAX_TOOL_CALLS,

    /** The run has used as many tokens as it may. Tools that the model called last were not run. */
    MAX_TOTAL_TOKENS,

    /** The run has cost as much as it may. Tools that the model called last were not run. */
    MAX_COST,

    /** The run has taken as long as it may. What was under way was cancelled. */
    MAX_DURATION,

    /** The answer was cut at its limit of tokens. Tools that it called were not run. */
    MAX_TOKENS,

    /** The conversation no longer fits into the model's context window. Tools that it called were not run. */
    CONTEXT_WINDOW_EXCEEDED,

    /** The provider's filter stepped in. Tools that the model called were not run. */
    CONTENT_FILTERED,

    /** A step of the plan failed, and no new plan was left; the output is made of what there is. */
    PLAN_FAILED;

    private static final Map<StopReason, AgentStopReason> CUT = Map.of(
            StopReason.MAX_TOKENS, MAX_TOKENS,
            StopReason.CONTEXT_WINDOW_EXCEEDED, CONTEXT_WINDOW_EXCEEDED,
            StopReason.CONTENT_FILTERED, CONTENT_FILTERED);

    /** Whether it is only that the last answer called no tool: the model may be asked something else. */
    boolean mayBeTakenUp() {
        return this == COMPLETED || CUT.containsValue(this);
    }

    /** {@link #COMPLETED} unless the answer is not whole. */
    static AgentStopReason of(StopReason reason) {
        return CUT.getOrDefault(reason, COMPLETED);
    }
}
