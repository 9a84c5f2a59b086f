package io.cortexreactive.persistence.postgres;

/** Which rows fit a question in plain language. */
public enum TextMatch {

    /**
     * Rows with all of its words, by full-text search. Knows what people know from search engines: {@code "a phrase"},
     * {@code or}, and {@code -without}.
     */
    WEB_SEARCH("websearch_to_tsquery(%s, $1)"),

    /** Rows with any of its words, by full-text search, those with more of them first: for whole sentences. */
    ANY_WORD("replace(plainto_tsquery(%s, $1)::text, ' & ', ' | ')::tsquery"),

    /** Rows with the question itself somewhere in a column, whatever its case. All fit equally well. */
    SUBSTRING("");

    private final String question;

    TextMatch(String question) {
        this.question = question;
    }

    /** The text search query that is made of {@code $1}. */
    String question(String configuration) {
        return question.formatted(configuration);
    }
}
