package io.cortexreactive.retrieval;

import io.cortexreactive.message.Usage;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was found.
 *
 * @param items the best first
 * @param usage what it cost to embed the query; none where nothing was embedded
 * @param leftOut how many characters of texts a {@link RetrievalPolicy} left out to stay within its limit
 */
public record RetrievedContent(List<RetrievedItem> items, Usage usage, long leftOut) {

    /** Nothing was found. */
    public static final RetrievedContent NONE = new RetrievedContent(List.of());

    /** Between two texts. */
    static final String SEPARATOR = "\n\n";

    public RetrievedContent {
        items = List.copyOf(items);
        usage = usage == null ? Usage.NONE : usage;
    }

    /** Items, the best first, which cost nothing. */
    public RetrievedContent(List<RetrievedItem> items) {
        this(items, Usage.NONE, 0);
    }

    /** Of these items, the best first. */
    public static RetrievedContent of(RetrievedItem... items) {
        return new RetrievedContent(List.of(items));
    }

    /** Whether nothing was found. */
    public boolean isEmpty() {
        return items.isEmpty();
    }

    /** The best of these, at most so many. */
    public RetrievedContent first(int limit) {
        return items.size() <= limit ? this : withItems(items.subList(0, limit));
    }

    /** Other items, for the same usage. */
    public RetrievedContent withItems(List<RetrievedItem> value) {
        return new RetrievedContent(value, usage, leftOut);
    }

    /** These items, for another usage. */
    public RetrievedContent withUsage(Usage value) {
        return new RetrievedContent(items, value, leftOut);
    }

    /** The texts as a model is to read them, with a blank line between them. */
    public String toContext() {
        return items.stream().map(RetrievedItem::content).collect(Collectors.joining(SEPARATOR));
    }
}
