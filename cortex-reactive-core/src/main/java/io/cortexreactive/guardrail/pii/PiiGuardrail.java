package io.cortexreactive.guardrail.pii;

import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.GuardrailConfigurationException;
import io.cortexreactive.guardrail.GuardrailContent;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.Guardrails;
import io.cortexreactive.guardrail.OnViolation;
import io.cortexreactive.guardrail.Scanner;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Finds personal data. Reads as people do: digits of other scripts, wide letters, and invisible characters in between
 * hide nothing. Holds back the word that is coming in and numbers that may go on, at most some hundred characters of
 * visible text; a new line ends a number. Text in which 16,384 characters around one number do not end it, most of them
 * invisible, fails with {@link io.cortexreactive.error.LimitExceededException}.
 */
public final class PiiGuardrail implements Guardrail {

    private final String id;
    private final PiiRules rules;

    private PiiGuardrail(String id, PiiRules rules) {
        this.id = id;
        this.rules = rules;
    }

    /** Masks all kinds, but national ids only of the countries that are named. */
    public static PiiGuardrail create() {
        return builder().build();
    }

    /** Starts from {@link #create()}. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Mono<GuardrailResult> check(GuardrailContent content) {
        return Mono.fromSupplier(() -> Guardrails.scan(scanner(), content.text()));
    }

    @Override
    public Scanner scanner() {
        return new PiiScanner(rules);
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {

        private String id = "pii";
        private Set<PiiKind> kinds = EnumSet.allOf(PiiKind.class);
        private Set<NationalId> nationalIds = EnumSet.noneOf(NationalId.class);
        private OnViolation action = OnViolation.MASK;
        private final Map<PiiKind, OnViolation> actions = new EnumMap<>(PiiKind.class);
        private Function<PiiKind, String> mask = kind -> "[" + kind.name() + "]";

        private Builder() {}

        /** Its id; {@code pii} by default. */
        public Builder id(String value) {
            id = value;
            return this;
        }

        /** The kinds to look for; all by default. */
        public Builder kinds(PiiKind... values) {
            kinds = EnumSet.noneOf(PiiKind.class);
            kinds.addAll(List.of(values));
            return this;
        }

        /** The countries whose national ids to look for; none by default. */
        public Builder nationalIds(NationalId... values) {
            nationalIds = EnumSet.noneOf(NationalId.class);
            nationalIds.addAll(List.of(values));
            return this;
        }

        /** What to do with what is found; {@link OnViolation#MASK} by default. */
        public Builder onViolation(OnViolation value) {
            action = value;
            return this;
        }

        /** What to do with one kind. */
        public Builder onViolation(PiiKind kind, OnViolation value) {
            actions.put(kind, value);
            return this;
        }

        /** What stands in the place of what is found; its kind in brackets by default, such as {@code [EMAIL]}. */
        public Builder mask(Function<PiiKind, String> value) {
            mask = value;
            return this;
        }

        /** The same for all kinds, such as {@code ***}. */
        public Builder mask(String value) {
            return mask(kind -> value);
        }

        /**
         * The guardrail.
         *
         * @throws GuardrailConfigurationException if there is nothing to look for
         */
        public PiiGuardrail build() {
            if (kinds.isEmpty()) {
                throw new GuardrailConfigurationException("Guardrail '" + id + "' has no kinds to look for.");
            }
            Map<PiiKind, OnViolation> chosen = new EnumMap<>(PiiKind.class);
            Map<PiiKind, String> masks = new EnumMap<>(PiiKind.class);
            for (PiiKind kind : kinds) {
                chosen.put(kind, actions.getOrDefault(kind, action));
                masks.put(kind, mask.apply(kind));
            }
            PiiRules rules = new PiiRules(
                    chosen, kinds.contains(PiiKind.NATIONAL_ID) ? List.copyOf(nationalIds) : List.of(), masks);
            // Its tables are made here, not on the event loop that scans first.
            PiiScanner unused = new PiiScanner(rules);
            Guardrails.scan(unused, "4111 1111 1111 1111");
            return new PiiGuardrail(id, rules);
        }
    }
}
