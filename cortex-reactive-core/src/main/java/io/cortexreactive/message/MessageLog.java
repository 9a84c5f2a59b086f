package io.cortexreactive.message;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * A conversation that only grows. Its views share what it holds, so a {@link ChatRequest} made from one copies nothing,
 * however long the conversation is. One thread at a time may append; a view may be read by any thread it is handed to.
 */
public final class MessageLog {

    private Message[] messages = new Message[16];
    private int size;

    /** Adds a message; views that there are do not see it. */
    public void append(Message message) {
        Objects.requireNonNull(message, "message");
        if (size == messages.length) {
            messages = Arrays.copyOf(messages, size * 2);
        }
        messages[size++] = message;
    }

    /** The messages so far, immutable. Costs the same however many there are. */
    public List<Message> view() {
        return new View(messages, size);
    }

    /** How many messages there are. */
    public int size() {
        return size;
    }

    /** What lies below {@code size} never changes. */
    static final class View extends AbstractList<Message> implements RandomAccess {

        private final Message[] messages;
        private final int size;

        private View(Message[] messages, int size) {
            this.messages = messages;
            this.size = size;
        }

        @Override
        public Message get(int index) {
            return messages[Objects.checkIndex(index, size)];
        }

        @Override
        public int size() {
            return size;
        }
    }
}
