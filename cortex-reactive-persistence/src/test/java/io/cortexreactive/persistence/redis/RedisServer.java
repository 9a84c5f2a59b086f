package io.cortexreactive.persistence.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A Redis server for tests, with an append-only file: in a container where a Docker engine answers, otherwise embedded.
 * Tests do not know which. It ends with the JVM, however that ends.
 */
public abstract class RedisServer {

    /** What it answers is in its file, if not on the disk: tests end the server, and not its machine. */
    private static final List<String> SETTINGS = List.of("--appendonly", "yes", "--appendfsync", "no", "--save", "");

    private final String host;
    private final int port;

    private RedisServer(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** The one that all tests of this JVM share, started by whoever asks first. */
    public static RedisServer shared() {
        return Shared.SERVER;
    }

    /** One that nobody else uses, for a test that breaks it or sets it otherwise. */
    public static RedisServer start() {
        return DockerClientFactory.instance().isDockerAvailable()
                ? new InContainer(freePort())
                : new Embedded(freePort());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For other processes. */
    public String address() {
        return "redis://" + host + ":" + port;
    }

    /** A new client each time, to be shut down by whoever asks. */
    public RedisClient client() {
        return RedisClient.create(RedisURI.create(host, port));
    }

    /** A new client of this user. */
    public RedisClient client(String user, String password) {
        return RedisClient.create(RedisURI.builder()
                .withHost(host)
                .withPort(port)
                .withAuthentication(user, password)
                .build());
    }

    /** Kills the server and starts it again, at the same place, with what its file has. */
    public abstract void restart();

    /** Ends it. */
    public abstract void stop();

    private static final class InContainer extends RedisServer {

        private static final String IMAGE = "redis:7-alpine";
        private static final int PORT = 6379;

        private final GenericContainer<?> container;

        InContainer(int port) {
            super("localhost", port);
            List<String> command = new ArrayList<>(List.of("redis-server"));
            command.addAll(SETTINGS);
            container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                    .withExposedPorts(PORT)
                    .withCommand(command.toArray(String[]::new));
            container.setPortBindings(List.of(port + ":" + PORT));
            container.start();
        }

        @Override
        public void restart() {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .exec();
            container
                    .getDockerClient()
                    .startContainerCmd(container.getContainerId())
                    .exec();
        }

        @Override
        public void stop() {
            container.stop();
        }
    }

    private static final class Embedded extends RedisServer {

        /** Kills the server when this JVM lets go of the other end, as it does when it dies. */
        private static final String GUARD = "\"$@\" & server=$!; cat > /dev/null; kill -9 $server; wait $server";

        private static final String READY = "Ready to accept connections";

        private final Path data;
        private final int port;
        private Process process;

        Embedded(int port) {
            super("127.0.0.1", port);
            this.port = port;
            try {
                this.data = Files.createTempDirectory("redis");
                data.toFile().deleteOnExit();
                this.process = launch();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Process launch() throws IOException {
            List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "redis", Binary.PATH.toString()));
            command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", data.toString()));
            command.addAll(SETTINGS);
            Process started =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader told = started.inputReader(StandardCharsets.UTF_8);
            for (String line = told.readLine(); line == null || !line.contains(READY); line = told.readLine()) {
                if (line == null) {
                    throw new IOException("Redis has ended before it was ready.");
                }
            }
            return started;
        }

        @Override
        public void restart() {
            stop();
            try {
                process = launch();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            try {
                process.outputWriter(StandardCharsets.UTF_8).close();
                process.waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Binary {

        static final Path PATH = unpack();

        private static Path unpack() {
            String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64")
                    ? "/redis-server-6.2.7-linux-arm64"
                    : "/redis-server-6.2.6-v5-linux-amd64";
            try (InputStream in = redis.embedded.RedisServer.class.getResourceAsStream(name)) {
                Path file = Files.createTempFile("redis-server", "");
                Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
                file.toFile().setExecutable(true);
                file.toFile().deleteOnExit();
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Shared {

        static final RedisServer SERVER = start();
    }
}
