package io.cortexreactive.retrieval;

import java.util.List;

/** Leaves out of what was found what would make the context too long. */
final class ContextLimit {

    /** What ends a text that was cut. */
    static final String MARK = " [… cut off]";

    private ContextLimit() {}

    /** Without the last items that do not fit; where the best alone does not, its beginning. */
    static RetrievedContent within(RetrievedContent found, int mostCharacters) {
        List<RetrievedItem> items = found.items();
        int kept = fitting(items, mostCharacters);
        if (kept > 0 || items.isEmpty()) {
            return kept == items.size() ? found : shorter(found, items.subList(0, kept), 0);
        }
        RetrievedItem cut = cut(items.get(0), mostCharacters);
        return shorter(found, List.of(cut), MARK.length());
    }

    private static int fitting(List<RetrievedItem> items, int mostCharacters) {
        long length = -RetrievedContent.SEPARATOR.length();
        int kept = 0;
        for (RetrievedItem item : items) {
            length += RetrievedContent.SEPARATOR.length() + item.content().length();
            if (length > mostCharacters) {
                return kept;
            }
            kept++;
        }
        return kept;
    }

    private static RetrievedItem cut(RetrievedItem item, int mostCharacters) {
        int end = mostCharacters - MARK.length();
        boolean splitsOne = Character.isHighSurrogate(item.content().charAt(end - 1));
        String beginning = item.content().substring(0, splitsOne ? end - 1 : end);
        return new RetrievedItem(beginning + MARK, item.score(), item.metadata());
    }

    private static RetrievedContent shorter(RetrievedContent found, List<RetrievedItem> kept, int added) {
        long leftOut = characters(found.items()) - characters(kept) + added;
        return new RetrievedContent(kept, found.usage(), found.leftOut() + leftOut);
    }

    private static long characters(List<RetrievedItem> items) {
        return items.stream().mapToLong(item -> item.content().length()).sum();
    }
}
