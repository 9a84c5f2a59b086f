package io.cortexreactive.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The {@code $defs} of a schema that others become part of. A reference counts from the root of the whole, so what a
 * part refers to has to move there, and its references with it.
 */
final class Definitions {

    private static final String DEFS = "$defs";
    private static final String REF = "$ref";
    private static final String ROOT = "#";
    private static final String DEFS_POINTER = "#/$defs/";

    /** Whose values are data, in which {@code $ref} means nothing. */
    private static final Set<String> DATA = Set.of("enum", "const", "default", "examples");

    /** Whose keys are names, not keywords. */
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", DEFS, "definitions", "dependentSchemas");

    private final Map<String, Object> known = new LinkedHashMap<>();

    private Definitions() {}

    static Definitions of(Map<String, Object> keywords) {
        Definitions definitions = new Definitions();
        if (keywords.get(DEFS) instanceof Map<?, ?> defs) {
            defs.forEach((name, value) -> definitions.known.put(String.valueOf(name), value));
        }
        return definitions;
    }

    DefaultSchema into(DefaultSchema schema) {
        return known.isEmpty() ? schema : schema.with(DEFS, Collections.unmodifiableMap(new LinkedHashMap<>(known)));
    }

    /** The part as it is to stand in the whole; what it refers to is among the definitions after that. */
    Object place(Map<String, Object> part) {
        if (!refers(part)) {
            return part;
        }
        Map<String, Object> body = new LinkedHashMap<>(part);
        Map<String, Object> own = new LinkedHashMap<>();
        if (body.remove(DEFS) instanceof Map<?, ?> defs) {
            defs.forEach((name, value) -> own.put(String.valueOf(name), value));
        }
        String root = "schema";
        while (own.containsKey(root)) {
            root += "_";
        }
        own.put(root, body);
        return add(own, root);
    }

    /** Under the first names at which there is nothing else yet. */
    private Object add(Map<String, Object> own, String root) {
        for (int i = 1; ; i++) {
            String suffix = i == 1 ? "" : String.valueOf(i);
            Map<String, Object> moved = new LinkedHashMap<>();
            own.forEach((name, value) -> moved.put(
                    name + suffix, rewrite(value, false, reference -> moved(reference, root, own.keySet(), suffix))));
            if (moved.entrySet().stream().allMatch(this::isFree)) {
                return put(moved, root + suffix);
            }
        }
    }

    private boolean isFree(Map.Entry<String, Object> definition) {
        Object there = known.get(definition.getKey());
        return there == null || there.equals(definition.getValue());
    }

    /** What nobody refers to by name stands where it is used. */
    private Object put(Map<String, Object> moved, String root) {
        if (refersTo(DEFS_POINTER + root, moved)) {
            known.putAll(moved);
            return Map.of(REF, DEFS_POINTER + root);
        }
        Object placed = moved.remove(root);
        known.putAll(moved);
        return Objects.requireNonNull(placed);
    }

    private static String moved(String reference, String root, Set<String> own, String suffix) {
        if (reference.startsWith(DEFS_POINTER)) {
            String rest = reference.substring(DEFS_POINTER.length());
            int end = rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/');
            String name = rest.substring(0, end);
            return DEFS_POINTER + (own.contains(name) ? name + suffix : name) + rest.substring(end);
        }
        return reference.equals(ROOT) || reference.startsWith("#/")
                ? DEFS_POINTER + root + suffix + reference.substring(1)
                : reference;
    }

    private static boolean refers(Object schema) {
        List<String> references = new ArrayList<>();
        collect(schema, references);
        return !references.isEmpty();
    }

    private static boolean refersTo(String target, Map<String, Object> definitions) {
        List<String> references = new ArrayList<>();
        definitions.values().forEach(definition -> collect(definition, references));
        return references.stream()
                .anyMatch(reference -> reference.equals(target) || reference.startsWith(target + "/"));
    }

    /** All references in a schema, in order. */
    static void collect(Object schema, List<String> references) {
        rewrite(schema, false, reference -> {
            references.add(reference);
            return reference;
        });
    }

    private static Object rewrite(Object part, boolean names, UnaryOperator<String> move) {
        if (part instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach(
                    (key, value) -> copy.put(String.valueOf(key), rewrite(String.valueOf(key), value, names, move)));
            return Collections.unmodifiableMap(copy);
        }
        if (part instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(rewrite(item, false, move)));
            return Collections.unmodifiableList(copy);
        }
        return part;
    }

    private static Object rewrite(String key, Object value, boolean names, UnaryOperator<String> move) {
        if (names) {
            return rewrite(value, false, move);
        }
        if (value instanceof String reference && isReference(key)) {
            return move.apply(reference);
        }
        return DATA.contains(key) ? value : rewrite(value, NAMED.contains(key), move);
    }

    private static boolean isReference(String key) {
        return key.equals(REF) || key.equals("$dynamicRef") || key.equals("$recursiveRef");
    }
}
