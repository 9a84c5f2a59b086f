package io.cortexreactive.examples.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads server-sent events as a browser would, one at a time, blocking, and closes the connection when told to. The
 * JDK's plainest client, so that each Netty buffer in the process is the application's.
 */
final class EventSource implements AutoCloseable {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final HttpURLConnection connection;
    private final BufferedReader lines;

    private EventSource(HttpURLConnection connection) throws IOException {
        this.connection = connection;
        this.lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    }

    static EventSource get(String address, Duration patience) {
        return get(address, patience, Map.of());
    }

    static EventSource get(String address, Duration patience, Map<String, String> headers) {
        try {
            HttpURLConnection connection = connect(address, patience);
            headers.forEach(connection::setRequestProperty);
            return new EventSource(connection);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static EventSource post(String address, Duration patience, Map<String, String> headers, Object body) {
        try {
            HttpURLConnection connection = connect(address, patience);
            headers.forEach(connection::setRequestProperty);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(JsonMapper.shared().writeValueAsBytes(body));
            return new EventSource(connection);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpURLConnection connect(String address, Duration patience) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setReadTimeout(Math.toIntExact(patience.toMillis()));
        return connection;
    }

    /** The next event; null at the end. */
    private @Nullable Event next() {
        String name = "message";
        String id = "";
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    name = line.substring("event:".length());
                } else if (line.startsWith("id:")) {
                    id = line.substring("id:".length());
                } else if (line.startsWith("data:")) {
                    return new Event(name, id, JsonMapper.shared().readValue(line.substring("data:".length()), OBJECT));
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next event; fails at the end. */
    Event take() {
        return take(any -> true);
    }

    /** The next event that is so; what comes before it is skipped. Fails at the end, and tells what was skipped. */
    Event take(Predicate<Event> such) {
        List<Event> skipped = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            if (such.test(event)) {
                return event;
            }
            skipped.add(event);
        }
        throw new AssertionError("The stream has ended after " + skipped);
    }

    /** All events until the end. */
    List<Event> rest() {
        List<Event> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event);
        }
        return events;
    }

    @Override
    public void close() {
        connection.disconnect();
    }

    /** @param id empty if it has none */
    record Event(String name, String id, Map<String, Object> data) {

        /** The data's own type. */
        String type() {
            return String.valueOf(data.get("type"));
        }
    }
}
