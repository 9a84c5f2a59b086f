package io.cortexreactive.message;

import java.util.regex.Pattern;

/** Text without the characters that no person sees and a model obeys: zero width, changes of direction, tags. */
public final class VisibleText {

    private static final Pattern HIDDEN =
            Pattern.compile("[\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF\\x{E0000}-\\x{E007F}]");

    private VisibleText() {}

    /** What a person would see of it. */
    public static String of(String text) {
        return HIDDEN.matcher(text).replaceAll("");
    }
}
