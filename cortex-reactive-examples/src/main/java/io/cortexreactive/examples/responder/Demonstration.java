package io.cortexreactive.examples.responder;

import io.cortexreactive.examples.responder.Attempts.Attempt;
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
    GARBAGE("simulate garbage"),

    /** Works at the third attempt. */
    BUSY("simulate a busy provider"),
    /** Works at any other provider. */
    OUTAGE("simulate an outage"),
    /** Works at the second attempt. */
    BREAK("simulate a broken answer");

    private static final int LAST_BUSY = 2;

    private final String phrase;

    Demonstration(String phrase) {
        this.phrase = phrase;
    }

    /** What to say to get it. */
    String phrase() {
        return phrase;
    }

    /** Whether asking again, or somebody else, gets an answer. */
    boolean isPassing() {
        return this == BUSY || this == OUTAGE || this == BREAK;
    }

    /** What goes wrong with this attempt. */
    Optional<Fault> fault(Attempt attempt) {
        boolean strikes = switch (this) {
            case BUSY -> attempt.number() <= LAST_BUSY;
            case OUTAGE -> !attempt.elsewhere();
            case BREAK -> attempt.number() == 1;
            default -> true;
        };
        return strikes ? Optional.of(fault()) : Optional.empty();
    }

    private Fault fault() {
        return switch (this) {
            case THROTTLING ->
                Fault.status(429, "ThrottlingException", "Too many requests, please wait.")
                        .withHeader("Retry-After", "2");
            case CUT -> Fault.cutAfter(25);
            case STALL -> Fault.stallAfter(12);
            case REFUSAL -> Fault.status(403, "AccessDeniedException", "The security token is not valid.");
            case GARBAGE -> Fault.badCrcAfter(12);
            case BUSY ->
                Fault.status(529, "overloaded_error", "Overloaded, please wait.")
                        .withHeader("retry-after-ms", "1500");
            case OUTAGE ->
                Fault.status(503, "ServiceUnavailableException", "The service is down.")
                        .withHeader("retry-after-ms", "1000");
            case BREAK -> Fault.cutAfter(40);
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
