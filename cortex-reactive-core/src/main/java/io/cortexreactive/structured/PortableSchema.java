package io.cortexreactive.structured;

import io.cortexreactive.schema.Schema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A schema in the words that services take for an answer: closed objects, and no bounds, which go into the
 * descriptions. What the answer has to keep to is checked here anyway, against the schema itself.
 */
final class PortableSchema {

    private static final int MAX_DEPTH = 100;

    /** Taken by all services. */
    private static final Set<String> TAKEN = Set.of("type", "enum", "const", "required", "title", "$ref");

    private static final Set<String> FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid");

    /** Say something about the shape that cannot be said otherwise. */
    private static final Set<String> UNKNOWN = Set.of(
            "patternProperties",
            "propertyNames",
            "prefixItems",
            "contains",
            "if",
            "allOf",
            "dependentSchemas",
            "unevaluatedProperties",
            "unevaluatedItems",
            "$dynamicRef",
            "$recursiveRef",
            "definitions",
            "$id",
            "$anchor");

    private final Map<?, ?> definitions;
    private final Set<String> entered = new HashSet<>();
    private final Set<String> done = new HashSet<>();
    private boolean possible = true;

    private PortableSchema(Map<?, ?> definitions) {
        this.definitions = definitions;
    }

    /** Empty if the schema has maps, anything at all, or itself in it. */
    static Optional<Schema> of(Schema schema) {
        Map<String, Object> source = schema.toMap();
        PortableSchema portable = new PortableSchema(source.get("$defs") instanceof Map<?, ?> defs ? defs : Map.of());
        Map<String, Object> written = portable.write(source);
        return portable.possible ? Optional.of(Schema.fromMap(written)) : Optional.empty();
    }

    private Map<String, Object> write(@Nullable Object part) {
        if (!(part instanceof Map<?, ?> source) || !saysWhat(source)) {
            possible = false;
            return Map.of();
        }
        Map<String, Object> written = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        source.forEach((key, value) -> keyword(String.valueOf(key), value, written, notes));
        if ("object".equals(source.get("type"))) {
            close(source, written);
        }
        if (!notes.isEmpty()) {
            String told = written.containsKey("description") ? written.get("description") + " " : "";
            written.put("description", told + "(" + String.join(", ", notes) + ")");
        }
        follow(source.get("$ref"));
        return Collections.unmodifiableMap(written);
    }

    private static boolean saysWhat(Map<?, ?> source) {
        return List.of("type", "enum", "const", "anyOf", "oneOf", "$ref").stream()
                .anyMatch(source::containsKey);
    }

    private void keyword(String key, @Nullable Object value, Map<String, Object> written, List<String> notes) {
        if (UNKNOWN.contains(key)) {
            possible = false;
        } else if (TAKEN.contains(key)
                || key.equals("description")
                || (key.equals("format") && FORMATS.contains(value))) {
            written.put(key, value);
        } else if (key.equals("properties") || key.equals("$defs")) {
            written.put(key, named(value));
        } else if (key.equals("items")) {
            written.put(key, write(value));
        } else if (key.equals("anyOf") || key.equals("oneOf")) {
            written.put(
                    "anyOf",
                    value instanceof List<?> parts
                            ? parts.stream().map(this::write).toList()
                            : List.of());
        } else if (!key.startsWith("$") && !key.equals("additionalProperties")) {
            notes.add(key + " " + value);
        }
    }

    private Map<String, Object> named(@Nullable Object parts) {
        Map<String, Object> written = new LinkedHashMap<>();
        if (parts instanceof Map<?, ?> source) {
            source.forEach((name, part) -> written.put(String.valueOf(name), write(part)));
        }
        return written;
    }

    private void close(Map<?, ?> source, Map<String, Object> written) {
        Object others = source.get("additionalProperties");
        boolean fixed = source.get("properties") instanceof Map<?, ?> properties && !properties.isEmpty();
        possible &= (others == null && fixed) || Boolean.FALSE.equals(others);
        written.put("additionalProperties", false);
    }

    /** Services differ in whether a schema may contain itself. */
    private void follow(@Nullable Object reference) {
        if (!(reference instanceof String target)) {
            return;
        }
        String name = target.startsWith("#/$defs/") ? target.substring("#/$defs/".length()) : "";
        if (!definitions.containsKey(name) || entered.contains(name) || entered.size() > MAX_DEPTH) {
            possible = false;
        } else if (done.add(name)) {
            entered.add(name);
            write(definitions.get(name));
            entered.remove(name);
        }
    }
}
