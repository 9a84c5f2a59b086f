package io.cortexreactive.examples.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/** Starts a Redis server on a directory, and notes its port there. Blocks; one at a time may ask. */
final class RedisLauncher {

    private static final long PATIENCE_SECONDS = 20;

    private RedisLauncher() {}

    /** The port that was noted last; whether a server is there, and whose, is another question. */
    static Optional<Integer> port(Path data) throws IOException {
        Path file = portFile(data);
        return Files.exists(file)
                ? Optional.of(Integer.parseInt(Files.readString(file).strip()))
                : Optional.empty();
    }

    static void note(Path data, int port) throws IOException {
        Files.writeString(portFile(data), Integer.toString(port));
    }

    static void forget(Path data) throws IOException {
        Files.deleteIfExists(portFile(data));
    }

    private static Path portFile(Path data) {
        return data.resolve("port");
    }

    /**
     * As a daemon: neither a Ctrl-C in the terminal nor the end of who has started it ends it under the others.
     *
     * @return its port, the last one if nobody else has that
     */
    static int launch(Path data) throws IOException, InterruptedException {
        Optional<Integer> last = port(data);
        int port = last.isPresent() && isFree(last.get()) ? last.get() : freePort();
        String executable = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
        Process process = new ProcessBuilder(command(executable, data, port))
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(told.strip());
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
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
                RedisServer.LOCALHOST,
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
}
