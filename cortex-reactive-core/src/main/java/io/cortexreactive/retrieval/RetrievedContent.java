package io.cortexreactive.retrieval;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What was found.
 *
 * @param items the best first
 */
public record RetrievedContent(List<RetrievedItem> items) {

    /** Nothing was found. */
    public static final RetrievedContent NONE = new RetrievedContent(List.of());

    public RetrievedContent {
        items = List.copyOf(items);
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
        return items.size() <= limit ? this : new RetrievedContent(items.subList(0, limit));
    }

    /** The texts as a model is to read them, with a blank line between them. */
    public String toContext() {
        return items.stream().map(RetrievedItem::content).collect(Collectors.joining("\n\n"));
    }
}
