package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.Utf8;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;

/** What an agent was to be run on is nothing that a user says, or no text that can be sent. No run has begun. */
public final class AgentInputException extends CortexException implements Lasting {

    private AgentInputException(String message) {
        super("agent_input", message, null);
    }

    /** Whether it is a USER message that says something, in text that can be sent. */
    static boolean accepts(Message input) {
        return input.role() == Role.USER && !isEmpty(input) && isText(input);
    }

    private static boolean isEmpty(Message input) {
        return input.content().stream()
                .allMatch(
                        part -> part instanceof TextContent text && text.text().isBlank());
    }

    private static boolean isText(Message input) {
        return input.content().stream().allMatch(part -> !(part instanceof TextContent text) || Utf8.has(text.text()));
    }

    static AgentInputException of(Message input) {
        String what = "one with half of a surrogate pair, which is no character.";
        if (input.role() != Role.USER) {
            what = "one of role " + input.role() + ".";
        } else if (isEmpty(input)) {
            what = "an empty one.";
        }
        return new AgentInputException("An agent is run on a USER message that says something, not on " + what);
    }
}
