package io.cortexreactive.chat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event of a {@code text/event-stream}, as the HTML standard has it.
 *
 * @param id what a client that reconnects sends as {@code Last-Event-ID}; null leaves the client the one it has
 * @param event what a client listens for; null for {@code message}
 * @param data any text; a client reads each line break as a line feed
 */
public record SseFrame(@Nullable String id, @Nullable String event, String data) {

    /**
     * @throws IllegalArgumentException if the id or the event has a line break, or the id a NUL, which clients ignore
     */
    public SseFrame {
        Objects.requireNonNull(data, "data");
        if (!isLine(id) || !isLine(event) || (id != null && id.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("An id and an event have no line breaks, and an id no NUL");
        }
    }

    /** A frame of data alone. */
    public static SseFrame of(String data) {
        return new SseFrame(null, null, data);
    }

    private static boolean isLine(@Nullable String text) {
        return text == null || (text.indexOf('\n') < 0 && text.indexOf('\r') < 0);
    }

    /** What goes over the wire in UTF-8, the empty line at its end included. */
    public String text() {
        StringBuilder text = new StringBuilder();
        field(text, "id", id);
        field(text, "event", event);
        for (String line : data.split("\r\n|\r|\n", -1)) {
            field(text, "data", line);
        }
        return text.append('\n').toString();
    }

    private static void field(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            text.append(name).append(": ").append(value).append('\n');
        }
    }
}
