package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** An agent was defined in a way that cannot work. */
public final class AgentConfigurationException extends CortexException implements Lasting {

    AgentConfigurationException(String message) {
        this(message, null);
    }

    AgentConfigurationException(String message, @Nullable Throwable cause) {
        super("agent_configuration", message, cause);
    }
}
