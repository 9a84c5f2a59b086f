package io.cortexreactive.guardrail;

import io.cortexreactive.chat.KnownCost;
import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.message.Usage;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A guardrail let nothing through. The model was not asked, or its answer was cut off. Does not say the text that was
 * found.
 */
public final class GuardrailBlockedException extends CortexException implements Lasting, KnownCost {

    private final String guardrail;
    private final Source source;
    private final transient List<Violation> violations;
    private final transient Usage usage;

    GuardrailBlockedException(String guardrail, Source source, List<Violation> violations, Usage usage) {
        super("guardrail_blocked", message(guardrail, source, violations), null);
        this.guardrail = guardrail;
        this.source = source;
        this.violations = violations;
        this.usage = usage;
    }

    private static String message(String guardrail, Source source, List<Violation> violations) {
        String rules = violations.stream().map(Violation::rule).distinct().collect(Collectors.joining(", "));
        return "Guardrail '" + guardrail + "' blocked the " + (source == Source.INPUT ? "request" : "answer")
                + (rules.isEmpty() ? "." : ": " + rules + ".");
    }

    /** The id of the guardrail. */
    public String guardrail() {
        return guardrail;
    }

    /** What was blocked. */
    public Source source() {
        return source;
    }

    /** What was found; empty if deserialized. */
    public List<Violation> violations() {
        return violations == null ? List.of() : violations;
    }

    /** What the call has cost: nothing if the model was not asked; else estimated unless the provider had told. */
    @Override
    public Usage usage() {
        return usage == null ? Usage.NONE : usage;
    }
}
