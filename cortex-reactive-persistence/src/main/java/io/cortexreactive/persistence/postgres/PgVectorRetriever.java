package io.cortexreactive.persistence.postgres;

import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.Purpose;
import io.cortexreactive.retrieval.Retrieval;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.retrieval.Retrievers;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds rows of a PostgreSQL table whose texts mean something similar: nearest by cosine distance, with pgvector. The
 * score is the cosine similarity, from -1 to 1.
 *
 * <p>{@link #retrieve} embeds the question first, with the key and settings of the tenant in the Reactor Context, and
 * then is one query, as that of {@link R2dbcRetriever}. It fails with the embedding provider's errors, too.
 */
public final class PgVectorRetriever implements Retriever {

    private final Lookup lookup;
    private final EmbeddingProvider embeddings;
    private final @Nullable String model;

    private PgVectorRetriever(Lookup lookup, EmbeddingProvider embeddings, @Nullable String model) {
        this.lookup = lookup;
        this.embeddings = embeddings;
        this.model = model;
    }

    /**
     * Starts a retriever.
     *
     * @param connections best a pool; they stay yours to close
     * @param embeddings the provider that has embedded the rows; none other's vectors compare with theirs
     */
    public static Builder builder(ConnectionFactory connections, EmbeddingProvider embeddings) {
        return new Builder(connections, embeddings);
    }

    @Override
    public Mono<RetrievedContent> retrieve(String query, int limit) {
        EmbeddingRequest question = new EmbeddingRequest(List.of(query), Purpose.QUERY, model);
        return Retrieval.of(
                limit,
                () -> lookup.forTenant(tenant -> query.isBlank()
                        ? Mono.just(RetrievedContent.NONE)
                        : embeddings.embed(question).flatMap(answer -> nearest(answer, limit, tenant))));
    }

    private Mono<RetrievedContent> nearest(EmbeddingResponse answer, int limit, Optional<String> tenant) {
        return lookup.find(literal(answer), limit, tenant).map(found -> found.withUsage(answer.usage()));
    }

    private static String literal(EmbeddingResponse response) {
        StringJoiner numbers = new StringJoiner(",", "[", "]");
        for (float number : response.vectors().get(0)) {
            numbers.add(Float.toString(number));
        }
        return numbers.toString();
    }

    /** Collects a retriever. */
    public static final class Builder extends TableRetrieverBuilder<Builder> {

        private final ConnectionFactory connections;
        private final EmbeddingProvider embeddings;
        private Identifier vector = Identifier.column("embedding");
        private @Nullable String model;

        private Builder(ConnectionFactory connections, EmbeddingProvider embeddings) {
            this.connections = connections;
            this.embeddings = Retrievers.perTenant(embeddings);
        }

        /** The {@code vector} column; {@code embedding} by default. Rows without one are left out. */
        public Builder embeddingColumn(String name) {
            vector = Identifier.column(name);
            return this;
        }

        /** The embedding model that has embedded the rows; the provider's default by default. */
        public Builder model(String id) {
            model = id;
            return this;
        }

        /**
         * The retriever. Does not look whether table, columns and extension are there.
         *
         * @throws RetrieverConfigurationException if it has no table
         */
        public PgVectorRetriever build() {
            return new PgVectorRetriever(
                    new Lookup(connections, SearchSql.of(searched(), search())), embeddings, model);
        }

        /** In the order that an index is made for. The zero vector has no direction, so it resembles nothing. */
        private SearchSql.Search search() {
            String column = "t." + vector.quoted();
            String distance = column + " <=> $1::vector";
            String score = "coalesce(1 - nullif(" + distance + ", 'NaN'::double precision), -1)";
            return new SearchSql.Search(score, "", column + " is not null", distance, List.of(vector.name()));
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
