package io.cortexreactive.examples.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cortexreactive.examples.tools.ExpressionException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    12 * (3 + 4)           | 84
                    1 + 2 * 3              | 7
                    10 - 4 - 3             | 3
                    2 ^ 3 ^ 2              | 512
                    -2 ^ 2                 | -4
                    (-2) ^ 2               | 4
                    2 ^ -2                 | 0.25
                    0.1 + 0.2              | 0.3
                    7 % 4                  | 3
                    1 / 4                  | 0.25
                    1 / 3                  | 0.3333333333333333333333333333333333
                    --5                    | 5
                    3 × 4 ÷ 2 − 1          | 5
                    .5 * 100               | 50
                    10 ^ 20                | 100000000000000000000
                    10 ^ 100               | 1E+100
                    0 * -1                 | 0
                    """)
    void arithmeticIsWorkedOut(String text, String value) {
        assertThat(Expression.evaluate(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1 +",
                "* 2",
                "(1",
                "1)",
                "1 2",
                "1..2",
                "2 ** 3",
                "abc",
                "1; 2",
                "Math.max(1, 2)",
                "1e5",
                "٣ + 1"
            })
    void whatIsNoExpressionIsTold(String text) {
        assertThat(failure(text).kind()).isEqualTo(Kind.SYNTAX);
    }

    @ParameterizedTest
    @CsvSource({
        "1 / (2 - 2), DIVISION_BY_ZERO",
        "1 % 0, DIVISION_BY_ZERO",
        "0 ^ -1, DIVISION_BY_ZERO",
        "2 ^ 0.5, OUT_OF_RANGE",
        "2 ^ 9999, OUT_OF_RANGE",
        "9 ^ 999 ^ 9, OUT_OF_RANGE",
        "(10 ^ 1000) ^ 1000, OUT_OF_RANGE",
        "10 ^ 1000 % 3, OUT_OF_RANGE"
    })
    void whatHasNoValueIsTold(String text, Kind kind) {
        assertThat(failure(text).kind()).isEqualTo(kind);
    }

    @Test
    void whatIsTooLongOrTooDeepIsRefused() {
        assertThat(failure("1+".repeat(200) + "1").kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure("(".repeat(100) + "1" + ")".repeat(100)).kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure("-".repeat(200) + "1").kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure("2" + "^2".repeat(100)).kind()).isEqualTo(Kind.TOO_LARGE);
    }

    @Test
    void theMessageSaysWhere() {
        assertThat(failure("12 * (3 + )")).hasMessage("At 11 there is ')' where a number or '(' should be.");
        assertThat(failure("12 *")).hasMessage("At 5 it ends where a number or '(' should be.");
    }

    private static ExpressionException failure(String text) {
        return catchThrowableOfType(ExpressionException.class, () -> Expression.evaluate(text));
    }
}
