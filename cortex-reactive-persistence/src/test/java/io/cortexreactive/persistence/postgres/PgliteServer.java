package io.cortexreactive.persistence.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL in Node.js, with pgvector. It takes one connection at a time, and ends with this JVM at the latest. */
final class PgliteServer implements AutoCloseable {

    private static final String SCRIPT = "pglite-server.mjs";
    private static final List<String> PACKAGES = List.of(
            "@electric-sql/pglite@0.5.14",
            "@electric-sql/pglite-socket@0.2.17",
            "@electric-sql/pglite-pgvector@0.0.15");
    private static final int PATIENCE_SECONDS = 120;

    private final Process process;
    private final int port;

    private PgliteServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server; its packages are fetched unless an earlier run has.
     *
     * @throws IOException if there is no Node.js, or npm cannot fetch them
     */
    static PgliteServer start() throws IOException, InterruptedException {
        Path home =
                Path.of(System.getProperty("basedir", ""), "target", "pglite").toAbsolutePath();
        Files.createDirectories(home);
        install(home);
        try (InputStream script = PgliteServer.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IOException("No " + SCRIPT);
            }
            Files.copy(script, home.resolve(SCRIPT), StandardCopyOption.REPLACE_EXISTING);
        }
        Process node = process(home, List.of("node", SCRIPT)).start();
        return new PgliteServer(node, portOf(node));
    }

    private static void install(Path home) throws IOException, InterruptedException {
        Path installed = home.resolve("installed");
        if (Files.exists(installed)) {
            return;
        }
        List<String> command = new ArrayList<>(
                List.of("npm", "install", "--prefix", home.toString(), "--no-audit", "--no-fund", "--ignore-scripts"));
        command.addAll(PACKAGES);
        Process npm = process(home, command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!npm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
            npm.destroyForcibly();
            throw new IOException("npm could not fetch " + PACKAGES);
        }
        Files.createFile(installed);
    }

    private static ProcessBuilder process(Path home, List<String> command) {
        return new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectError(home.resolve("errors.txt").toFile());
    }

    /** It says where it listens as soon as it does. */
    private static int portOf(Process node) throws IOException {
        BufferedReader told = node.inputReader(StandardCharsets.UTF_8);
        String line = told.readLine();
        if (line == null) {
            throw new IOException("PGlite has ended; see target/pglite/errors.txt");
        }
        return Integer.parseInt(line);
    }

    /** Prepared statements outlive a connection there, so none is kept by name. */
    PostgresqlConnectionFactory connections() {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host("127.0.0.1")
                .port(port)
                .username("postgres")
                .database("postgres")
                .preparedStatementCacheQueries(0)
                .build());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
