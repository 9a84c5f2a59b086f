package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;

/** What an agent was to be run on is nothing that a user says. No run has begun. */
public final class AgentInputException extends CortexException implements Lasting {

    private AgentInputException(String message) {
        super("agent_input", message, null);
    }

    /** Whether it is a USER message that says something. */
    static boolean accepts(Message input) {
        return input.role() == Role.USER
                && !input.content().stream()
                        .allMatch(part ->
                                part instanceof TextContent text && text.text().isBlank());
    }

    static AgentInputException of(Message input) {
        return new AgentInputException("An agent is run on a USER message that says something, not on "
                + (input.role() == Role.USER ? "an empty one." : "one of role " + input.role() + "."));
    }
}
