package io.cortexreactive.guardrail;

import java.time.Duration;
import java.util.List;

/**
 * Which guardrails apply to every call, and how.
 *
 * @param input ids of those for what goes to a model, in order
 * @param output ids of those for what comes from it, in order
 * @param newInputOnly whether guardrails without a scanner leave out what came before the model's last answer; false by
 *     default, since a history that the caller keeps has its texts as they were before they were replaced
 * @param timeout how long one check may take; 30 s by default
 */
public record GuardrailSettings(List<String> input, List<String> output, boolean newInputOnly, Duration timeout) {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** None applies unless a call names it. */
    public static final GuardrailSettings DEFAULTS = new GuardrailSettings(List.of(), List.of(), false, TIMEOUT);

    public GuardrailSettings {
        input = List.copyOf(input);
        output = List.copyOf(output);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new GuardrailConfigurationException("A guardrail's timeout must be positive, and is " + timeout);
        }
    }

    /** This, with these for what goes to a model. */
    public GuardrailSettings withInput(String... ids) {
        return new GuardrailSettings(List.of(ids), output, newInputOnly, timeout);
    }

    /** This, with these for what comes from a model. */
    public GuardrailSettings withOutput(String... ids) {
        return new GuardrailSettings(input, List.of(ids), newInputOnly, timeout);
    }

    /** This, leaving out earlier turns or not. */
    public GuardrailSettings withNewInputOnly(boolean value) {
        return new GuardrailSettings(input, output, value, timeout);
    }

    /** This, with another time for one check. */
    public GuardrailSettings withTimeout(Duration value) {
        return new GuardrailSettings(input, output, newInputOnly, value);
    }
}
