package io.cortexreactive.agent;

import org.jspecify.annotations.Nullable;

/**
 * What one run may use, where that is less than its agent may.
 *
 * @param maxIterations how often the model is asked; null for the agent's own limit
 */
public record AgentLimits(@Nullable Integer maxIterations) {

    /** The agent's own. */
    public static final AgentLimits NONE = new AgentLimits(null);

    public AgentLimits {
        if (maxIterations != null && maxIterations < 1) {
            throw new AgentConfigurationException("maxIterations must be positive, and is " + maxIterations + ".");
        }
    }

    /** Asks the model so often at most. */
    public static AgentLimits iterations(int most) {
        return new AgentLimits(most);
    }

    int maxIterations(AgentDefinition agent) {
        return maxIterations == null ? agent.maxIterations() : Math.min(maxIterations, agent.maxIterations());
    }
}
