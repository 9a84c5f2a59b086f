package io.cortexreactive.examples.app.content;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.examples.content.ContentPipeline;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where another run is to begin.
 *
 * @param sequence after which transition; 0 for the beginning
 * @param topic another one; the same if left out
 */
record ForkInput(@Nullable Long sequence, @Nullable String topic) {

    /** @throws io.cortexreactive.examples.app.RejectedException if it is not said */
    long checkedSequence() {
        if (sequence == null) {
            throw invalid("no_sequence", "Say where to begin. Send {\"sequence\":2}");
        }
        return sequence;
    }

    Map<String, Object> changes() {
        return topic == null ? Map.of() : Map.of(ContentPipeline.TOPIC, ContentInput.checked(topic));
    }
}
