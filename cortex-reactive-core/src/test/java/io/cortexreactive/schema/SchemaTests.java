package io.cortexreactive.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaTests {

    @Test
    void objectIsBuiltFluently() {
        Schema schema = Schema.object()
                .property("city", Schema.string().description("Where"))
                .property("days", Schema.integer())
                .required("city");

        assertThat(schema.toMap())
                .isEqualTo(Map.of(
                        "type", "object",
                        "properties",
                                Map.of(
                                        "city", Map.of("type", "string", "description", "Where"),
                                        "days", Map.of("type", "integer")),
                        "required", List.of("city")));
    }

    @Test
    void addingToASchemaLeavesItAsItWas() {
        ObjectSchema empty = Schema.object();
        empty.property("city", Schema.string());

        assertThat(empty.toMap()).isEqualTo(Map.of("type", "object"));
    }

    @Test
    void jsonSurvives() {
        Schema schema = Schema.array(Schema.enumOf("a", "b"));

        assertThat(Schema.fromJson(schema.toJson())).isEqualTo(schema);
    }

    @Test
    void textThatIsNoObjectIsRefused() {
        assertThatThrownBy(() -> Schema.fromJson("[1]")).isInstanceOf(InvalidSchemaException.class);
    }
}
