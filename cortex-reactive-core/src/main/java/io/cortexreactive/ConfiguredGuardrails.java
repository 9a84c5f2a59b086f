package io.cortexreactive;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.guardrail.ContentLengthGuardrail;
import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.KeywordGuardrail;
import io.cortexreactive.guardrail.OnViolation;
import io.cortexreactive.guardrail.PromptInjectionGuardrail;
import io.cortexreactive.guardrail.RegexGuardrail;
import io.cortexreactive.guardrail.SchemaGuardrail;
import io.cortexreactive.guardrail.pii.NationalId;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.guardrail.pii.PiiKind;
import io.cortexreactive.schema.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes the guardrails that a configuration defines. */
final class ConfiguredGuardrails {

    private static final double INJECTION_THRESHOLD = 0.7;

    private ConfiguredGuardrails() {}

    /** @param defined the section of the file that has one for each id */
    static List<Guardrail> make(ConfigNode defined) {
        return defined.names().stream().map(id -> make(id, defined.section(id))).toList();
    }

    private static Guardrail make(String id, ConfigNode node) {
        try {
            return switch (node.text("type", id)) {
                case "pii" -> pii(id, node);
                case "keyword" -> keyword(id, node);
                case "regex" -> regex(id, node);
                case "length" -> length(id, node);
                case "injection" -> injection(id, node);
                case "schema" -> schema(id, node);
                default -> throw unknown(node.text("type", id), node);
            };
        } catch (ConfigurationException e) {
            throw e;
        } catch (CortexException e) {
            throw node.wrong("cannot be used: " + e.getMessage());
        }
    }

    /** Without a {@code type} the id is the type. */
    private static ConfigurationException unknown(String type, ConfigNode node) {
        String problem = "names the type of guardrail '" + type
                + "', which there is not. Known are: pii, keyword, regex, length, injection, schema. A guardrail of your"
                + " own goes to Cortex.builder().guardrail(..).";
        return node.has("type") ? node.wrong("type", problem) : node.wrong(problem);
    }

    private static Guardrail pii(String id, ConfigNode node) {
        node.allowOnly("type", "kinds", "national_ids", "on_violation", "mask");
        PiiGuardrail.Builder builder = PiiGuardrail.builder()
                .id(id)
                .nationalIds(choices(node, "national_ids", NationalId.class).toArray(NationalId[]::new))
                .onViolation(node.choice("on_violation", OnViolation.class, OnViolation.MASK));
        if (node.has("kinds")) {
            builder.kinds(choices(node, "kinds", PiiKind.class).toArray(PiiKind[]::new));
        }
        String mask = node.text("mask");
        return (mask == null ? builder : builder.mask(mask)).build();
    }

    private static Guardrail keyword(String id, ConfigNode node) {
        node.allowOnly("type", "words", "match_case", "whole_words", "on_violation", "mask");
        KeywordGuardrail words = KeywordGuardrail.of(
                id,
                texts(node, "words"),
                node.choice("on_violation", OnViolation.class, OnViolation.BLOCK),
                node.text("mask", "[...]"));
        words = node.bool("match_case", false) ? words.matchingCase() : words;
        return node.bool("whole_words", true) ? words : words.insideWords();
    }

    private static Guardrail regex(String id, ConfigNode node) {
        node.allowOnly("type", "patterns", "on_violation", "max_length");
        RegexGuardrail.Builder builder = RegexGuardrail.builder(id)
                .onViolation(node.choice("on_violation", OnViolation.class, OnViolation.MASK));
        ConfigNode patterns = node.section("patterns");
        patterns.names().forEach(name -> builder.pattern(name, patterns.text(name, "")));
        if (node.has("max_length")) {
            builder.maxLength(node.whole("max_length", 0));
        }
        return builder.build();
    }

    private static Guardrail length(String id, ConfigNode node) {
        node.allowOnly("type", "min", "max");
        return ContentLengthGuardrail.between(id, node.whole("min", 0), node.whole("max", Integer.MAX_VALUE));
    }

    private static Guardrail injection(String id, ConfigNode node) {
        node.allowOnly("type", "threshold");
        return PromptInjectionGuardrail.create(id, node.decimal("threshold", INJECTION_THRESHOLD));
    }

    private static Guardrail schema(String id, ConfigNode node) {
        node.allowOnly("type", "schema");
        String json = node.text("schema");
        if (json == null) {
            throw node.wrong("schema", "is missing: the JSON Schema that answers must fit");
        }
        return SchemaGuardrail.of(id, Schema.fromJson(json));
    }

    private static Set<String> texts(ConfigNode node, String name) {
        Set<String> texts = node.texts(name);
        return texts == null ? Set.of() : texts;
    }

    private static <E extends Enum<E>> List<E> choices(ConfigNode node, String name, Class<E> type) {
        return texts(node, name).stream()
                .map(text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> constant.name().equals(text.toUpperCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> node.wrong(
                                name, "must be of " + List.of(type.getEnumConstants()) + ", and has: " + text)))
                .toList();
    }
}
