package io.cortexreactive.examples.app.queue;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import org.jspecify.annotations.Nullable;

/**
 * What the research page sends to have research done in the background.
 *
 * @param question what to find out
 * @param provider whom to ask; the default if left out
 * @param model of that provider; its default if left out
 */
record RunInput(
        @Nullable String question,
        @Nullable String provider,
        @Nullable String model) {

    private static final int MAX_CHARS = 4_000;

    /** @throws io.cortexreactive.examples.app.RejectedException saying what is wrong with it */
    String checkedQuestion() {
        if (question == null || question.isBlank()) {
            throw invalid("no_question", "There is no question. Send {\"question\":\"…\"}");
        }
        if (question.length() > MAX_CHARS) {
            throw invalid(
                    "too_long",
                    "The question has " + question.length() + " characters; the limit is " + MAX_CHARS
                            + ". Shorten it.");
        }
        return question;
    }
}
