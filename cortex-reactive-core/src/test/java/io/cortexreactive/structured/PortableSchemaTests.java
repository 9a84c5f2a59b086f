package io.cortexreactive.structured;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.schema.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortableSchemaTests {

    private static Object portable(String json) {
        return PortableSchema.of(Schema.fromJson(json)).map(Schema::toMap).orElse(null);
    }

    @Test
    void boundsBecomeDescriptions() {
        assertThat(portable("{\"type\":\"integer\",\"minimum\":1,\"maximum\":9,\"description\":\"Days\"}"))
                .isEqualTo(Map.of("type", "integer", "description", "Days (minimum 1, maximum 9)"));
    }

    @Test
    void objectsAreClosedAtEveryLevel() {
        assertThat(portable("""
                        {"type": "object", "properties": {"a": {"type": "array", "items":
                          {"type": "object", "properties": {"b": {"type": "string"}}}}}}""")).isEqualTo(Schema.fromJson("""
                                {"type": "object", "additionalProperties": false, "properties": {"a": {"type": "array",
                                  "items": {"type": "object", "additionalProperties": false,
                                  "properties": {"b": {"type": "string"}}}}}}""").toMap());
    }

    @Test
    void oneOfBecomesAnyOf() {
        assertThat(portable("{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}"))
                .isEqualTo(Map.of("anyOf", List.of(Map.of("type", "string"), Map.of("type", "null"))));
    }

    @Test
    void definitionsAreRewrittenToo() {
        assertThat(portable("""
                        {"$defs": {"d": {"type": "string", "maxLength": 3}}, "anyOf": [{"$ref": "#/$defs/d"}]}"""))
                .isEqualTo(Map.of(
                        "$defs",
                        Map.of("d", Map.of("type", "string", "description", "(maxLength 3)")),
                        "anyOf",
                        List.of(Map.of("$ref", "#/$defs/d"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":\"object\"}",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"additionalProperties\":true}",
                "{\"type\":\"object\",\"properties\":{\"a\":{}}}",
                "{\"type\":\"array\",\"items\":true}",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}",
                "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"}]}",
                "{\"$defs\":{\"d\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/d\"}}},\"$ref\":\"#/$defs/d\"}"
            })
    void someSchemasHaveNoSuchWords(String json) {
        assertThat(portable(json)).isNull();
    }

    @Test
    void definitionsThatDoubleAreFollowedOnce() {
        Map<String, Object> definitions = new HashMap<>();
        for (int i = 0; i < 90; i++) {
            Map<String, String> next = Map.of("$ref", "#/$defs/d" + (i + 1));
            definitions.put("d" + i, Map.of("anyOf", List.of(next, next)));
        }
        definitions.put("d90", Map.of("type", "string"));

        assertThat(PortableSchema.of(Schema.fromMap(Map.of("$defs", definitions, "$ref", "#/$defs/d0"))))
                .isPresent();
    }
}
