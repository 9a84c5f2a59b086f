package io.cortexreactive.examples.responder;

import java.util.List;

/**
 * A few lines of a document that belong together.
 *
 * @param document the document's name
 * @param heading what it stands under; empty before the first heading
 * @param units sentences, list items and code blocks, in order
 */
record Passage(String document, String heading, List<String> units) {

    Passage {
        units = List.copyOf(units);
    }

    /** What a question is compared with: the heading counts like the text. */
    String searchable() {
        return heading + ' ' + String.join(" ", units);
    }
}
