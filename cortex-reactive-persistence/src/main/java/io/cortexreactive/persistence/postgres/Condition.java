package io.cortexreactive.persistence.postgres;

import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One more condition for rows. Its text comes from whoever sets the retriever up, and is trusted to mean well; what is
 * checked is that it is a condition and nothing else, and that no value was written into it.
 *
 * @param text with {@code $1}, {@code $2} for the values
 */
record Condition(String text, List<Object> values) {

    private static final Pattern PLACEHOLDER =
            Pattern.compile("(?<![A-Za-z0-9_$])\\$([1-9][0-9]{0,3})(?![A-Za-z0-9_$])");
    private static final Pattern QUOTED_NAME = Pattern.compile("\"[A-Za-z_][A-Za-z0-9_]{0,62}\"");
    /** Words that PostgreSQL reserves, and that begin something else than a condition outside of parentheses. */
    private static final Pattern MORE = Pattern.compile(
            "(?<![\\w.])(union|intersect|except|select|where|group|order|having|limit|offset|fetch|returning|into)(?!\\w)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern PARENTHESES = Pattern.compile("\\([^()]*\\)");
    private static final List<String> REFUSED = List.of("'", "\"", "$", ";", "\\", "--", "/*", "\0");

    Condition {
        values = List.copyOf(values);
        String bare =
                QUOTED_NAME.matcher(PLACEHOLDER.matcher(text).replaceAll(" ")).replaceAll(" ");
        REFUSED.stream().filter(bare::contains).findFirst().ifPresent(sign -> {
            throw refused(text, "has " + sign + " in it; write $1, $2 and so on where values go, and give the values");
        });
        if (text.isBlank() || !isBalanced(bare) || MORE.matcher(outside(bare)).find()) {
            throw refused(text, "is not one whole condition");
        }
        if (!placeholders(text).equals(numbers(values.size()))) {
            throw refused(text, "has other placeholders than the " + values.size() + " values it is given");
        }
    }

    /** The condition, with its placeholders after as many others. */
    String after(int others) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> "\\$" + (others + numberOf(found)));
    }

    private static Set<Integer> placeholders(String text) {
        return PLACEHOLDER.matcher(text).results().map(Condition::numberOf).collect(Collectors.toSet());
    }

    private static Set<Integer> numbers(int count) {
        return IntStream.rangeClosed(1, count).boxed().collect(Collectors.toSet());
    }

    private static int numberOf(MatchResult placeholder) {
        return Integer.parseInt(placeholder.group(1));
    }

    /** What stands in no parentheses of this text, in which they are balanced. */
    private static String outside(String text) {
        String fewer = PARENTHESES.matcher(text).replaceAll(" ");
        return fewer.equals(text) ? text : outside(fewer);
    }

    private static boolean isBalanced(String text) {
        int open = 0;
        for (int i = 0; i < text.length() && open >= 0; i++) {
            char sign = text.charAt(i);
            open += sign == '(' ? 1 : sign == ')' ? -1 : 0;
        }
        return open == 0;
    }

    private static RetrieverConfigurationException refused(String text, String why) {
        return new RetrieverConfigurationException("The condition \"" + text + "\" " + why + ".");
    }
}
