package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that must not be parted.
 *
 * @param weight what they count against a limit
 * @param end the position of the last one
 * @param user what a user had said before; null for what a user says, and where it is not known
 */
record Unit(
        List<Message> messages,
        long weight,
        long end,
        @Nullable Unit user) {

    boolean isUser() {
        return Units.isUser(messages.get(0));
    }

    /** A window may begin with this one, or with what the user had said before. */
    boolean hasUser() {
        return isUser() || user != null;
    }
}
