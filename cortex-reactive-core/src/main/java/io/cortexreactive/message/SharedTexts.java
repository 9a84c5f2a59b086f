package io.cortexreactive.message;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one call's answer, for all who gather it. They mostly gather the same, so each holds the beginning of a
 * text up to where it is itself, and a copy only from where it was told something else. Thread-safe, since one may be
 * ahead of another, and attempts may race.
 */
final class SharedTexts {

    private final Map<Long, StringBuilder> texts = new HashMap<>();

    /** Not volatile, since whoever sees an older one only takes the lock. */
    private @Nullable Added latest;

    /** What one gatherer has of the text of this key. */
    Beginning beginning(long key) {
        return new Beginning(key);
    }

    private synchronized StringBuilder text(long key) {
        return texts.computeIfAbsent(key, k -> new StringBuilder());
    }

    private synchronized StringBuilder extend(long key, StringBuilder text, int length, String more) {
        if (text.length() == length) {
            text.append(more);
            latest = new Added(text, length, more);
            return text;
        }
        if (goesOn(text, length, more)) {
            return text;
        }
        StringBuilder own = new StringBuilder(text.substring(0, length)).append(more);
        texts.put(key, own);
        return own;
    }

    private static boolean goesOn(StringBuilder text, int length, String more) {
        if (text.length() - length < more.length()) {
            return false;
        }
        for (int i = 0; i < more.length(); i++) {
            if (text.charAt(length + i) != more.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private synchronized String beginning(StringBuilder text, int length) {
        return text.substring(0, length);
    }

    /** Grows as its owner is told more; fed by one thread at a time. */
    final class Beginning {

        private final long key;
        private StringBuilder text;
        private int length;

        private Beginning(long key) {
            this.key = key;
            text = text(key);
        }

        void add(String more) {
            Added seen = latest;
            if (seen == null || !seen.is(text, length, more)) {
                text = extend(key, text, length, more);
            }
            length += more.length();
        }

        @Override
        public String toString() {
            return beginning(text, length);
        }
    }

    /** What was added to a text, which the next gatherer is mostly told, too: that costs it no lock. */
    private record Added(StringBuilder text, int at, String more) {

        @SuppressWarnings("ReferenceEquality") // the same, not one like it, since that has to be compared
        boolean is(StringBuilder other, int length, String told) {
            return text == other && at == length && more == told;
        }
    }
}
