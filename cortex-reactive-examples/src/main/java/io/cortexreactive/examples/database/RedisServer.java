package io.cortexreactive.examples.database;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server on this machine, which all applications of a directory share. Who needs it first starts it, and who
 * needs it last ends it; it outlives one that is killed, and whoever starts next finds it. Blocks.
 */
final class RedisServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofMillis(20);
    private static final String LOCALHOST = "127.0.0.1";

    /** Each application has one connection of this name, by which the last one knows that it is. */
    private static final String USER = "cortex-reactive-example";

    private final Path data;
    private final RedisURI address;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    private RedisServer(
            Path data, RedisURI address, RedisClient client, StatefulRedisConnection<String, String> connection) {
        this.data = data;
        this.address = address;
        this.client = client;
        this.connection = connection;
    }

    /** Finds it, or starts it on what the directory has from before, if anything. */
    static RedisServer open(Path directory) {
        try {
            return opened(Files.createDirectories(directory.resolve("redis")).toRealPath());
        } catch (IOException | RuntimeException e) {
            throw cannotStart(directory, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cannotStart(directory, "it was interrupted", e);
        }
    }

    private static synchronized RedisServer opened(Path data) throws IOException, InterruptedException {
        RedisClient client = RedisClient.create();
        client.setOptions(ClientOptions.builder().autoReconnect(false).build());
        FileLocked alone = FileLocked.lock(data.resolve("starting"));
        try {
            Optional<RedisServer> running = running(data, client);
            return running.isPresent() ? running.get() : started(data, client);
        } catch (IOException | RuntimeException | InterruptedException e) {
            client.shutdown();
            throw e;
        } finally {
            alone.close();
        }
    }

    /** Another one's server may have the port by now: it is told by its directory. */
    private static Optional<RedisServer> running(Path data, RedisClient client) throws IOException {
        Path file = portFile(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        RedisURI address = address(Integer.parseInt(Files.readString(file).strip()));
        return connect(client, address)
                .flatMap(connection -> ofDirectory(data, connection))
                .map(connection -> new RedisServer(data, address, client, connection))
                .onErrorComplete(RedisException.class)
                .blockOptional(PATIENCE);
    }

    private static Mono<StatefulRedisConnection<String, String>> ofDirectory(
            Path data, StatefulRedisConnection<String, String> connection) {
        return connection
                .reactive()
                .configGet("dir")
                .flatMap(dir -> data.toString().equals(dir.get("dir"))
                        ? Mono.just(connection)
                        : Mono.fromCompletionStage(connection.closeAsync()).then(Mono.empty()));
    }

    private static RedisServer started(Path data, RedisClient client) throws IOException, InterruptedException {
        int port = freePort();
        launch(data, port);
        RedisURI address = address(port);
        StatefulRedisConnection<String, String> connection = connect(client, address)
                .retryWhen(Retry.fixedDelay(PATIENCE.dividedBy(AGAIN), AGAIN))
                .timeout(PATIENCE)
                .onErrorMap(error -> new TimeoutException("it does not answer; " + data.resolve("log") + " says more"))
                .blockOptional()
                .orElseThrow();
        Files.writeString(portFile(data), Integer.toString(port));
        return new RedisServer(data, address, client, connection);
    }

    private static Path portFile(Path data) {
        return data.resolve("port");
    }

    private static RedisURI address(int port) {
        return RedisURI.builder()
                .withHost(LOCALHOST)
                .withPort(port)
                .withClientName(USER)
                .build();
    }

    /** Fails also while it reads its file. */
    private static Mono<StatefulRedisConnection<String, String>> connect(RedisClient client, RedisURI address) {
        return Mono.defer(() -> Mono.fromCompletionStage(client.connectAsync(StringCodec.UTF8, address)))
                .flatMap(connection -> connection
                        .reactive()
                        .ping()
                        .thenReturn(connection)
                        .onErrorResume(error -> Mono.fromCompletionStage(connection.closeAsync())
                                .then(Mono.error(error))));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** As a daemon: neither a Ctrl-C in the terminal nor the end of who has started it ends it under the others. */
    private static void launch(Path data, int port) throws IOException, InterruptedException {
        String executable = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
        Process process = new ProcessBuilder(command(executable, data, port))
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(told.strip());
        }
    }

    private static List<String> command(String executable, Path data, int port) {
        return List.of(
                executable,
                "--daemonize",
                "yes",
                "--port",
                Integer.toString(port),
                "--bind",
                LOCALHOST,
                "--dir",
                data.toString(),
                "--logfile",
                data.resolve("log").toString(),
                "--appendonly",
                "yes",
                "--save",
                "",
                "--maxmemory-policy",
                "noeviction");
    }

    private static DatabaseSetupException cannotStart(Path directory, String why, @Nullable Throwable cause) {
        return new DatabaseSetupException("Embedded Redis cannot be started in " + directory + ": " + why + ".", cause);
    }

    /** For clients. */
    RedisURI address() {
        return RedisURI.create(address.getHost(), address.getPort());
    }

    /** Leaves it to the others, or ends it if there are none. */
    @Override
    public void close() {
        close(this);
    }

    private static synchronized void close(RedisServer server) {
        try {
            FileLocked alone = FileLocked.lock(server.data.resolve("starting"));
            try {
                server.leave();
            } finally {
                alone.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Embedded Redis could not be ended", e);
        } finally {
            server.client.shutdown();
        }
    }

    private void leave() throws IOException {
        String clients =
                Objects.requireNonNull(connection.reactive().clientList().block(PATIENCE));
        if (clients.lines().filter(line -> line.contains(" name=" + USER + " ")).count() == 1) {
            // It answers by closing the connection.
            connection
                    .reactive()
                    .shutdown(false)
                    .onErrorComplete(RedisException.class)
                    .block(PATIENCE);
            Files.deleteIfExists(portFile(data));
        }
    }
}
