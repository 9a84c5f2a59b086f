package io.cortexreactive.examples.tools;

import java.util.List;

/** Where the look-up tool looks. Thread-safe; answers from memory. */
public interface Documentation {

    /** How many pages there are. */
    int pages();

    /** Where the answer stands, best first; empty if nothing matches. */
    List<String> places(String question);

    /** The answer, as Markdown; what to ask instead if nothing matches. */
    String answer(String question);
}
