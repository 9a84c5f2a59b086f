package io.cortexreactive.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

record DefaultSchema(Map<String, Object> keywords) implements ObjectSchema {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    DefaultSchema {
        keywords = Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
    }

    static DefaultSchema ofType(String type) {
        return new DefaultSchema(Map.of("type", type));
    }

    static DefaultSchema parse(String json) {
        try {
            return new DefaultSchema(JSON.readValue(json, OBJECT));
        } catch (JacksonException e) {
            throw new InvalidSchemaException("A JSON Schema must be a JSON object: " + e.getOriginalMessage(), e);
        }
    }

    DefaultSchema with(String keyword, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(keywords);
        changed.put(keyword, value);
        return new DefaultSchema(changed);
    }

    @Override
    public ObjectSchema property(String name, Schema schema) {
        Map<String, Object> properties = new LinkedHashMap<>();
        if (keywords.get("properties") instanceof Map<?, ?> known) {
            known.forEach((key, value) -> properties.put(String.valueOf(key), value));
        }
        properties.put(name, schema.toMap());
        return with("properties", Collections.unmodifiableMap(properties));
    }

    @Override
    public ObjectSchema required(String... names) {
        List<Object> required = new ArrayList<>();
        if (keywords.get("required") instanceof List<?> known) {
            required.addAll(known);
        }
        Arrays.stream(names).filter(name -> !required.contains(name)).forEach(required::add);
        return with("required", List.copyOf(required));
    }

    @Override
    public ObjectSchema additionalProperties(boolean allowed) {
        return with("additionalProperties", allowed);
    }

    @Override
    public ObjectSchema description(String text) {
        return with("description", text);
    }

    @Override
    public Map<String, Object> toMap() {
        return keywords;
    }

    @Override
    public String toJson() {
        return JSON.writeValueAsString(keywords);
    }

    @Override
    public String toString() {
        return toJson();
    }
}
