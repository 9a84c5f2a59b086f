package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.Scanner.Findings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What has been found in one text so far, and what has still to be changed in it. */
final class Verdict implements Findings {

    /** More of them tell nothing new, and a text may have no end. */
    static final int MAX_VIOLATIONS = 1_000;

    private final List<Violation> violations = new ArrayList<>(0);
    private final Queue<Cut> cuts = new ArrayDeque<>(1);
    private boolean blocked;
    private boolean changed;
    private int position;

    @Override
    public void report(Violation violation) {
        add(violation);
    }

    @Override
    public void mask(Violation violation, String replacement) {
        if (add(violation)) {
            cuts.add(new Cut(violation.start(), violation.end(), replacement));
            changed = true;
        }
    }

    @Override
    public void block(Violation violation) {
        blocked |= add(violation);
    }

    private boolean add(Violation violation) {
        if (blocked) {
            return false;
        }
        if (violation.start() < position) {
            throw new IllegalStateException("A scanner told " + violation.rule() + " out of order, or twice");
        }
        position = violation.end();
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(violation);
        }
        return true;
    }

    boolean isBlocked() {
        return blocked;
    }

    boolean isChanged() {
        return changed;
    }

    List<Violation> violations() {
        return violations;
    }

    /** The next thing to change; null if nothing is left. */
    @Nullable
    Cut next() {
        return cuts.peek();
    }

    /** The next one is changed. */
    void done() {
        cuts.remove();
    }

    /** Where the last finding ends: what is before must be released whole. */
    int position() {
        return position;
    }

    GuardrailResult result(@Nullable String through) {
        return new GuardrailResult(!blocked, violations, changed && !blocked ? through : null, 1, Map.of());
    }

    /** A whole text. */
    static GuardrailResult of(Scanner scanner, String text) {
        Verdict verdict = new Verdict();
        scanner.scan(text, verdict);
        scanner.end(verdict);
        return verdict.violations.isEmpty() ? GuardrailResult.pass() : verdict.result(verdict.applied(text));
    }

    private String applied(String text) {
        StringBuilder through = new StringBuilder();
        int from = 0;
        for (Cut cut : cuts) {
            through.append(text, from, cut.start).append(cut.with);
            from = cut.end;
        }
        return through.append(text, from, text.length()).toString();
    }

    /** A piece of the text that goes on as another. */
    record Cut(int start, int end, String with) {}
}
