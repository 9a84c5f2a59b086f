package io.cortexreactive.examples.database;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL server on this machine, of this process alone. Blocks. */
final class PostgresServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String SUPERUSER = "postgres";
    private static final long PATIENCE_SECONDS = 20;

    private final EmbeddedPostgres server;
    private final FileLocked lock;

    private PostgresServer(EmbeddedPostgres server, FileLocked lock) {
        this.server = server;
        this.lock = lock;
    }

    /** Starts it on what the directory has from before, if anything. */
    static PostgresServer start(Path directory) {
        FileLocked lock = lock(directory);
        try {
            Path data = directory.resolve("postgres");
            endLeftover(data);
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false) // or it would end before those that use it
                    .start();
            return new PostgresServer(server, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw cannotStart(directory, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            lock.close();
            Thread.currentThread().interrupt();
            throw cannotStart(directory, "it was interrupted", e);
        }
    }

    /** Two servers on the same files would destroy them. */
    private static FileLocked lock(Path directory) {
        try {
            return FileLocked.tryLock(directory.resolve("in-use"))
                    .orElseThrow(() -> cannotStart(
                            directory,
                            "another application uses it. End that, or set CORTEX_DATABASE_DIR to another directory",
                            null));
        } catch (IOException e) {
            throw cannotStart(directory, e.toString(), e);
        }
    }

    /** An application that was killed has left its server behind, and nobody else uses it: the lock is ours. */
    private static void endLeftover(Path data) throws IOException, InterruptedException {
        Path pidFile = data.resolve("postmaster.pid");
        if (Files.exists(pidFile)) {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            Optional<ProcessHandle> server = ProcessHandle.of(pid).filter(PostgresServer::isPostgres);
            if (server.isPresent()) {
                end(server.get(), data, pidFile);
            }
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(name -> name.contains("postgres"))
                .isPresent();
    }

    /** It removes its file last. Its process may stay as one that nobody has asked about, and cannot be waited for. */
    private static void end(ProcessHandle server, Path data, Path pidFile) throws IOException, InterruptedException {
        try (WatchService watch = data.getFileSystem().newWatchService()) {
            data.register(watch, StandardWatchEventKinds.ENTRY_DELETE);
            server.destroy();
            while (Files.exists(pidFile)) {
                WatchKey change = watch.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (change == null) {
                    throw new IllegalStateException(
                            "a server that was left behind does not end, process " + server.pid());
                }
                change.pollEvents();
                change.reset();
            }
        }
    }

    private static DatabaseSetupException cannotStart(Path directory, String why, @Nullable Throwable cause) {
        return new DatabaseSetupException(
                "Embedded PostgreSQL cannot be started in " + directory + ": " + why + ".", cause);
    }

    /** A new connection each time. */
    ConnectionFactory connections() {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host("localhost")
                .port(server.getPort())
                .username(SUPERUSER)
                .database(SUPERUSER)
                .build());
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("Embedded PostgreSQL could not be ended", e);
        } finally {
            lock.close();
        }
    }
}
