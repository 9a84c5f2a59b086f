package io.cortexreactive.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Collects a conversation from its end, as far as a window reaches, and to what the user had said before that. */
final class LatestMessages {

    /** A run may have said a great deal since the user. What it said is left out then, up to what a user says next. */
    private static final int LOOK_BACK = 1_000;

    private final RecentMeasure measure;
    private final Deque<StoredMessage> messages = new ArrayDeque<>();
    private long weight;
    private int beyond;

    LatestMessages(RecentMeasure measure) {
        this.measure = measure;
    }

    /** Takes the page before; false if the one before that is needed, too. */
    boolean isEnoughWith(List<StoredMessage> page) {
        for (int i = page.size() - 1; i >= 0; i--) {
            StoredMessage next = page.get(i);
            messages.addFirst(next);
            weight += measure.weight().applyAsLong(next.message());
            if (weight >= measure.limit() && (Units.isUser(next.message()) || ++beyond > LOOK_BACK)) {
                return true;
            }
        }
        return false;
    }

    List<StoredMessage> inOrder() {
        return List.copyOf(messages);
    }
}
