package io.cortexreactive.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Classes that Jackson writes and reads otherwise than their fields say. */
class ClassShapeTests {

    record Isbn(String text) {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Isbn {}

        @JsonValue
        @Override
        public String text() {
            return text;
        }
    }

    record Book(Isbn isbn, List<Isbn> others) {}

    record Terms(YearMonth month, Year year, Locale locale, Currency currency, URI link) {}

    record Renamed(@JsonProperty("a") int first) {}

    static List<Object> told() {
        return List.of(
                new Isbn("978-3"),
                new Book(new Isbn("978-3"), List.of(new Isbn("978-4"))),
                new Terms(
                        YearMonth.of(2026, 11),
                        Year.of(2026),
                        Locale.GERMANY,
                        Currency.getInstance("EUR"),
                        URI.create("../terms?lang=de")),
                new Renamed(5));
    }

    @ParameterizedTest
    @MethodSource("told")
    void whatJacksonWritesIsValidAndBecomesTheSame(Object value) {
        JsonNode written = JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(value));
        Schema schema = Schema.fromClass(value.getClass());

        assertThat(schema.validate(written)).isEqualTo(ValidationResult.ok());
        assertThat((Object) schema.cast(written, value.getClass())).isEqualTo(value);
    }

    static final class Made {
        private final int first;

        @JsonCreator
        Made(@JsonProperty("a") int value) {
            first = value;
        }

        @JsonProperty("a")
        int value() {
            return first;
        }
    }

    static final class OtherField {
        private int count;

        public int getAmount() {
            return count;
        }

        public void setAmount(int value) {
            count = value;
        }
    }

    static final class Unwrapped {
        @JsonUnwrapped
        public Book book = new Book(new Isbn("1"), List.of());
    }

    static final class Open {
        public String name = "";
        private final Map<String, Object> more = new HashMap<>();

        @JsonAnySetter
        public void put(String key, Object value) {
            more.put(key, value);
        }
    }

    record Formatted(@JsonFormat(pattern = "dd.MM.yyyy") LocalDate day) {}

    record Held(Formatted inner) {}

    @ParameterizedTest
    @ValueSource(classes = {Made.class, OtherField.class, Unwrapped.class, Open.class, Formatted.class, Held.class})
    void whatFieldsDoNotTellIsRefused(Class<?> type) {
        assertThatThrownBy(() -> Schema.fromClass(type))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("Write its schema yourself");
    }
}
