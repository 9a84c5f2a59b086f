package io.cortexreactive.benchmarks.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Redis with an append-only file that the system syncs when it likes, as in the tests of this project's stores. */
public final class RedisServer implements StoreServer {

    private static final String BINARY = "/redis-server-6.2.6-v5-linux-amd64";
    private static final String HOST = "127.0.0.1";
    private static final String READY = "Ready to accept connections";

    /** Kills the server when this JVM lets go of the other end, as it does when it dies. */
    private static final String GUARD =
            "\"$@\" & server=$!; cat > /dev/null; kill -9 $server; wait $server; rm -rf \"$0\"";

    private final Process process;
    private final int port;

    private RedisServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** On Linux on x86-64. */
    public static RedisServer start() throws IOException {
        Path data = Files.createTempDirectory("redis");
        int port = freePort();
        Process process = new ProcessBuilder(command(data, unpacked(data), port))
                .redirectErrorStream(true)
                .start();
        BufferedReader told = process.inputReader(StandardCharsets.UTF_8);
        for (String line = told.readLine(); line == null || !line.contains(READY); line = told.readLine()) {
            if (line == null) {
                throw new IOException("Redis has ended before it was ready");
            }
        }
        return new RedisServer(process, port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Path unpacked(Path data) throws IOException {
        Path file = data.resolve("redis-server");
        try (InputStream in = redis.embedded.RedisServer.class.getResourceAsStream(BINARY)) {
            Files.copy(Objects.requireNonNull(in, BINARY), file);
        }
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("Not executable: " + file);
        }
        return file;
    }

    private static List<String> command(Path data, Path binary, int port) {
        return List.of(
                "sh",
                "-c",
                GUARD,
                data.toString(),
                binary.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                HOST,
                "--dir",
                data.toString(),
                "--appendonly",
                "yes",
                "--appendfsync",
                "no",
                "--save",
                "");
    }

    @Override
    public String address() {
        return "redis://" + HOST + ":" + port;
    }

    @Override
    public String describe() {
        return "Redis 6.2.6, appendonly yes, appendfsync no";
    }

    @Override
    public void close() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).close();
        process.onExit().join();
    }
}
