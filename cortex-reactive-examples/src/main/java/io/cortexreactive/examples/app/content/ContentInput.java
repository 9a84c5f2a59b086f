package io.cortexreactive.examples.app.content;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import org.jspecify.annotations.Nullable;

/**
 * What the page sends to begin a run.
 *
 * @param topic what the text is to be about
 */
record ContentInput(@Nullable String topic) {

    static final int MAX_CHARS = 500;

    /** @throws io.cortexreactive.examples.app.RejectedException saying what is wrong with it */
    String checkedTopic() {
        return checked(topic);
    }

    static String checked(@Nullable String topic) {
        if (topic == null || topic.isBlank()) {
            throw invalid("no_topic", "There is no topic. Send {\"topic\":\"…\"}");
        }
        if (topic.length() > MAX_CHARS) {
            throw invalid(
                    "too_long",
                    "The topic has " + topic.length() + " characters; the limit is " + MAX_CHARS + ". Shorten it.");
        }
        return topic.strip();
    }
}
