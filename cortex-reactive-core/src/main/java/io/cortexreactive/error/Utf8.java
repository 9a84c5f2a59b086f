package io.cortexreactive.error;

/** UTF-8, in which all that is sent and stored is written. */
public final class Utf8 {

    private Utf8() {}

    /** Whether it has this text. It has no half of a surrogate pair, which would come back as a question mark. */
    public static boolean has(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
