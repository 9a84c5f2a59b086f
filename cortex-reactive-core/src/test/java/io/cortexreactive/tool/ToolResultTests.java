package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class ToolResultTests {

    record Weather(String city, int degrees, @Nullable LocalDate day) {}

    enum Sky {
        CLEAR
    }

    /** The table of docs/plugins/tool.md. */
    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of(null, "null"),
                Arguments.of("as it is, \"quoted\"", "as it is, \"quoted\""),
                Arguments.of(CharBuffer.wrap("text too"), "text too"),
                Arguments.of(12.50, "12.5"),
                Arguments.of(new BigDecimal("12.50"), "12.50"),
                Arguments.of(Double.NaN, "\"NaN\""),
                Arguments.of(true, "true"),
                Arguments.of(Sky.CLEAR, "\"CLEAR\""),
                Arguments.of(Map.of("a", List.of(1, 2)), "{\"a\":[1,2]}"),
                Arguments.of(Arrays.asList(1, null), "[1,null]"),
                Arguments.of(new int[] {1, 2}, "[1,2]"),
                Arguments.of(new byte[] {1, 2, 3}, "\"AQID\""),
                Arguments.of(new Weather("Oslo", -3, null), "{\"city\":\"Oslo\",\"degrees\":-3,\"day\":null}"),
                Arguments.of(LocalDate.of(2026, 11, 25), "\"2026-11-25\""),
                Arguments.of(Duration.ofSeconds(90), "\"PT1M30S\""),
                Arguments.of(Optional.of(5), "5"),
                Arguments.of(Optional.empty(), "null"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void modelReadsTextAsItIsAndAnythingElseAsJson(@Nullable Object output, String text) {
        assertThat(ToolResult.success(output).text()).isEqualTo(text);
    }

    @Test
    void modelReadsNothingThatAPersonCouldNotSee() {
        String tag = Character.toString(0xE0041);
        String hidden = "\u200Bsunny\u202E, 20\u2066 °C" + tag;

        assertThat(ToolResult.success(hidden).text()).isEqualTo("sunny, 20 °C");
        assertThat(ToolResult.success(Map.of("sky", hidden)).text()).isEqualTo("{\"sky\":\"sunny, 20 °C\"}");
        assertThat(ToolResult.error("no" + tag + " luck").text()).isEqualTo("no luck");
    }

    @Test
    void modelReadsWhatWentWrong() {
        assertThat(ToolResult.error("no such city").text()).isEqualTo("no such city");
        assertThat(ToolResult.error("and then it broke").withOutput("half").text())
                .isEqualTo("half\nand then it broke");
    }

    @Test
    void kindOfAnErrorIsInItsMetadata() {
        assertThat(ToolResult.error(ToolErrorKind.TIMEOUT, "late").errorKind()).hasValue(ToolErrorKind.TIMEOUT);
        assertThat(ToolResult.error("bad").metadata()).containsEntry("errorKind", "failed");
        assertThat(ToolResult.success(1).errorKind()).isEmpty();
    }

    @Test
    void updatesTellTheirKindAsJson() {
        JsonMapper json = JsonMapper.shared();
        ToolUpdate progress = new ToolProgress("half");
        ToolUpdate result = ToolResult.stop(Map.of("a", 1)).with("k", "v");

        assertThat(json.writeValueAsString(progress)).isEqualTo("{\"type\":\"progress\",\"value\":\"half\"}");
        assertThat(json.readValue(json.writeValueAsString(result), ToolUpdate.class))
                .isEqualTo(result);
    }
}
