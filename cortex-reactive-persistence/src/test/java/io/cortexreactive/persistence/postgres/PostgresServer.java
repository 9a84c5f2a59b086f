package io.cortexreactive.persistence.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL server for tests: in a container where a Docker engine answers, otherwise embedded. Tests do not know
 * which. It ends with the JVM.
 */
public record PostgresServer(String host, int port) {

    static final String SUPERUSER = "postgres";

    private static final String IMAGE = "pgvector/pgvector:pg17";

    /** The one that all tests of this JVM share, started by whoever asks first. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** One that nobody else uses, for a test that breaks it. */
    public static PostgresServer start() {
        return DockerClientFactory.instance().isDockerAvailable() ? inContainer() : embedded();
    }

    private static PostgresServer embedded() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder().start();
            return new PostgresServer("localhost", server.getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that is not started yet. */
    static PostgreSQLContainer container() {
        return new PostgreSQLContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
                .withUsername(SUPERUSER)
                .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust");
    }

    @SuppressWarnings("resource") // Testcontainers ends it with the JVM.
    private static PostgresServer inContainer() {
        PostgreSQLContainer container = container();
        container.start();
        return new PostgresServer(container.getHost(), container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT));
    }

    /** Connections of a superuser to one database. */
    public PostgresqlConnectionFactory connections(String database) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(host)
                .port(port)
                .username(SUPERUSER)
                .database(database)
                .build());
    }

    private static final class Shared {

        static final PostgresServer SERVER = start();
    }
}
