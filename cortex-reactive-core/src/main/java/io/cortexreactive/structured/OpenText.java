package io.cortexreactive.structured;

import org.jspecify.annotations.Nullable;

/**
 * What a text has been at one moment, while more of it was still to come. Characters are only ever appended behind it,
 * so it takes no copy before somebody looks.
 */
final class OpenText {

    private final char[] chars;
    private final int length;
    private @Nullable String text;

    OpenText(char[] chars, int length) {
        this.chars = chars;
        this.length = length;
    }

    /** What to show for a value that may be one of these. */
    static @Nullable Object resolve(@Nullable Object value) {
        return value instanceof OpenText open ? open.toString() : value;
    }

    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = new String(chars, 0, length);
            text = known;
        }
        return known;
    }
}
