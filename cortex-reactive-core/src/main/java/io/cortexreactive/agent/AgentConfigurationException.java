package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** An agent, or how agents are run, was defined in a way that cannot work. */
public final class AgentConfigurationException extends CortexException implements Lasting {

    /** Says what is wrong, and what is allowed. */
    public AgentConfigurationException(String message) {
        this(message, null);
    }

    AgentConfigurationException(String message, @Nullable Throwable cause) {
        super("agent_configuration", message, cause);
    }
}
