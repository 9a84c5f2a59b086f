package io.cortexreactive.guardrail.pii;

import io.cortexreactive.guardrail.OnViolation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What to look for, and what to do with it.
 *
 * @param actions by kind; a kind that is not in it is not looked for
 */
record PiiRules(Map<PiiKind, OnViolation> actions, List<NationalId> nationalIds, Map<PiiKind, String> masks) {

    PiiRules {
        actions = new EnumMap<>(actions);
        nationalIds = List.copyOf(nationalIds);
        masks = new EnumMap<>(masks);
    }

    boolean has(PiiKind kind) {
        return actions.containsKey(kind);
    }

    OnViolation action(PiiKind kind) {
        return Objects.requireNonNull(actions.get(kind));
    }

    String mask(PiiKind kind) {
        return Objects.requireNonNull(masks.get(kind));
    }
}
