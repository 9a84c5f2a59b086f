package io.cortexreactive.examples.app.content;

import io.cortexreactive.examples.content.ContentPipeline;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the person says to a text; whether that will do, the workflow decides.
 *
 * @param token of the pause that it answers; whichever there is if left out
 * @param approved whether it is published
 * @param comment what to do better
 */
record Decision(
        @Nullable String token,
        @Nullable Boolean approved,
        @Nullable String comment) {

    /** As the workflow takes it. */
    Map<String, Object> toAnswer() {
        Map<String, Object> answer = new HashMap<>();
        if (approved != null) {
            answer.put(ContentPipeline.APPROVED, approved);
        }
        if (comment != null) {
            answer.put(ContentPipeline.COMMENT, comment);
        }
        return answer;
    }
}
