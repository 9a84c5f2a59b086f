package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.Purpose;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantMissingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.StepVerifier;

/** What is found by its meaning. */
class PgVectorRetrieverIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    static final VectorDatabase DATABASE = new VectorDatabase();

    private final FixedEmbeddings embeddings = new FixedEmbeddings(Map.of(
            "fruit", new float[] {1, 0, 0},
            "short", new float[] {1, 0}));

    @BeforeAll
    static void fill() {
        PostgresDatabase.run(
                DATABASE.pool(),
                "create table notes (id int, tenant_id text, content text, kind text, embedding vector(3))",
                """
                insert into notes values
                    (1, 'acme', 'stone', 'mineral', '[-1,0,0]'),
                    (2, 'acme', 'apple', 'food', '[0.8,0.6,0]'),
                    (3, 'bolt', 'pear', 'food', '[5,0,0]'),
                    (4, 'acme', 'nothing', 'none', '[0,0,0]'),
                    (5, 'acme', 'unknown', 'none', null)
                """);
    }

    @Test
    void whatAQuestionCostIsTold() {
        StepVerifier.create(notes().build().retrieve("fruit").map(RetrievedContent::usage))
                .expectNext(FixedEmbeddings.USAGE)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private PgVectorRetriever.Builder notes() {
        return PgVectorRetriever.builder(DATABASE.pool(), embeddings).table("notes");
    }

    private static List<RetrievedItem> find(Retriever retriever, String query, int limit) {
        return retriever
                .retrieve(query, limit)
                .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                .map(RetrievedContent::items)
                .blockOptional(TIMEOUT)
                .orElseThrow();
    }

    @Test
    void theNearestComeFirstWithTheirSimilarity() {
        List<RetrievedItem> items = find(notes().build(), "fruit", 2);

        assertThat(items).extracting(RetrievedItem::content).containsExactly("pear", "apple");
        assertThat(items.get(0).score()).isCloseTo(1, within(1e-6));
        assertThat(items.get(1).score()).isCloseTo(0.8, within(1e-6));
    }

    @Test
    void whatHasNoVectorIsLeftOutAndWhatHasNoDirectionResemblesNothing() {
        assertThat(find(notes().build(), "fruit", 10))
                .extracting(RetrievedItem::content)
                .containsExactly("pear", "apple", "stone", "nothing");
        assertThat(find(notes().where("kind = $1", "none").build(), "fruit", 10))
                .extracting(RetrievedItem::score)
                .containsExactly(-1.0);
    }

    @Test
    void metadataIsWithoutTheVector() {
        assertThat(find(notes().tenantColumn("tenant_id").build(), "fruit", 1))
                .extracting(RetrievedItem::metadata)
                .containsExactly(Map.of("id", 2, "kind", "food"));
    }

    @Test
    void onlyTheTenantsOwnRowsAreFound() {
        assertThat(find(notes().tenantColumn("tenant_id").build(), "fruit", 10))
                .extracting(RetrievedItem::content)
                .doesNotContain("pear")
                .startsWith("apple");
    }

    @Test
    void withoutATenantNothingIsEmbedded() {
        StepVerifier.create(notes().tenantColumn("tenant_id").build().retrieve("fruit"))
                .expectError(TenantMissingException.class)
                .verify(TIMEOUT);
        assertThat(embeddings.asked).isEmpty();
    }

    @Test
    void theQuestionIsEmbeddedAsOneByTheModelOfTheRows() {
        find(notes().model("small").build(), "fruit", 1);

        assertThat(embeddings.asked).containsExactly(new EmbeddingRequest(List.of("fruit"), Purpose.QUERY, "small"));
    }

    @Test
    void nothingAskedIsNothingFound() {
        assertThat(find(notes().build(), " ", 5)).isEmpty();
        assertThat(embeddings.asked).isEmpty();
    }

    @Test
    void whatTheEmbeddingsFailWithIsTold() {
        StepVerifier.create(notes().build().retrieve("never seen"))
                .expectErrorMessage("No vector of [never seen]")
                .verify(TIMEOUT);
    }

    @Test
    void vectorsOfAnotherModelAreRefused() {
        StepVerifier.create(notes().build().retrieve("short"))
                .expectError(RetrievalFailedException.class)
                .verify(TIMEOUT);
    }
}
