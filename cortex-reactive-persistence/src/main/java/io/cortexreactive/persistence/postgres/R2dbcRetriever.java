package io.cortexreactive.persistence.postgres;

import io.cortexreactive.retrieval.Retrieval;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.Retriever;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds rows of a PostgreSQL table by their words.
 *
 * <p>{@link #retrieve} is one query on subscription, on a connection of its own. It emits on that connection's event
 * loop. A cancel ends the query on the server and gives the connection back. It fails with a
 * {@link io.cortexreactive.retrieval.RetrievalException}: {@link RetrievalUnavailableException} where looking again may
 * help, else {@link RetrievalFailedException}. There is no timeout here: the driver's {@code statementTimeout} and
 * Reactor's {@code timeout} both work.
 */
public final class R2dbcRetriever implements Retriever {

    private final Lookup lookup;
    private final boolean substring;

    private R2dbcRetriever(Lookup lookup, boolean substring) {
        this.lookup = lookup;
        this.substring = substring;
    }

    /** Starts a retriever on these connections, best of a pool. They stay yours to close. */
    public static Builder builder(ConnectionFactory connections) {
        return new Builder(connections);
    }

    @Override
    public Mono<RetrievedContent> retrieve(String query, int limit) {
        // PostgreSQL has no texts with NUL in them, so none can be found.
        String question = query.replace('\0', ' ').strip();
        return Retrieval.of(limit, () -> lookup.forTenant(tenant -> found(question, limit, tenant)));
    }

    private Mono<RetrievedContent> found(String question, int limit, Optional<String> tenant) {
        String asked = substring ? TextSearch.pattern(question) : question;
        return question.isEmpty() ? Mono.just(RetrievedContent.NONE) : lookup.find(asked, limit, tenant);
    }

    /** Collects a retriever. */
    public static final class Builder extends TableRetrieverBuilder<Builder> {

        private final ConnectionFactory connections;
        private TextMatch match = TextMatch.WEB_SEARCH;
        private List<Identifier> columns = List.of();
        private @Nullable Identifier vector;
        private @Nullable Identifier score;
        private Identifier language = Identifier.qualified("english");

        private Builder(ConnectionFactory connections) {
            this.connections = connections;
        }

        /** The columns to look in. */
        public Builder searchColumns(String... names) {
            columns = identifiers(names);
            return this;
        }

        /** A {@code tsvector} column that has the words prepared, to look there instead; for full-text search. */
        public Builder vectorColumn(String name) {
            vector = Identifier.column(name);
            return this;
        }

        /** Which rows fit; {@link TextMatch#WEB_SEARCH} by default. */
        public Builder match(TextMatch value) {
            match = value;
            return this;
        }

        /** The text search configuration that knows the language of the texts; {@code english} by default. */
        public Builder language(String configuration) {
            language = Identifier.qualified(configuration);
            return this;
        }

        /**
         * A number column that tells how good a row is, as score and for the order; by default full-text search ranks
         * rows, and {@link TextMatch#SUBSTRING} gives each 1.
         */
        public Builder scoreColumn(String name) {
            score = Identifier.column(name);
            return this;
        }

        /**
         * The retriever. Does not look whether table and columns are there.
         *
         * @throws RetrieverConfigurationException if it has no table, or nowhere to look
         */
        public R2dbcRetriever build() {
            TextSearch search = new TextSearch(match, columns, vector, score, language);
            SearchSql sql = SearchSql.of(searched(), search.sql());
            return new R2dbcRetriever(new Lookup(connections, sql), match == TextMatch.SUBSTRING);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
