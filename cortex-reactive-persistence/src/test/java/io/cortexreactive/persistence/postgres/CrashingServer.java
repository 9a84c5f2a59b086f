package io.cortexreactive.persistence.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A server of a test's own that ends at once, as with its machine, and begins again at the same place. */
public abstract class CrashingServer implements AutoCloseable {

    private final int port;

    private CrashingServer(int port) {
        this.port = port;
    }

    /** Starts one. */
    public static CrashingServer start() {
        int port = freePort();
        return DockerClientFactory.instance().isDockerAvailable() ? new InContainer(port) : new Embedded(port);
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
        return "r2dbc:postgresql://" + PostgresServer.SUPERUSER + "@localhost:" + port + "/postgres";
    }

    /** Ends it in the middle of whatever it does; returns once it is gone. */
    public abstract void crash();

    /** Begins again with what it has on its disk. */
    public abstract void recover();

    @Override
    public abstract void close();

    private static final class InContainer extends CrashingServer {

        private final PostgreSQLContainer container;

        InContainer(int port) {
            super(port);
            container = PostgresServer.container();
            container.setPortBindings(List.of(port + ":" + PostgreSQLContainer.POSTGRESQL_PORT));
            container.start();
        }

        @Override
        public void crash() {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .exec();
        }

        @Override
        public void recover() {
            container
                    .getDockerClient()
                    .startContainerCmd(container.getContainerId())
                    .exec();
        }

        @Override
        public void close() {
            container.stop();
        }
    }

    private static final class Embedded extends CrashingServer {

        private final int port;
        private final Path data;
        private EmbeddedPostgres server;

        Embedded(int port) {
            super(port);
            this.port = port;
            try {
                data = Files.createTempDirectory("postgres");
                server = launch();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What it has committed is to be there after a crash, which embedded servers otherwise do without. */
        private EmbeddedPostgres launch() throws IOException {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setServerConfig("synchronous_commit", "on")
                    .start();
        }

        /** All processes of it, since those of its sessions outlive their parent for a moment. */
        @Override
        public void crash() {
            try {
                String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
                ProcessHandle postmaster =
                        ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
                List<ProcessHandle> all = postmaster.descendants().toList();
                postmaster.destroyForcibly();
                all.forEach(ProcessHandle::destroyForcibly);
                postmaster.onExit().join();
                all.forEach(process -> process.onExit().join());
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void recover() {
            try {
                server = launch();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
