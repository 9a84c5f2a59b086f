package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** What {@code docs/plugins/retrieval-postgres.md} shows, compiled and run. */
class RetrievalPostgresGuideIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    @Test
    void aTableIsSearched() {
        DATABASE.run(
                "create table articles (id int, tenant_id text, title text, body text, published boolean)",
                "insert into articles values (1, 'acme', 'Refunds', 'Refunds take three days.', true)");
        ConnectionPool pool = DATABASE.pool(2);
        TenantContext acme = TenantContext.builder("acme").build();

        Retriever articles = R2dbcRetriever.builder(pool)
                .table("articles")
                .searchColumns("title", "body")
                .contentColumn("body")
                .tenantColumn("tenant_id")
                .where("published = $1", true)
                .match(TextMatch.ANY_WORD)
                .build();

        Mono<RetrievedContent> found =
                articles.retrieve("How long does a refund take?", 3).contextWrite(Tenancy.as(acme));

        assertThat(found.block(TIMEOUT))
                .isNotNull()
                .satisfies(content -> assertThat(content.toContext()).isEqualTo("Refunds take three days."));
        pool.close().block(TIMEOUT);
    }

    /** Compiled alone: this server has no TLS. */
    static ConnectionPool connect(String password) {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(
                        new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                                .host("db.example.com")
                                .database("knowledge")
                                .username("reader")
                                .password(password)
                                .enableSsl()
                                .statementTimeout(Duration.ofSeconds(5))
                                .build()))
                .maxSize(20)
                .maxAcquireTime(Duration.ofSeconds(2))
                .build());
        return pool;
    }

    /** Compiled alone: {@link PgVectorRetrieverIT} runs it where the extension is. */
    static Retriever byMeaning(ConnectionPool pool, EmbeddingProvider openAi) {
        Retriever articles = PgVectorRetriever.builder(pool, openAi)
                .table("articles")
                .contentColumn("body")
                .embeddingColumn("embedding")
                .tenantColumn("tenant_id")
                .build();
        return articles;
    }
}
