package io.cortexreactive.persistence.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A search for words or for a part of a text.
 *
 * @param columns where to look
 * @param vector the column that has the words of a row prepared; null to prepare them as rows are searched
 * @param score the column that tells how good a row is; null to let the search tell
 * @param configuration PostgreSQL's text search configuration
 */
record TextSearch(
        TextMatch match,
        List<Identifier> columns,
        @Nullable Identifier vector,
        @Nullable Identifier score,
        Identifier configuration) {

    TextSearch {
        columns = List.copyOf(columns);
        if (match == TextMatch.SUBSTRING && vector != null) {
            throw new RetrieverConfigurationException(
                    "A part of a text is looked for in the text: name searchColumns(..), and no vectorColumn(..).");
        }
        if (columns.isEmpty() && vector == null) {
            throw new RetrieverConfigurationException(
                    "Name where to look, with searchColumns(..) or vectorColumn(..).");
        }
    }

    SearchSql.Search sql() {
        return match == TextMatch.SUBSTRING
                ? search("1.0::double precision", "", anyColumnHasIt())
                : search(
                        "ts_rank_cd(" + words() + ", asked.cortex_words)::double precision",
                        " cross join (select " + match.question(regconfig()) + " as cortex_words) as asked",
                        words() + " @@ asked.cortex_words");
    }

    /** As a pattern, the question stands for itself. */
    static String pattern(String question) {
        return "%" + question.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }

    private SearchSql.Search search(String fit, String from, String condition) {
        List<String> own = new ArrayList<>();
        if (vector != null) {
            own.add(vector.name());
        }
        if (score != null) {
            own.add(score.name());
        }
        String told = score == null ? fit : "coalesce(t." + score.quoted() + ", 0)::double precision";
        return new SearchSql.Search(told, from, condition, null, own);
    }

    private String anyColumnHasIt() {
        return columns.stream()
                .map(column -> "t." + column.quoted() + "::text ilike $1")
                .collect(Collectors.joining(" or "));
    }

    /** Written so that an index on the same expression is used. */
    private String words() {
        if (vector != null) {
            return "t." + vector.quoted();
        }
        String text = columns.size() == 1
                ? "t." + columns.get(0).quoted()
                : columns.stream()
                        .map(column -> "coalesce(t." + column.quoted() + ", '')")
                        .collect(Collectors.joining(" || ' ' || "));
        return "to_tsvector(" + regconfig() + ", " + text + ")";
    }

    private String regconfig() {
        return "'" + configuration.quoted() + "'::regconfig";
    }
}
