package io.cortexreactive.guardrail;

import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import java.util.List;

/**
 * What guardrails do. No event has text in it that its guardrail has blocked or masked: {@code content} is what that
 * one let through, and its text is empty if nothing was. A guardrail after it may find more.
 */
public sealed interface GuardrailEvent extends CortexEvent {

    /** The guardrail's id. */
    String guardrail();

    /** A guardrail can now be used. */
    record GuardrailRegistered(EventMeta meta, String guardrail) implements GuardrailEvent {}

    /**
     * A guardrail has decided about a text, of a stream at its end. Not told of texts that did not end, since the call
     * failed or was cancelled.
     *
     * @param result the decision; of many violations the first 1,000
     */
    record GuardrailChecked(EventMeta meta, String guardrail, GuardrailContent content, GuardrailResult result)
            implements GuardrailEvent {}

    /** A guardrail has blocked a text; follows its {@link GuardrailChecked}. */
    record GuardrailBlocked(EventMeta meta, String guardrail, GuardrailContent content, List<Violation> violations)
            implements GuardrailEvent {

        public GuardrailBlocked {
            violations = List.copyOf(violations);
        }
    }
}
