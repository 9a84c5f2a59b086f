package io.cortexreactive.persistence.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What retrievers over a table have in common. Not thread-safe.
 *
 * <p>Names of tables and columns are taken as they are written, capitals included. A name has up to 63 letters, digits
 * and {@code _}, and no digit first; any other is refused with {@link RetrieverConfigurationException}.
 *
 * @param <B> the builder itself
 */
public abstract sealed class TableRetrieverBuilder<B extends TableRetrieverBuilder<B>>
        permits R2dbcRetriever.Builder, PgVectorRetriever.Builder {

    private @Nullable Identifier table;
    private Identifier content = Identifier.column("content");
    private Identifier id = Identifier.column("id");
    private @Nullable Identifier tenant;
    private List<Identifier> metadata = List.of();
    private final List<Condition> conditions = new ArrayList<>();

    TableRetrieverBuilder() {}

    /** The table or view, with its schema before a dot unless that is on the search path. */
    public B table(String name) {
        table = Identifier.qualified(name);
        return self();
    }

    /**
     * The column with the text that is given to the model; {@code content} by default. Rows without one are left out.
     */
    public B contentColumn(String name) {
        content = Identifier.column(name);
        return self();
    }

    /** The column that orders rows which fit equally well, so that the order is stable; {@code id} by default. */
    public B idColumn(String name) {
        id = Identifier.column(name);
        return self();
    }

    /**
     * The text column that says whose row it is. From then on only rows of the tenant in the Reactor Context are found,
     * and who has none gets {@link io.cortexreactive.tenant.TenantMissingException} before any I/O.
     */
    public B tenantColumn(String name) {
        tenant = Identifier.column(name);
        return self();
    }

    /** The columns that become an item's metadata; by default all that have no other part in this retriever. */
    public B metadataColumns(String... names) {
        metadata = identifiers(names);
        return self();
    }

    /**
     * Leaves out rows that do not meet a condition; with several, a row has to meet them all.
     *
     * <p>The condition is SQL, and is trusted as your code is: it may call functions, and a query in parentheses may
     * read whatever the role of these connections may, rows of other tenants included. So it comes from you alone,
     * never from what users say. Values are bound: write {@code $1}, {@code $2} where they go, numbered anew in each
     * condition. One that has a value written into it, a semicolon, a comment, half a parenthesis or, outside of
     * parentheses, a {@code union} or another clause is refused.
     *
     * @param condition such as {@code published = $1 and language = $2}
     * @param values of types that the driver can send; none is null
     */
    public B where(String condition, Object... values) {
        conditions.add(new Condition(condition, List.of(values)));
        return self();
    }

    abstract B self();

    final SearchSql.Table searched() {
        if (table == null) {
            throw new RetrieverConfigurationException("A retriever needs a table(..).");
        }
        return new SearchSql.Table(table, content, id, tenant, metadata, conditions);
    }

    static List<Identifier> identifiers(String... names) {
        return Stream.of(names).map(Identifier::column).toList();
    }
}
