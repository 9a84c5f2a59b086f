package io.cortexreactive.guardrail;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a guardrail decided.
 *
 * @param passed whether the text may go on, changed or not
 * @param violations what was found, in order; may be there although it passed
 * @param replacement what goes on instead of the text; null if it goes on as it is, or not at all
 * @param confidence how sure it is, from 0 to 1
 * @param metadata what else there is to know; must not quote the text
 */
public record GuardrailResult(
        boolean passed,
        List<Violation> violations,
        @Nullable String replacement,
        double confidence,
        Map<String, Object> metadata) {

    private static final GuardrailResult PASS = new GuardrailResult(true, List.of(), null, 1, Map.of());

    public GuardrailResult {
        violations = List.copyOf(violations);
        metadata = Map.copyOf(metadata);
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("A confidence is from 0 to 1, not " + confidence);
        }
    }

    /** Nothing was found. */
    public static GuardrailResult pass() {
        return PASS;
    }

    /** The text goes on although something was found. */
    public static GuardrailResult report(List<Violation> violations) {
        return new GuardrailResult(true, violations, null, 1, Map.of());
    }

    /** Another text goes on. */
    public static GuardrailResult replace(String replacement, List<Violation> violations) {
        return new GuardrailResult(true, violations, replacement, 1, Map.of());
    }

    /** Nothing goes on. */
    public static GuardrailResult block(List<Violation> violations) {
        return new GuardrailResult(false, violations, null, 1, Map.of());
    }

    /** Nothing goes on. */
    public static GuardrailResult block(Violation... violations) {
        return block(List.of(violations));
    }
}
