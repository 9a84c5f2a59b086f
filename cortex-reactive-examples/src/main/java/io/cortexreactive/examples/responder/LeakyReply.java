package io.cortexreactive.examples.responder;

import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** An answer that gives away a card number, in pieces of which none shows one. It is the usual one for tests. */
final class LeakyReply {

    static final String QUESTION = "Simulate a leaked card number";

    private static final String[] PIECES = {
        "Of ",
        "course. ",
        "The ",
        "card ",
        "of ",
        "your ",
        "last ",
        "order ",
        "is ",
        "41",
        "11 1",
        "111 ",
        "11",
        "11 11",
        "11",
        ", ",
        "valid ",
        "until ",
        "next ",
        "May. ",
        "Is ",
        "there ",
        "anything ",
        "else?"
    };
    private static final Duration PAUSE = Duration.ofMillis(120);

    private LeakyReply() {}

    /** The answer, if this is the question for it. */
    static Optional<ScriptedReply> to(String question) {
        return question.toLowerCase(Locale.ROOT).contains(QUESTION.toLowerCase(Locale.ROOT))
                ? Optional.of(ScriptedReply.builder()
                        .firstDelay(DocumentationScript.FIRST_DELAY)
                        .chunkDelay(PAUSE)
                        .chunks(PIECES)
                        .build())
                : Optional.empty();
    }
}
