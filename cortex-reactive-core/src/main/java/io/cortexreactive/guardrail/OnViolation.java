package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.Scanner.Findings;

/** What becomes of a text in which something was found. */
public enum OnViolation {
    /** The call fails with {@link GuardrailBlockedException}. */
    BLOCK,
    /** Something else stands in its place. */
    MASK,
    /** It goes on; only the event tells. */
    REPORT;

    /** Tells a finding as this says. */
    public void tell(Violation violation, String mask, Findings findings) {
        switch (this) {
            case BLOCK -> findings.block(violation);
            case MASK -> findings.mask(violation, mask);
            case REPORT -> findings.report(violation);
        }
    }
}
