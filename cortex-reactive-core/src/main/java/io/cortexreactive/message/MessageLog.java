package io.cortexreactive.message;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that only grows. Its views share what it holds, so a {@link ChatRequest} made from one copies nothing,
 * however long the conversation is. One thread at a time may append; a view may be read by any thread it is handed to.
 */
public final class MessageLog {

    private static final int NOWHERE = -1;

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
        return new View(messages, size, NOWHERE, null);
    }

    /**
     * Messages with another one in place of one of them. Those of a {@link #view()} are not copied for that.
     *
     * @throws IndexOutOfBoundsException if there is none at this place
     */
    public static List<Message> replaced(List<Message> messages, int at, Message by) {
        Objects.checkIndex(at, messages.size());
        Objects.requireNonNull(by, "by");
        if (messages instanceof View view && view.changed == NOWHERE) {
            return new View(view.messages, view.size, at, by);
        }
        List<Message> copy = new ArrayList<>(messages);
        copy.set(at, by);
        return Collections.unmodifiableList(copy);
    }

    /** How many messages there are. */
    public int size() {
        return size;
    }

    /** What lies below {@code size} never changes. */
    static final class View extends AbstractList<Message> implements RandomAccess {

        private final Message[] messages;
        private final int size;
        private final int changed;
        private final @Nullable Message by;

        private View(Message[] messages, int size, int changed, @Nullable Message by) {
            this.messages = messages;
            this.size = size;
            this.changed = changed;
            this.by = by;
        }

        @Override
        public Message get(int index) {
            Message here = messages[Objects.checkIndex(index, size)];
            return index == changed && by != null ? by : here;
        }

        @Override
        public int size() {
            return size;
        }
    }
}
