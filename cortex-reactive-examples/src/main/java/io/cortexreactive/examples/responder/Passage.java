package io.cortexreactive.examples.responder;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A few lines of a document that belong together.
 *
 * @param document the document's name
 * @param heading what it stands under; empty before the first heading
 * @param units sentences, list items and code blocks, in order
 */
record Passage(String document, String heading, List<String> units) {

    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}\\s_-]");
    private static final Pattern SPACE = Pattern.compile("\\s");

    Passage {
        units = List.copyOf(units);
    }

    /** What a question is compared with: the heading counts like the text. */
    String searchable() {
        return heading + ' ' + String.join(" ", units);
    }

    /** What it is called. */
    String title() {
        return heading.isEmpty() ? document : heading;
    }

    /** The document, with its heading as an anchor, as those who show Markdown make them. */
    String source() {
        String letters =
                NOT_IN_ANCHORS.matcher(heading.toLowerCase(Locale.ROOT)).replaceAll("");
        return heading.isEmpty()
                ? document
                : document + '#' + SPACE.matcher(letters).replaceAll("-");
    }
}
