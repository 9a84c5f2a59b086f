package io.cortexreactive.examples.responder;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Cuts text into comparable words: lower case, without the commonest ones and without endings. */
final class Terms {

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern BEFORE_CAPITAL = Pattern.compile("(?<=\\p{Ll})(?=\\p{Lu})");
    private static final int SHORTEST_STEM = 3;
    private static final Set<String> COMMON = Set.of(
            ("a about all am an and any are as at be been but by can could did do does for from get had has have how i"
                            + " if in into is it its me my no not of on or our out please should so some tell than that"
                            + " the their them then there these they this those to was we were what when where which"
                            + " who why will with would you your")
                    .split(" "));

    private Terms() {}

    /** The words of a text, in order. {@code BedrockProvider} counts as two. */
    static List<String> of(String text) {
        String apart = BEFORE_CAPITAL.matcher(text).replaceAll(" ");
        return BETWEEN_WORDS
                .splitAsStream(apart.toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty() && !COMMON.contains(word))
                .map(Terms::stem)
                .toList();
    }

    private static String stem(String word) {
        String stem = word.endsWith("ss") ? word : without(word, "s");
        stem = without(without(stem, "ing"), "ed");
        stem = without(stem, "e");
        int last = stem.length() - 1;
        boolean doubled = last >= SHORTEST_STEM && stem.charAt(last) == stem.charAt(last - 1);
        return doubled ? stem.substring(0, last) : stem;
    }

    private static String without(String word, String ending) {
        int length = word.length() - ending.length();
        return length >= SHORTEST_STEM && word.endsWith(ending) ? word.substring(0, length) : word;
    }
}
