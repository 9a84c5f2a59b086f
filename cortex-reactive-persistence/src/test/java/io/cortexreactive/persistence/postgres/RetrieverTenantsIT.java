package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantMissingException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Whose rows are found. */
class RetrieverTenantsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private final CountedConnections connections = new CountedConnections(DATABASE.connections());

    @BeforeAll
    static void fill() {
        DATABASE.run("create table docs (id int, tenant_id text, content text, published boolean)", """
                insert into docs values
                    (1, 'acme', 'plans of acme', true), (2, 'bolt', 'plans of bolt', true),
                    (3, 'acme', 'secret plans of acme', false), (4, null, 'plans of nobody', true),
                    (5, '', 'plans of the empty', true)
                """);
    }

    private R2dbcRetriever.Builder docs() {
        return R2dbcRetriever.builder(connections).table("docs").searchColumns("content");
    }

    private static List<Integer> found(Retriever retriever, String tenant) {
        return retriever
                .retrieve("plans", 10)
                .contextWrite(Tenancy.as(TenantContext.builder(tenant).build()))
                .flatMapIterable(RetrievedContent::items)
                .map(item -> (Integer) Objects.requireNonNull(item.metadata().get("id")))
                .sort()
                .collectList()
                .blockOptional(TIMEOUT)
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(TextMatch.class)
    void onlyTheTenantsOwnRowsAreFound(TextMatch match) {
        Retriever retriever = docs().match(match).tenantColumn("tenant_id").build();

        assertThat(found(retriever, "acme")).containsExactly(1, 3);
        assertThat(found(retriever, "bolt")).containsExactly(2);
        assertThat(found(retriever, "stranger")).isEmpty();
    }

    /** What the other tests look for is there to be seen. */
    @Test
    void aRetrieverThatKnowsNoTenantsSeesEverybodysRows() {
        assertThat(found(docs().build(), "acme")).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aConditionWithOrDoesNotOpenOtherTenantsRows() {
        Retriever retriever = docs().tenantColumn("tenant_id")
                .where("published = $1 or true", true)
                .build();

        assertThat(found(retriever, "acme")).containsExactly(1, 3);
    }

    @Test
    void aHostileTenantIdIsATenantThatHasNothing() {
        assertThat(found(docs().tenantColumn("tenant_id").build(), "x' or '1'='1"))
                .isEmpty();
    }

    @Test
    void withoutATenantNothingIsAsked() {
        Retriever retriever = docs().tenantColumn("tenant_id").build();

        StepVerifier.create(retriever.retrieve("plans"))
                .expectError(TenantMissingException.class)
                .verify(TIMEOUT);
        StepVerifier.create(retriever.retrieve(""))
                .expectError(TenantMissingException.class)
                .verify(TIMEOUT);
        assertThat(connections.made).hasValue(0);
    }

    @Test
    void whoseRowItIsIsNotTold() {
        Retriever retriever = docs().tenantColumn("tenant_id").build();

        StepVerifier.create(retriever
                        .retrieve("plans", 1)
                        .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                        .flatMapIterable(RetrievedContent::items)
                        .map(RetrievedItem::metadata))
                .assertNext(metadata -> assertThat(metadata).containsOnlyKeys("id", "published"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void callsOfManyTenantsAtOnceDoNotMix() {
        Retriever retriever = docs().tenantColumn("tenant_id").build();

        StepVerifier.create(Flux.range(0, 40)
                        .flatMap(
                                i -> retriever
                                        .retrieve("plans", 10)
                                        .contextWrite(Tenancy.as(TenantContext.builder(i % 2 == 0 ? "acme" : "bolt")
                                                .build()))
                                        .map(found -> found.items().size() == (i % 2 == 0 ? 2 : 1)),
                                8)
                        .all(right -> right))
                .expectNext(true)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static final class CountedConnections implements ConnectionFactory {

        final AtomicInteger made = new AtomicInteger();
        private final ConnectionFactory connections;

        CountedConnections(ConnectionFactory connections) {
            this.connections = connections;
        }

        @Override
        public Publisher<? extends Connection> create() {
            made.incrementAndGet();
            return connections.create();
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return connections.getMetadata();
        }
    }
}
