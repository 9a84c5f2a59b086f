package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Whose key embeds a question. The database is not reached. */
class PgVectorTenantsTests {

    private final FixedEmbeddings embeddings = new FixedEmbeddings(Map.of("fruit", new float[] {1, 0, 0}));
    private final PgVectorRetriever retriever = PgVectorRetriever.builder(new NoConnections(), embeddings)
            .table("notes")
            .build();

    private void ask(TenantContext tenant) {
        StepVerifier.create(retriever.retrieve("fruit").contextWrite(Tenancy.as(tenant)))
                .expectError(RetrievalFailedException.class)
                .verify();
    }

    private static TenantContext tenant(String id) {
        return TenantContext.builder(id).apiKey("fixed", "key-of-" + id).build();
    }

    private static ProviderConfig key(String value) {
        return new ProviderConfig(Secret.of(value), null, null, null, Map.of());
    }

    @Test
    void eachTenantEmbedsWithItsOwnKey() {
        ask(tenant("acme"));
        ask(tenant("bolt"));
        ask(TenantContext.builder("keyless").build());

        assertThat(embeddings.callers).containsExactly(key("key-of-acme"), key("key-of-bolt"), ProviderConfig.NONE);
    }

    private static final class NoConnections implements ConnectionFactory {

        @Override
        public Publisher<? extends Connection> create() {
            return Mono.error(new IllegalStateException("no connection in this test"));
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return () -> "none";
        }
    }
}
