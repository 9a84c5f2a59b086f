package io.cortexreactive.benchmarks.stream;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a figure has to be: at most, or at least, a limit.
 *
 * @param client the client it is asked of
 * @param peer the client to whose figure the ratio is taken; without one, the limit is for the figure itself
 */
public record Target(
        String what, String key, String client, @Nullable String peer, boolean atMost, double limit) {

    /** A limit for the ratio to a peer's figure. */
    public static Target ratio(String what, String key, String client, String peer, double limit) {
        return new Target(what, key, client, peer, true, limit);
    }

    /** A ratio that has to be reached. */
    public static Target atLeastRatio(String what, String key, String client, String peer, double limit) {
        return new Target(what, key, client, peer, false, limit);
    }

    /** A limit for the figure itself. */
    public static Target atMost(String what, String key, String client, double limit) {
        return new Target(what, key, client, null, true, limit);
    }

    static Target atLeast(String what, String key, String client, double limit) {
        return new Target(what, key, client, null, false, limit);
    }

    boolean isMetBy(double value) {
        return atMost ? value <= limit : value >= limit;
    }

    /** As a row of a table. */
    public String row(double value) {
        String measured = Double.isNaN(value) ? "no result" : text(value);
        return "| " + what + (peer == null ? "" : ", against " + peer) + " | " + measured + " | "
                + (atMost ? "≤ " : "≥ ") + text(limit) + " | " + (isMetBy(value) ? "met" : "**MISSED**") + " |";
    }

    private String text(double value) {
        if (peer == null) {
            return String.format(Locale.ROOT, "%s", trim(value));
        }
        return value < 0.5 ? "1/" + trim(1 / value) : trim(value) + " ×";
    }

    private static String trim(double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceAll("\\.?0+$", "");
    }
}
