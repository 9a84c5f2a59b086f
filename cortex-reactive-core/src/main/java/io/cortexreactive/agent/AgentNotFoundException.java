package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** No agent of this id is registered. */
public final class AgentNotFoundException extends CortexException implements Lasting {

    AgentNotFoundException(String id, Collection<String> known) {
        super(
                "agent_not_found",
                "There is no agent '" + id + "'. "
                        + (known.isEmpty() ? "There are none." : "There are: " + String.join(", ", known) + "."),
                null);
    }
}
