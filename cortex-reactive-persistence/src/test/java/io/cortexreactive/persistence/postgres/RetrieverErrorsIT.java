package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.retrieval.RetrievalException;
import io.cortexreactive.retrieval.Retriever;
import io.r2dbc.pool.ConnectionPool;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** What a database can answer instead of rows. */
class RetrieverErrorsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;

    @BeforeAll
    static void fill() {
        pool = DATABASE.pool(1);
        DATABASE.run(
                "create table docs (id int, content text, number int)",
                "insert into docs values (1, 'word', 1)",
                """
                create function fail(state text) returns text language plpgsql as $$ begin
                    raise exception 'failed with %', state using errcode = state; end $$
                """,
                """
                create function disconnect() returns text language plpgsql as $$ begin
                    perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(60); return 'late'; end $$
                """,
                "create view ended as select 1 as id, 'word' as content, disconnect() as gone");
        DATABASE.run(Stream.of("40001", "40P01", "53300", "55P03", "57014", "57P03", "08006", "XX000", "22000", "57P04")
                .map(state -> "create view \"fails_" + state + "\" as select 1 as id, 'word' as content, fail('" + state
                        + "') as failed")
                .toArray(String[]::new));
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    private static R2dbcRetriever.Builder table(String name) {
        return R2dbcRetriever.builder(pool).table(name).searchColumns("content");
    }

    private static void assertFails(Retriever retriever, Class<? extends RetrievalException> type, String... words) {
        StepVerifier.create(retriever.retrieve("word"))
                .expectErrorSatisfies(
                        error -> assertThat(error).isInstanceOf(type).hasMessageContainingAll(words))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "53300", "55P03", "57014", "57P03", "08006"})
    void whatPassesIsWorthAnotherTry(String state) {
        assertFails(table("fails_" + state).build(), RetrievalUnavailableException.class, "failed with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX000", "22000", "57P04"})
    void whatDoesNotPassStays(String state) {
        assertFails(table("fails_" + state).build(), RetrievalFailedException.class, "failed with");
    }

    @Test
    void aTableThatIsNotThereIsNamed() {
        assertFails(
                table("missing").build(), RetrievalFailedException.class, "\"missing\"", "42P01", "Name what is there");
    }

    @Test
    void aSchemaThatIsNotThereIsNamed() {
        assertFails(
                table("nowhere.docs").build(), RetrievalFailedException.class, "nowhere.docs", "Name what is there");
    }

    @Test
    void aColumnThatIsNotThereIsNamed() {
        List<R2dbcRetriever.Builder> wrong = List.of(
                table("docs").contentColumn("missing"),
                table("docs").idColumn("missing"),
                table("docs").searchColumns("missing"),
                table("docs").vectorColumn("missing"),
                table("docs").scoreColumn("missing"),
                table("docs").metadataColumns("missing"),
                table("docs").where("missing = $1", 1));

        assertThat(wrong)
                .allSatisfy(builder -> assertFails(
                        builder.build(), RetrievalFailedException.class, "missing", "42703", "Name what is there"));
    }

    @Test
    void aTextSearchConfigurationThatIsNotThereIsNamed() {
        assertFails(
                table("docs").language("klingon").build(),
                RetrievalFailedException.class,
                "klingon",
                "42704",
                "Name a text search configuration");
    }

    @Test
    void anExtensionThatIsNotThereIsNamed() {
        Retriever byMeaning = PgVectorRetriever.builder(pool, new FixedEmbeddings(Map.of("word", new float[] {1, 0})))
                .table("docs")
                .embeddingColumn("number")
                .build();

        assertFails(byMeaning, RetrievalFailedException.class, "vector", "42704", "create the extension");
    }

    @Test
    void aColumnThatHasNoWordsIsTold() {
        assertFails(table("docs").searchColumns("number").build(), RetrievalFailedException.class, "42883");
    }

    @Test
    void aValueThatTheDriverCannotSendStays() {
        assertFails(
                table("docs").where("content = $1", new Object()).build(), RetrievalFailedException.class, "encode");
    }

    @Test
    void aConnectionThatTheServerEndsIsReplaced() {
        assertFails(table("ended").build(), RetrievalUnavailableException.class, "57P01");

        // The server says that it ends the connection before it does, so the next caller may still meet it.
        StepVerifier.create(table("docs")
                        .build()
                        .retrieve("word")
                        .retryWhen(Retry.max(1).filter(RetrievalUnavailableException.class::isInstance)))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aServerThatDoesNotListenPasses() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Retriever retriever = R2dbcRetriever.builder(new PostgresServer("localhost", port).connections("none"))
                .table("docs")
                .searchColumns("content")
                .build();

        assertFails(retriever, RetrievalUnavailableException.class, "Cannot connect");
    }

    @Test
    void aDatabaseThatIsNotThereStays() {
        Retriever retriever = R2dbcRetriever.builder(PostgresServer.shared().connections("missing"))
                .table("docs")
                .searchColumns("content")
                .build();

        assertFails(retriever, RetrievalFailedException.class, "3D000", "Check user, password and database");
    }
}
