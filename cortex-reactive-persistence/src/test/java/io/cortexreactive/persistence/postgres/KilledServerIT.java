package io.cortexreactive.persistence.postgres;

import io.cortexreactive.retrieval.Retriever;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A server that dies is this test's alone. */
class KilledServerIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Kills the server, and the process of it that runs the query. */
    private static final String DIE = """
            create function die() returns text language plpgsql as $$ begin
                execute 'copy (select 1) to program ''kill -9 $(head -1 postmaster.pid) $PPID''';
                return 'late'; end $$
            """;

    @Test
    void aServerThatIsKilledInTheMiddleOfAQueryPasses() {
        ConnectionFactory connections = PostgresServer.start().connections("postgres");
        Retriever retriever = R2dbcRetriever.builder(connections)
                .table("deadly")
                .searchColumns("content")
                .build();

        StepVerifier.create(prepare(connections)).expectComplete().verify(TIMEOUT);
        StepVerifier.create(retriever.retrieve("word"))
                .expectError(RetrievalUnavailableException.class)
                .verify(TIMEOUT);
    }

    private static Mono<Void> prepare(ConnectionFactory connections) {
        return Flux.usingWhen(
                        connections.create(),
                        connection -> Flux.just(
                                        DIE, "create view deadly as select 1 as id, 'word' as content, die() as die")
                                .concatMap(sql -> PostgresDatabase.execute(connection, sql)),
                        Connection::close)
                .then();
    }
}
