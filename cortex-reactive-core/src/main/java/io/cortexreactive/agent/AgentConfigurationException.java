package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** An agent was defined in a way that cannot work. */
public final class AgentConfigurationException extends CortexException implements Lasting {

    AgentConfigurationException(String message) {
        super("agent_configuration", message, null);
    }
}
