package io.cortexreactive.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.LimitExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas and values that were made to do harm. */
class SchemaLimitsTests {

    /** Far more than it takes, far less than backtracking would. */
    private static final Duration SOON = Duration.ofSeconds(20);

    static Stream<Named<Map<String, Object>>> endlessSchemas() {
        Map<String, Object> cycle = new HashMap<>();
        cycle.put("not", cycle);
        Map<String, Object> doubling = Map.of("type", "string");
        for (int i = 0; i < 60; i++) {
            doubling = Map.of("allOf", List.of(doubling, doubling));
        }
        Map<String, Object> deep = Map.of();
        for (int i = 0; i < 101; i++) {
            deep = Map.of("not", deep);
        }
        return Stream.of(
                Named.of("cycle", cycle),
                Named.of("doubling", doubling),
                Named.of("deep", deep),
                Named.of("wide", Map.of("enum", Collections.nCopies(20_001, 1))));
    }

    @ParameterizedTest
    @MethodSource("endlessSchemas")
    void endlessSchemaIsRefused(Map<String, Object> schema) {
        assertThatThrownBy(() -> Schema.fromMap(schema)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void largeSchemaIsRefused() {
        String json = "{\"description\":\"" + "x".repeat(1024 * 1024) + "\"}";

        assertThatThrownBy(() -> Schema.fromJson(json)).isInstanceOf(LimitExceededException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\",\"type\":\"string\"}",
                "{\"a\":NaN}",
                "{} {}",
                "\u0000{}",
                "",
                "null",
                "1e5"
            })
    void whatIsNoJsonObjectIsNoSchema(String json) {
        assertThatThrownBy(() -> Schema.fromJson(json)).isInstanceOf(InvalidSchemaException.class);
    }

    @Test
    void deepJsonIsNoSchema() {
        String json = "{\"a\":".repeat(180_000);

        assertThatThrownBy(() -> Schema.fromJson(json)).isInstanceOf(InvalidSchemaException.class);
    }

    @Test
    void deepValueIsRefused() {
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        List<Object> value = deep;

        assertThatThrownBy(() -> Schema.array(Schema.string()).validate(value))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void valueThatHoldsItselfIsRefused() {
        Map<String, Object> endless = new HashMap<>();
        endless.put("self", endless);

        assertThatThrownBy(() -> Schema.object().validate(endless)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void hugeValueIsRefused() {
        List<Integer> value = Collections.nCopies(1_000_001, 1);

        assertThatThrownBy(() -> Schema.object().validate(value)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void schemaThatOnlyMeansItselfIsRefused() {
        Schema schema = Schema.fromJson("{\"$ref\":\"#\"}");

        assertThatThrownBy(() -> schema.validate(1)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void endlessChainOfReferencesIsRefused() {
        Map<String, Object> definitions = new HashMap<>();
        for (int i = 0; i < 9_000; i++) {
            definitions.put("d" + i, Map.of("$ref", "#/$defs/d" + (i + 1)));
        }
        definitions.put("d9000", Map.of("type", "string"));
        Schema schema = Schema.fromMap(Map.of("$defs", definitions, "$ref", "#/$defs/d0"));

        assertThatThrownBy(() -> schema.validate(1)).isInstanceOf(CortexException.class);
    }

    @Test
    void schemaThatTriesEndlesslyIsStopped() {
        Schema schema = Schema.fromJson("""
                {"type": "object", "properties": {
                  "n": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"$ref": "#"}, {"type": "null"}]}},
                  "required": ["x"]}""");
        Map<String, Object> value = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            value = new HashMap<>(Map.of("n", value));
        }
        Object nested = value;

        Assertions.assertTimeoutPreemptively(
                SOON,
                () -> assertThatThrownBy(() -> schema.validate(nested)).isInstanceOf(LimitExceededException.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(a+)+$", "^(a|aa)+$", "(a|a?)+b$", "^(.*a){12}$", "([a-zA-Z]+)*b"})
    void patternTakesLinearTime(String pattern) {
        Schema schema = Schema.string().pattern(pattern);
        String text = "a".repeat(100_000) + "!";

        Assertions.assertTimeoutPreemptively(
                SOON, () -> assertThat(schema.validate(text).valid()).isEqualTo(pattern.equals("(a|a?)+")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "email",
                "idn-email",
                "hostname",
                "idn-hostname",
                "json-pointer",
                "relative-json-pointer",
                "uri",
                "uri-reference",
                "uri-template",
                "iri",
                "iri-reference",
                "duration",
                "date",
                "date-time",
                "time",
                "ipv4",
                "ipv6",
                "uuid",
                "regex"
            })
    void formatTakesBoundedTimeAndStack(String format) {
        Schema schema = Schema.string().format(format);
        List<String> texts = Stream.of("a", "@", "/", "a.", "1", ":", "(", "a@", "%20")
                .flatMap(piece ->
                        Stream.of(piece.repeat(300_000) + " ", piece.repeat(BoundedFormat.MAX_CHARS / piece.length())))
                .toList();

        Assertions.assertTimeoutPreemptively(
                SOON,
                () -> texts.forEach(text -> assertThat(schema.validate(text)).isNotNull()));
    }
}
