package io.cortexreactive.retrieval;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Counts the words of the query that are somewhere in the text. */
final class WordOverlap implements CollectionSearch {

    private static final int IGNORED_BYTES = 2;

    private final CollectionItems items;
    private volatile boolean closed;

    WordOverlap(CollectionItems items) {
        this.items = items;
    }

    @Override
    public RetrievedContent search(String query, int limit) {
        if (closed) {
            throw new RetrieverClosedException();
        }
        // Empty words between two blanks are ignored, and still count among all.
        String[] words = query.toLowerCase(Locale.ROOT).split(" ", -1);
        List<String> counted = Stream.of(words)
                .filter(word -> word.getBytes(StandardCharsets.UTF_8).length > IGNORED_BYTES)
                .toList();
        Best<Integer> best = new Best<>(limit);
        int size = counted.isEmpty() ? 0 : items.size();
        // A cancel interrupts the thread, and then nobody wants the rest.
        for (int place = 0; place < size && !Thread.currentThread().isInterrupted(); place++) {
            String text = items.content(place).toLowerCase(Locale.ROOT);
            long found = counted.stream().filter(text::contains).count();
            if (found > 0) {
                best.offer(place, (double) found / words.length);
            }
        }
        return new RetrievedContent(best.first(items::found));
    }

    @Override
    public void close() {
        closed = true;
    }
}
