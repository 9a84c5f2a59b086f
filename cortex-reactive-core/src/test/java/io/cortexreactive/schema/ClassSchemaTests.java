package io.cortexreactive.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class ClassSchemaTests {

    enum Color {
        RED,
        @JsonProperty("verde")
        GREEN
    }

    enum Code {
        A("x"),
        B("y");

        private final String code;

        Code(String code) {
            this.code = code;
        }

        @JsonValue
        String code() {
            return code;
        }
    }

    @JsonClassDescription("A city")
    record City(
            @JsonPropertyDescription("Its name") @NotBlank @Size(max = 50)
            String name,

            @Min(0) @Max(10) int stars,

            @JsonProperty("zip_code") @Pattern(regexp = "^[0-9]{4}$")
            String zip,

            Color color,
            Code code,
            List<@Email String> mails,
            Map<String, Integer> counts,
            Optional<String> mayor,
            OptionalInt rank,
            @Nullable String nick,
            @JsonIgnore String hidden) {}

    @Test
    void recordIsDescribed() {
        assertThat(Schema.fromClass(City.class)).isEqualTo(Schema.fromJson("""
                                {"type": "object", "description": "A city", "properties": {
                                   "name": {"type": "string", "description": "Its name", "minLength": 1, "maxLength": 50},
                                   "stars": {"type": "integer", "minimum": 0, "maximum": 10},
                                   "zip_code": {"type": "string", "pattern": "^[0-9]{4}$"},
                                   "color": {"type": "string", "enum": ["RED", "verde"]},
                                   "code": {"type": "string", "enum": ["x", "y"]},
                                   "mails": {"type": "array", "items": {"type": "string", "format": "email"}},
                                   "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
                                   "mayor": {"type": ["string", "null"]},
                                   "rank": {"type": ["integer", "null"]},
                                   "nick": {"type": ["string", "null"]}},
                                 "required": ["name", "stars", "zip_code", "color", "code", "mails", "counts"],
                                 "additionalProperties": false}"""));
    }

    @Test
    void propertiesAreInTheOrderTheyAreDeclared() {
        assertThat(((Map<?, ?>) Schema.fromClass(City.class).toMap().get("properties"))
                        .keySet()
                        .toString())
                .isEqualTo("[name, stars, zip_code, color, code, mails, counts, mayor, rank, nick]");
    }

    @Test
    void validValueBecomesTheRecord() {
        Map<String, Object> value = Map.of(
                "name",
                "Oslo",
                "stars",
                3,
                "zip_code",
                "0150",
                "color",
                "verde",
                "code",
                "y",
                "mails",
                List.of(),
                "counts",
                Map.of("trams", 6));

        assertThat(Schema.fromClass(City.class).cast(value, City.class))
                .isEqualTo(new City(
                        "Oslo",
                        3,
                        "0150",
                        Color.GREEN,
                        Code.B,
                        List.of(),
                        Map.of("trams", 6),
                        Optional.empty(),
                        OptionalInt.empty(),
                        null,
                        null));
    }

    record Values(
            BigDecimal price,
            LocalDate day,
            LocalDateTime local,
            Instant instant,
            UUID id,
            URI uri,
            byte[] data,
            double[] numbers,
            Set<Long> ids,
            Object anything,
            boolean yes) {}

    @Test
    void whatJacksonWritesIsValid() {
        Values values = new Values(
                BigDecimal.ONE,
                LocalDate.EPOCH,
                LocalDateTime.of(2026, 1, 2, 3, 4, 5),
                Instant.EPOCH,
                new UUID(1, 2),
                URI.create("https://example.com/a"),
                new byte[] {1, 2},
                new double[] {1.5},
                Set.of(3L),
                Map.of("a", 1),
                true);
        String json = JsonMapper.shared().writeValueAsString(values);

        assertThat(Schema.fromClass(Values.class).validate(JsonMapper.shared().readTree(json)))
                .isEqualTo(ValidationResult.ok());
    }

    record Node(String name, List<Node> children) {}

    @Test
    void recursionIsAReference() {
        Schema schema = Schema.fromClass(Node.class);

        assertThat(schema.validate(Map.of(
                                "name",
                                "a",
                                "children",
                                List.of(Map.of(
                                        "name", "b", "children", List.of(Map.of("name", 1, "children", List.of()))))))
                        .errors())
                .containsExactly("$.children[0].children[0].name: must be of type string, is 1");
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Circle.class, name = "circle"),
        @JsonSubTypes.Type(value = Square.class, name = "square")
    })
    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    record Square(double side) implements Shape {}

    record Drawing(Shape main, List<Shape> shapes) {}

    @Test
    void subtypesAreAlternatives() {
        Map<String, Object> value = Map.of(
                "main",
                Map.of("type", "circle", "radius", 1.5),
                "shapes",
                List.of(Map.of("type", "square", "side", 2)));

        assertThat(Schema.fromClass(Drawing.class).cast(value, Drawing.class))
                .isEqualTo(new Drawing(new Circle(1.5), List.of(new Square(2))));
    }

    static class Bean {
        private String name = "";
        private int count;

        public String getName() {
            return name;
        }

        public void setName(String value) {
            name = value;
        }

        public int getCount() {
            return count;
        }

        public void setCount(int value) {
            count = value;
        }
    }

    @Test
    void beanIsDescribed() {
        assertThat(Schema.fromClass(Bean.class)
                        .cast(Map.of("name", "a", "count", 2), Bean.class)
                        .getCount())
                .isEqualTo(2);
    }

    @Test
    void classIsDescribedOnce() {
        assertThat(Schema.fromClass(City.class)).isSameAs(Schema.fromClass(City.class));
    }

    @Test
    void eventLoopDoesNotReflect() {
        record Unseen(String name) {}
        Mono<Boolean> describedOnEventLoop = Schema.forClass(Unseen.class)
                .map(schema -> Thread.currentThread() instanceof NonBlocking)
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(describedOnEventLoop).expectNext(false).verifyComplete();
        StepVerifier.create(describedOnEventLoop).expectNext(true).verifyComplete();
    }

    @Test
    void missingLibraryIsNamed() throws Exception {
        try (URLClassLoader without = classPathWithout("jsonschema-")) {
            Class<?> schema = without.loadClass(Schema.class.getName());

            assertThatThrownBy(() -> invoke(schema))
                    .hasMessageContaining("com.github.victools:jsonschema-generator")
                    .extracting(e -> e.getClass().getSimpleName())
                    .isEqualTo("MissingLibraryException");
        }
    }

    @Test
    void beanValidationNeedNotBeThere() throws Throwable {
        try (URLClassLoader without = classPathWithout("validation")) {
            Class<?> schema = without.loadClass(Schema.class.getName());

            assertThat(String.valueOf(invoke(schema))).isEqualTo("{\"type\":\"string\"}");
        }
    }

    private static Object invoke(Class<?> schema) throws Throwable {
        try {
            return schema.getMethod("fromClass", Class.class).invoke(null, String.class);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static URLClassLoader classPathWithout(String library) {
        URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> !new File(path).getName().contains(library))
                .map(ClassSchemaTests::url)
                .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
