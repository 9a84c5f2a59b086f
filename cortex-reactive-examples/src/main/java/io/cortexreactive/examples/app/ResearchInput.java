package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import org.jspecify.annotations.Nullable;

/**
 * What the research page sends.
 *
 * @param question what to find out
 * @param provider whom to ask; the default if left out
 * @param model of that provider; its default if left out
 * @param fallback whether to ask the others when it fails
 * @param restart whether an answer that breaks off begins again, told by a step of its own
 */
record ResearchInput(
        @Nullable String question,
        @Nullable String provider,
        @Nullable String model,
        @Nullable Boolean fallback,
        @Nullable Boolean restart) {

    static final String FORM = "{\"question\":\"…\"}";

    /** @throws RejectedException saying what is wrong with it */
    String checkedQuestion() {
        if (question == null || question.isBlank()) {
            throw invalid("no_question", "There is no question. Send " + FORM);
        }
        if (question.length() > ChatInput.MAX_CHARS) {
            throw invalid(
                    "too_long",
                    "The question has " + question.length() + " characters; the limit is " + ChatInput.MAX_CHARS
                            + ". Shorten it.");
        }
        return question;
    }
}
