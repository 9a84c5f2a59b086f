package io.cortexreactive.retrieval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the best of many without sorting the others. Of equal scores those that came first are better. */
final class Best<T> {

    private static final Comparator<Ranked<?>> WORST_FIRST = Comparator.<Ranked<?>>comparingDouble(Ranked::score)
            .thenComparing(Comparator.<Ranked<?>>comparingLong(Ranked::order).reversed());

    private final int limit;
    private final PriorityQueue<Ranked<T>> kept = new PriorityQueue<>(WORST_FIRST);
    private long offered;

    Best(int limit) {
        this.limit = limit;
    }

    void offer(T value, double score) {
        Ranked<T> worst = kept.size() < limit ? null : kept.peek();
        if (worst == null || score > worst.score) {
            if (worst != null) {
                kept.remove();
            }
            kept.add(new Ranked<>(value, score, offered));
        }
        offered++;
    }

    /** Those kept, the best first. */
    List<RetrievedItem> first(Found<T> found) {
        List<RetrievedItem> items = new ArrayList<>(kept.size());
        while (!kept.isEmpty()) {
            Ranked<T> worst = kept.remove();
            items.add(found.of(worst.value, worst.score));
        }
        Collections.reverse(items);
        return items;
    }

    /** Makes an item of what was kept. */
    interface Found<T> {
        RetrievedItem of(T value, double score);
    }

    private record Ranked<T>(T value, double score, long order) {}
}
