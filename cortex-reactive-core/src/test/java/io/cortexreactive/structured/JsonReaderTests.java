package io.cortexreactive.structured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class JsonReaderTests {

    /** Far more than it takes, far less than quadratic work would. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static JsonReader read(String... pieces) {
        JsonReader reader = new JsonReader();
        Arrays.stream(pieces).forEach(reader::take);
        reader.end();
        return reader;
    }

    private static @Nullable Object after(String text) {
        JsonReader reader = new JsonReader();
        reader.take(text);
        return reader.soFar();
    }

    @Test
    void thoughtsBeforeTheAnswerAreNotLookedAt() {
        String answer = "<think>Is it {\"city\":\"Rome\"}? <b> </thin {\"a\":1}</think>\n<p>{\"city\":\"Oslo\"}";

        assertThat(read(answer).root()).isEqualTo(Map.of("city", "Oslo"));
        assertThat(read(answer.split("")).root()).isEqualTo(Map.of("city", "Oslo"));
        assertThat(after("<think>{\"city\":\"Rome\"}")).isNull();
        assertThat(read("<<think>{\"a\":1}</think>{\"text\":\"<think>\"}").root())
                .isEqualTo(Map.of("text", "<think>"));
        assertThat(read("<thing>{\"a\":1}").root()).isEqualTo(Map.of("a", 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":           | {}",
                "{\"a\": \"        | {\"a\":\"\"}",
                "{\"a\": \"Os      | {\"a\":\"Os\"}",
                "{\"a\": \"O\\     | {\"a\":\"O\"}",
                "{\"a\": \"O\\u00  | {\"a\":\"O\"}",
                "{\"a\": \"O\\ud83d| {\"a\":\"O\"}",
                "{\"a\": 12        | {}",
                "{\"a\": 12,       | {\"a\":12}",
                "{\"a\": tru       | {}",
                "{\"a\": true      | {}",
                "{\"a\": null}     | {\"a\":null}",
                "{\"a\": 1, \"b    | {\"a\":1}",
                "{\"a\": 1, \"b\"  | {\"a\":1}",
                "{\"a\": [         | {\"a\":[]}",
                "{\"a\": [1, 2     | {\"a\":[1]}",
                "{\"a\": [1, 2]    | {\"a\":[1,2]}",
                "{\"a\": [{        | {\"a\":[{}]}",
                "{\"a\": [{\"b\":[ | {\"a\":[{\"b\":[]}]}"
            })
    void showsWhatIsSure(String text, String shown) {
        assertThat(after(text.strip())).isEqualTo(JsonMapper.shared().readValue(shown, Map.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Sure", "Sure: {", "{ \"a", "{\"a\" "})
    void showsNothingBeforeItIsSureThatThereIsAnObject(String text) {
        assertThat(after(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1}",
                "```json\n{\"a\": 1}\n```",
                "Here is the {JSON} you {\"asked\" for}:\n\n```\n{ \"a\" : 1 }\n```\nAnything else? {\"b\": 2}",
                "{{ \"a\": 1 }}",
                "\uFEFF{\"a\":1}",
                "An empty {} first, then {\"a\":1}",
                "A quote that is never closed: {\"\n but {\"a\":1}"
            })
    void findsTheObjectAmongProse(String text) {
        assertThat(read(text).root()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void emptyObjectIsOne() {
        assertThat(read("{ }").root()).isEqualTo(Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no JSON at all               | $: the answer has no JSON object",
                "[1, 2]                       | $: the answer has no JSON object",
                "{\"a\": [{\"b\": 1}, {\"c\": | $.a[1].c: is where the answer ends, before its JSON is whole",
                "{\"a\": NaN}                 | $.a: is NaN, which is no value in JSON",
                "{\"a\": -Infinity}           | $.a: is -Infinity, which is no value in JSON",
                "{\"a\": [None]}              | $.a[0]: is None, which is no value in JSON",
                "{\"a\": 01}                  | $.a: is 01, which is no value in JSON",
                "{\"a\": 1.}                  | $.a: is 1., which is no value in JSON",
                "{\"a\": 1e999999999}         | $.a: is 1e999999999, which is no value in JSON",
                "{\"a\": 1e-999999999}        | $.a: is 1e-999999999, which is no value in JSON",
                "{\"a\": 1, \"a\": 2}         | $.a: is there twice",
                "{\"a\": 1, }                 | $: must go on with a name in quotes, not with '}'",
                "{\"a\": 1 \"b\": 2}          | $: must go on with a comma or end, not with '\"'",
                "{\"a\": [1, ]}               | $.a[1]: must have a value, not ']'",
                "{\"a\": 'x'}                 | $.a: must have a value, not '''",
                "{\"a\": \"\\x41\"}           | $.a: has '\\x' in a text, which is no escape in JSON",
                "{\"a\": \"\\u00g1\"}         | $.a: has '\\u' in a text without four hexadecimal digits after it",
                "{\"a\": 1, \"b\" 2}          | $: must have a colon after the name 'b', not '2'"
            })
    void errorSaysWhereAndWhat(String text, String error) {
        assertThat(read(text.strip()).error()).isEqualTo(error.strip());
    }

    @Test
    void lineBreakInATextIsAnError() {
        assertThat(read("{\"a\": \"b\nc\"}").error()).startsWith("$.a: has a control character");
    }

    @Test
    void brokenObjectIsNotReplacedByAPartOfIt() {
        assertThat(read("{\"a\": [{\"b\": 1}, {\"b\": 2,}]}").root()).isNull();
    }

    @Test
    void numbersKeepWhatADoubleCannotHold() {
        Object root = read("{\"a\": [1, 3000000000, 123456789012345678901, 0.1, 1.00000000000000000001, -0, 1E2]}")
                .root();

        assertThat(root)
                .hasToString("{a=[1, 3000000000, 123456789012345678901, 0.1, 1.00000000000000000001, 0, 100.0]}");
    }

    @Test
    void whatIsShownStaysAsItWas() {
        JsonReader reader = new JsonReader();
        reader.take("{\"a\": \"Os");
        Object before = reader.soFar();
        reader.take("lo\", \"b\": [1, 2]}");

        assertThat(before).isEqualTo(Map.of("a", "Os"));
    }

    @Test
    void elementsAreHandedOutAsTheyBecomeWhole() {
        JsonReader reader = new JsonReader("elements");
        reader.take("{\"elements\": [{\"a\": [1]}, 2");
        List<Object> first = reader.takeElements();
        reader.take(", null, \"x\"], \"elements2\": [5]}");

        assertThat(first).containsExactly(Map.of("a", List.of(1)));
        assertThat(reader.takeElements()).containsExactly(2, OpenContainer.NOTHING, "x");
        assertThat(reader.root()).isEqualTo(Map.of("elements", List.of(), "elements2", List.of(5)));
    }

    static Stream<Named<String>> excesses() {
        return Stream.of(
                Named.of("levels", "{\"a\":".repeat(200_000)),
                Named.of("arrays", "{\"a\":" + "[".repeat(1_000_000)),
                Named.of("text", "{\"a\":\"" + "x".repeat(8 * 1024 * 1024 + 1)),
                Named.of("number", "{\"a\":" + "9".repeat(101) + "}"),
                Named.of("values", "{\"a\":[" + "1,".repeat(1_000_001)),
                Named.of("answer", " ".repeat(32 * 1024 * 1024 + 1)));
    }

    @ParameterizedTest
    @MethodSource("excesses")
    void excessIsRefused(String text) {
        JsonReader reader = new JsonReader();

        assertThatThrownBy(() -> reader.take(text)).isInstanceOf(LimitExceededException.class);
    }

    /** What a text gives in as many pieces, looked at after each of them. */
    private static Object watched(String start, String piece, int pieces) {
        JsonReader reader = new JsonReader();
        reader.take(start);
        Object shown = Map.of();
        for (int i = 0; i < pieces; i++) {
            reader.take(piece);
            shown = Objects.requireNonNull(reader.soFar());
        }
        return shown;
    }

    @Test
    void workIsLinearInALongText() {
        Assertions.assertTimeoutPreemptively(
                SOON,
                () -> assertThat(watched("{\"a\": [\"", "word", 1_000_000))
                        .isEqualTo(Map.of("a", List.of("word".repeat(1_000_000)))));
    }

    @Test
    void workIsLinearInManyValues() {
        Assertions.assertTimeoutPreemptively(
                SOON,
                () -> assertThat(watched("{\"a\": [", "{\"x\":1},", 400_000))
                        .isEqualTo(Map.of("a", Collections.nCopies(400_000, Map.of("x", 1)))));
    }

    @Test
    void objectOfManyPropertiesIsFoundFast() {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            properties.put("p" + i, i);
        }
        String text = JsonMapper.shared().writeValueAsString(properties);

        // Equality looks up each of them.
        Assertions.assertTimeoutPreemptively(
                SOON, () -> assertThat(read(text).root()).isEqualTo(properties));
    }
}
