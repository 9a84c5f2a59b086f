package io.cortexreactive.benchmarks.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks the server what it has seen. */
final class ServerControl {

    private final URI server;

    ServerControl(URI server) {
        this.server = server;
    }

    String ask(String path) throws IOException {
        return ask(path, Duration.ofSeconds(30)).orElseThrow(() -> new IOException("No answer to " + path));
    }

    /** Empty if there is no answer within the limit. */
    Optional<String> ask(String path, Duration limit) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) server.resolve(path).toURL().openConnection();
        connection.setReadTimeout((int) limit.toMillis());
        try (InputStream body = connection.getInputStream()) {
            return Optional.of(new String(body.readAllBytes(), StandardCharsets.UTF_8).trim());
        } catch (SocketTimeoutException e) {
            connection.disconnect();
            return Optional.empty();
        }
    }
}
