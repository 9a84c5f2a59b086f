package io.cortexreactive.examples.responder;

import io.cortexreactive.testing.Fault;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a question can ask for by name, to be seen going wrong. */
enum Demonstration {
    THROTTLING("simulate throttling"),
    CUT("simulate a cut"),
    STALL("simulate a stall"),
    REFUSAL("simulate a refused key"),
    GARBAGE("simulate garbage");

    private final String phrase;

    Demonstration(String phrase) {
        this.phrase = phrase;
    }

    /** What to say to get it. */
    String phrase() {
        return phrase;
    }

    Fault fault() {
        return switch (this) {
            case THROTTLING ->
                Fault.status(429, "ThrottlingException", "Too many requests, please wait.")
                        .withHeader("Retry-After", "2");
            case CUT -> Fault.cutAfter(25);
            case STALL -> Fault.stallAfter(12);
            case REFUSAL -> Fault.status(403, "AccessDeniedException", "The security token is not valid.");
            case GARBAGE -> Fault.badCrcAfter(12);
        };
    }

    /** The one that a question asks for. */
    static Optional<Demonstration> askedFor(String question) {
        String asked = question.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(each -> asked.contains(each.phrase))
                .findFirst();
    }
}
