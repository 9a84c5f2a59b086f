package io.cortexreactive.persistence.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statement of a retriever. It always takes what is asked as {@code $1} and the limit as {@code $2}, then the
 * tenant where rows have one, then what never changes. A row of its answer is content, score and metadata.
 *
 * <p>Rows are found, ordered and counted before anything is made of them, so that only those that are told are read
 * whole.
 */
record SearchSql(String text, boolean tenanted, List<Object> constants) {

    /** How the row's score is called while rows are ordered. */
    private static final String SCORE = "cortex_score";

    private static final String FRAME = """
            select found.%s::text, found.cortex_score, (%s)::text
            from (
                select t.*, %s as cortex_score
                from %s as t%s
                where %s
                order by %s
                limit $2
            ) as found
            order by found.cortex_score desc, found.%s
            """;

    SearchSql {
        constants = List.copyOf(constants);
    }

    /**
     * What a search is made of; its table is {@code t}.
     *
     * @param score how well a row fits, as double precision
     * @param from what else is asked, beginning with how it is joined; empty if nothing
     * @param match whether a row fits
     * @param nearest what orders the best rows first in the way that an index may know; null to order them by score
     * @param ownColumns columns that are there for the search alone
     */
    record Search(
            String score,
            String from,
            String match,
            @Nullable String nearest,
            List<String> ownColumns) {

        Search {
            ownColumns = List.copyOf(ownColumns);
        }
    }

    static SearchSql of(Table table, Search search) {
        boolean tenanted = table.tenant() != null;
        List<Object> constants = new ArrayList<>();
        int first = tenanted ? 3 : 2;
        String metadata = metadata(table, search, constants, first);
        String where = where(table, search, constants, first);
        String text = FRAME.formatted(
                table.content().quoted(),
                metadata,
                search.score(),
                table.name().quoted(),
                search.from(),
                where,
                order(table, search),
                table.id().quoted());
        return new SearchSql(text, tenanted, constants);
    }

    private static String order(Table table, Search search) {
        String nearest = search.nearest();
        return nearest == null ? "cortex_score desc, t." + table.id().quoted() : nearest;
    }

    private static String metadata(Table table, Search search, List<Object> constants, int first) {
        if (!table.metadata().isEmpty()) {
            return table.metadata().stream()
                    .map(column -> "found." + column.quoted())
                    .collect(Collectors.joining(", ", "select to_jsonb(told.*) from (select ", ") as told"));
        }
        List<String> hidden = new ArrayList<>(table.ownColumns());
        hidden.addAll(search.ownColumns());
        hidden.add(SCORE);
        constants.add(hidden.toArray(String[]::new));
        return "to_jsonb(found.*) - $" + (first + constants.size()) + "::text[]";
    }

    private static String where(Table table, Search search, List<Object> constants, int first) {
        List<String> all = new ArrayList<>(List.of("(" + search.match() + ")"));
        all.add("t." + table.content().quoted() + " is not null");
        if (table.tenant() != null) {
            all.add("t." + table.tenant().quoted() + " = $3");
        }
        for (Condition condition : table.conditions()) {
            all.add("(" + condition.after(first + constants.size()) + ")");
            constants.addAll(condition.values());
        }
        return String.join(" and ", all);
    }

    /**
     * Where a retriever looks.
     *
     * @param id what orders rows that fit equally well
     * @param tenant whose rows they are; null if they belong to nobody in particular
     * @param metadata what is told of a row besides its content; empty for all of it
     * @param conditions which rows count
     */
    record Table(
            Identifier name,
            Identifier content,
            Identifier id,
            @Nullable Identifier tenant,
            List<Identifier> metadata,
            List<Condition> conditions) {

        Table {
            metadata = List.copyOf(metadata);
            conditions = List.copyOf(conditions);
        }

        /** The columns of a row that are no metadata, besides those that only the search needs. */
        List<String> ownColumns() {
            List<String> names = new ArrayList<>(List.of(content.name()));
            if (tenant != null) {
                names.add(tenant.name());
            }
            return names;
        }
    }
}
