package io.cortexreactive.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class SchemaValidationTests {

    private static final Schema TRIP = Schema.object()
            .property("city", Schema.string().minLength(2))
            .property("days", Schema.integer().minimum(1).maximum(10))
            .required("city")
            .additionalProperties(false);

    record Trip(String city, int days) {}

    @Test
    void whatFitsIsValid() {
        assertThat(TRIP.validate(Map.of("city", "Oslo", "days", 3))).isEqualTo(ValidationResult.ok());
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(TRIP, Map.of("days", 3), "$: lacks the required property 'city'"),
                Arguments.of(TRIP, Map.of("city", "Oslo", "days", 12), "$.days: must be at most 10, is 12"),
                Arguments.of(TRIP, Map.of("city", "Oslo", "days", 0), "$.days: must be at least 1, is 0"),
                Arguments.of(TRIP, Map.of("city", "Oslo", "days", "3"), "$.days: must be of type integer, is \"3\""),
                Arguments.of(TRIP, Map.of("city", "X"), "$.city: must have at least 2 characters, is \"X\""),
                Arguments.of(TRIP, Map.of("city", "Oslo", "to", 1), "$: has the property 'to', which is not allowed"),
                Arguments.of(
                        Schema.array(Schema.enumOf("a", "b")).minItems(2),
                        List.of("c"),
                        "$[0]: must be one of [\"a\",\"b\"], is \"c\""),
                Arguments.of(
                        Schema.array(Schema.bool()).maxItems(1),
                        List.of(true, false),
                        "$: must have at most 1 items, has 2"),
                Arguments.of(
                        Schema.array(Schema.bool()).uniqueItems(), List.of(true, true), "$: must not have equal items"),
                Arguments.of(
                        Schema.string().pattern("^a+$"),
                        "aab",
                        "$: must match the regular expression ^a+$, is \"aab\""),
                Arguments.of(Schema.string().format("date"), "today", "$: must have the format 'date', is \"today\""),
                Arguments.of(Schema.string().maxLength(1), "ab", "$: must have at most 1 characters, is \"ab\""),
                Arguments.of(Schema.number().exclusiveMinimum(4), 4, "$: must be greater than 4, is 4"),
                Arguments.of(Schema.number().exclusiveMaximum(4), 4, "$: must be less than 4, is 4"),
                Arguments.of(Schema.number().multipleOf(0.1), 0.35, "$: must be a multiple of 0.1, is 0.35"),
                Arguments.of(Schema.string().nullable(), 5, "$: must be of type string or null, is 5"),
                Arguments.of(
                        Schema.anyOf(Schema.string(), Schema.integer()),
                        true,
                        "$: must be of type integer, is true (to match alternative 2)"),
                Arguments.of(
                        Schema.oneOf(Schema.number(), Schema.integer()),
                        5,
                        "$: must match exactly one of the alternatives, matches 2"),
                Arguments.of(Schema.fromJson("{\"const\":{\"a\":1}}"), List.of(), "$: must be {\"a\":1}, is an array"),
                Arguments.of(
                        Schema.fromJson("{\"not\":{\"type\":\"null\"}}"),
                        null,
                        "$: must not match {\"type\":\"null\"}, is null"),
                Arguments.of(Schema.number(), Double.NaN, "$: is NaN, which is no number in JSON"),
                Arguments.of(
                        Schema.object(),
                        Map.of("a", List.of(1, Double.POSITIVE_INFINITY)),
                        "$.a[1]: is Infinity, which is no number in JSON"),
                Arguments.of(Schema.number(), new BigDecimal("1e999999999"), "$: is a number out of range"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void errorSaysWhereAndWhat(Schema schema, Object value, String error) {
        assertThat(schema.validate(value).errors()).contains(error);
    }

    @Test
    void errorsAreBounded() {
        ValidationResult result = Schema.array(Schema.string()).validate(Collections.nCopies(100_000, 1));

        assertThat(result.errors()).hasSize(BoundedErrors.MAX);
    }

    @Test
    void errorsOfAlternativesThatAreNotTakenDoNotCount() {
        Schema either = Schema.array(Schema.anyOf(Schema.integer(), Schema.string()));

        assertThat(either.validate(Collections.nCopies(1_000, "text")).valid()).isTrue();
    }

    @Test
    void longTextIsCutInAnError() {
        assertThat(Schema.integer().validate("x".repeat(1_000_000)).errors().get(0))
                .hasSizeLessThan(200);
    }

    @Test
    void wholeNumberMayHaveAPoint() {
        assertThat(Schema.integer().validate(5.0).valid()).isTrue();
    }

    @Test
    void treeAndObjectAreValuesToo() {
        assertThat(List.of(
                        TRIP.validate(new Trip("Oslo", 3)).valid(),
                        TRIP.validate(JsonMapper.shared().readTree("{\"city\":\"Oslo\"}"))
                                .valid(),
                        Schema.string().format("date").validate(LocalDate.EPOCH).valid()))
                .containsOnly(true);
    }

    @Test
    void textIsNoJson() {
        assertThat(TRIP.validate("{\"city\":\"Oslo\"}").valid()).isFalse();
    }

    @Test
    void nullableEnumTakesNull() {
        Schema schema = Schema.nullable(Schema.enumOf("a"));

        assertThat(List.of(
                        schema.validate(null).valid(),
                        schema.validate("a").valid(),
                        schema.validate("b").valid()))
                .containsExactly(true, true, false);
    }

    @Test
    void orThrowTellsAllErrors() {
        assertThatThrownBy(() -> TRIP.validate(Map.of("days", 12)).orThrow())
                .isInstanceOfSatisfying(
                        SchemaViolationException.class,
                        e -> assertThat(e.errors())
                                .containsExactlyInAnyOrder(
                                        "$.days: must be at most 10, is 12", "$: lacks the required property 'city'"));
    }

    @Test
    void validValueIsCast() {
        assertThat(TRIP.cast(Map.of("city", "Oslo", "days", 3), Trip.class)).isEqualTo(new Trip("Oslo", 3));
    }

    @Test
    void invalidValueIsNotCast() {
        assertThatThrownBy(() -> TRIP.cast(Map.of("city", "Oslo", "days", 12), Trip.class))
                .isInstanceOf(SchemaViolationException.class)
                .hasMessage("$.days: must be at most 10, is 12");
    }

    record Even(int number) {
        Even {
            if (number % 2 != 0) {
                throw new IllegalArgumentException(number + " is odd");
            }
        }
    }

    @Test
    void whatTheClassRefusesIsAViolation() {
        Schema schema = Schema.object().property("number", Schema.integer());

        assertThatThrownBy(() -> schema.cast(Map.of("number", 3), Even.class))
                .isInstanceOf(SchemaViolationException.class)
                .hasMessageStartingWith("$: cannot be read as Even")
                .hasMessageContaining("3 is odd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"bogus\"}",
                "{\"type\":\"object\",\"required\":\"city\"}",
                "{\"properties\":{\"x\":{\"minLength\":-1}}}",
                "{\"$ref\":\"https://example.com/schema\"}",
                "{\"properties\":{\"x\":{\"$ref\":\"other.json#/a\"}}}",
                "{\"$ref\":\"file:///etc/passwd\"}",
                "{\"$ref\":\"#/$defs/missing\"}",
                "{\"$schema\":\"https://example.com/dialect\"}",
                "{\"pattern\":\"(?=a)b\"}",
                "{\"pattern\":\"(a)\\\\1\"}",
                "{\"pattern\":\"[\"}",
                "{\"pattern\":\"((x{1000}){1000}){10}\"}",
                "{\"patternProperties\":{\"(?!a)\":true}}"
            })
    void badSchemaIsRefused(String json) {
        Schema schema = Schema.fromJson(json);

        assertThatThrownBy(() -> schema.validate(Map.of())).isInstanceOf(InvalidSchemaException.class);
    }

    @Test
    void schemaMayHaveAnId() {
        Schema schema = Schema.fromJson("""
                {"$id": "https://example.com/trip", "$defs": {"city": {"type": "string"}},
                 "properties": {"city": {"$ref": "#/$defs/city"}}}""");

        assertThat(schema.validate(Map.of("city", 1)).errors()).containsExactly("$.city: must be of type string, is 1");
    }

    @Test
    void propertyNamedLikeAKeywordIsNone() {
        Schema schema = Schema.object().property("$ref", Schema.string());

        assertThat(schema.validate(Map.of("$ref", "https://example.com")).valid())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://json-schema.org/draft-07/schema#",
                "http://json-schema.org/draft-06/schema#",
                "https://json-schema.org/draft/2019-09/schema",
                "https://json-schema.org/draft/2020-12/schema"
            })
    void olderDraftsAreRead(String draft) {
        Schema schema = Schema.fromMap(Map.of(
                "$schema",
                draft,
                "definitions",
                Map.of("name", Map.of("type", "string")),
                "properties",
                Map.of("a", Map.of("$ref", "#/definitions/name"))));

        assertThat(schema.validate(Map.of("a", 1)).errors()).containsExactly("$.a: must be of type string, is 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0041", "A", "\\x41", "[\\u0041-\\u0042]", "^A$", "^\\w$", "^(?<letter>[A-Z])$"})
    void patternsAreThoseOfEcmaScript(String pattern) {
        assertThat(Schema.string().pattern(pattern).validate("A").valid()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "hostname, a-1.example.com, -a.example",
        "json-pointer, /a/~0b/0, /a~2",
        "relative-json-pointer, 1/a, 01/a",
        "uri-template, /a/{b}{?c*}, /a/{b",
        "email, a@example.com, a",
        "uuid, 123e4567-e89b-12d3-a456-426614174000, 123",
        "date-time, 2026-01-02T03:04:05Z, 2026-01-02",
        "ipv4, 127.0.0.1, 127.0.0.256",
        "uri, https://example.com/a?b#c, not a uri"
    })
    void formatsAreChecked(String format, String good, String bad) {
        Schema schema = Schema.string().format(format);

        assertThat(List.of(schema.validate(good).valid(), schema.validate(bad).valid()))
                .containsExactly(true, false);
    }

    @Test
    void nullValuesAreValues() {
        assertThat(Schema.array(Schema.nullable(Schema.string()))
                        .validate(Arrays.asList("a", null))
                        .valid())
                .isTrue();
    }

    @Test
    void eventLoopDoesNotCompile() {
        Schema schema = Schema.object().property("a", Schema.string().pattern("^x"));
        Mono<Boolean> compiledOnEventLoop = Mono.defer(() -> schema.validated(Map.of("a", "x")))
                .map(result -> Thread.currentThread() instanceof NonBlocking)
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(compiledOnEventLoop).expectNext(false).verifyComplete();
        StepVerifier.create(compiledOnEventLoop).expectNext(true).verifyComplete();
    }

    @Test
    void eventLoopDoesNotMakeReadersOfClasses() {
        record Fresh(String a) {}
        Schema schema = Schema.object();
        Mono<Boolean> castOnEventLoop = Mono.defer(() -> schema.casting(Map.of("a", "x"), Fresh.class))
                .map(fresh -> Thread.currentThread() instanceof NonBlocking)
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(castOnEventLoop).expectNext(false).verifyComplete();
        StepVerifier.create(castOnEventLoop).expectNext(true).verifyComplete();
    }

    @Test
    void badSchemaIsToldReactively() {
        StepVerifier.create(Schema.fromJson("{\"type\":\"bogus\"}").prepared())
                .expectError(InvalidSchemaException.class)
                .verify();
    }

    @Test
    void threadsShareOneSchema() {
        Schema schema = Schema.fromJson("""
                {"$defs": {"node": {"type": "object", "properties": {
                  "next": {"$ref": "#/$defs/node"}, "name": {"type": "string", "format": "idn-hostname"}},
                  "required": ["name"]}}, "$ref": "#/$defs/node"}""");
        Object good = Map.of("name", "a.b", "next", Map.of("name", "b.c", "next", Map.of("name", "c")));
        Object bad = Map.of("name", "a", "next", Map.of("name", "b", "next", Map.of()));

        StepVerifier.create(Flux.range(0, 2_000)
                        .parallel(4)
                        .runOn(Schedulers.parallel())
                        .flatMap(i ->
                                schema.validated(i % 2 == 0 ? good : bad).map(result -> result.valid() == (i % 2 == 0)))
                        .sequential()
                        .all(right -> right))
                .expectNext(true)
                .verifyComplete();
    }
}
