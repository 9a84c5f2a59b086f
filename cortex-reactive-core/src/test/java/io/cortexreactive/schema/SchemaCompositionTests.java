package io.cortexreactive.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Schemas that refer to themselves become part of others. */
class SchemaCompositionTests {

    private static final Schema TREE = Schema.fromJson("""
            {"type": "object", "properties": {"name": {"type": "string"},
             "children": {"type": "array", "items": {"$ref": "#"}}}, "required": ["name"]}""");

    private static Schema defined(String type) {
        return Schema.fromJson("{\"$defs\": {\"x\": {\"type\": \"" + type + "\"}}, \"type\": \"object\","
                + " \"properties\": {\"v\": {\"$ref\": \"#/$defs/x\"}}}");
    }

    @Test
    void referenceToTheRootStillMeansThePart() {
        Schema list = Schema.array(TREE);

        assertThat(List.of(
                        list.validate(List.of(Map.of("name", "a", "children", List.of(Map.of("name", "b")))))
                                .valid(),
                        list.validate(List.of(Map.of("name", "a", "children", List.of(Map.of()))))
                                .valid()))
                .containsExactly(true, false);
    }

    @Test
    void definitionsMoveToTheRoot() {
        Schema whole = Schema.object().property("a", defined("string"));

        assertThat(whole.toMap().get("$defs")).isEqualTo(Map.of("x", Map.of("type", "string")));
    }

    @Test
    void definitionsOfTheSameNameStayApart() {
        Schema whole = Schema.object().property("a", defined("string")).property("b", defined("integer"));

        assertThat(whole.validate(Map.of("a", Map.of("v", 1), "b", Map.of("v", "x")))
                        .errors())
                .containsExactlyInAnyOrder(
                        "$.a.v: must be of type string, is 1", "$.b.v: must be of type integer, is \"x\"");
    }

    @Test
    void equalDefinitionsAreOne() {
        Schema whole = Schema.object().property("a", TREE).property("b", TREE).property("c", Schema.anyOf(TREE, TREE));

        assertThat((Map<?, ?>) whole.toMap().get("$defs")).hasSize(1);
    }

    @Test
    void partOfAPartStillRefersRight() {
        Schema whole = Schema.array(Schema.nullable(Schema.object().property("tree", TREE)));

        assertThat(List.of(
                        whole.validate(List.of(
                                        Map.of("tree", Map.of("name", "a", "children", List.of(Map.of("name", "b"))))))
                                .valid(),
                        whole.validate(List.of(
                                        Map.of("tree", Map.of("name", "a", "children", List.of(Map.of("name", 1))))))
                                .valid()))
                .containsExactly(true, false);
    }

    @Test
    void dataIsNoReference() {
        Schema whole = Schema.object().property("a", Schema.fromMap(Map.of("const", Map.of("$ref", "#"))));

        assertThat(whole.validate(Map.of("a", Map.of("$ref", "#"))).valid()).isTrue();
    }
}
