package io.cortexreactive.examples.content;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the writer is asked for.
 *
 * @param topic what the text is about
 * @param research what was found on it
 * @param lastText what was written before; empty the first time
 * @param comment why that was rejected; empty the first time
 */
public record Brief(String topic, String research, String lastText, String comment) {

    private static final String TOPIC = "Topic: ";
    private static final String RESEARCH = "\n\nWhat was found:\n";
    private static final String LAST_TEXT = "\n\nYour last text:\n";
    private static final String COMMENT = "\n\nThe editor rejected it: ";

    private static final Pattern FORM =
            Pattern.compile("(?s)" + Pattern.quote(TOPIC) + "(.*?)" + Pattern.quote(RESEARCH) + "(.*?)(?:"
                    + Pattern.quote(LAST_TEXT) + "(.*)" + Pattern.quote(COMMENT) + "(.*))?");

    /** As a model gets it. */
    public String toText() {
        String again = comment.isEmpty() ? "" : LAST_TEXT + lastText + COMMENT + comment;
        return TOPIC + topic + RESEARCH + research + again;
    }

    /** Reads what {@link #toText} has written; anything else is a topic. */
    public static Brief of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return new Brief(text, "", "", "");
        }
        boolean again = form.group(4) != null;
        return new Brief(form.group(1), form.group(2), again ? form.group(3) : "", again ? form.group(4) : "");
    }
}
