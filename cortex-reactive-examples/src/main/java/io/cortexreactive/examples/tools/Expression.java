package io.cortexreactive.examples.tools;

import io.cortexreactive.examples.tools.ExpressionException.Kind;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Works out arithmetic: numbers, {@code + - * / % ^}, signs and parentheses, to 34 digits. It knows no names and calls
 * nothing, so a text can do no more than be wrong. One for each text.
 *
 * <pre>
 * sum     = product { ("+" | "-") product }
 * product = signed { ("*" | "/" | "%") signed }
 * signed  = ("+" | "-") signed | power
 * power   = primary [ "^" signed ]
 * primary = number | "(" sum ")"
 * </pre>
 */
final class Expression {

    private static final MathContext PRECISION = MathContext.DECIMAL128;
    private static final int MAX_LENGTH = 300;
    private static final int MAX_DEPTH = 60;
    private static final int MAX_EXPONENT = 1_000;
    /** Beyond it a number has more digits before or behind its point than anybody reads. */
    private static final int MAX_MAGNITUDE = 5_000;
    /** Up to it a number is written without an exponent. */
    private static final int PLAIN_MAGNITUDE = 34;

    private final String text;
    private int at;
    private int depth;

    private Expression(String text) {
        this.text = text;
    }

    /**
     * The value, as people write it.
     *
     * @throws ExpressionException if it has none
     */
    static String evaluate(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new ExpressionException(
                    Kind.TOO_LARGE,
                    "The expression has " + text.length() + " characters; the limit is " + MAX_LENGTH + ".");
        }
        return written(new Expression(text).whole());
    }

    private static String written(BigDecimal value) {
        BigDecimal shown = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return magnitude(shown) <= PLAIN_MAGNITUDE ? shown.toPlainString() : shown.toString();
    }

    private BigDecimal whole() {
        BigDecimal value = sum();
        if (peek() != 0) {
            throw unexpected("an operator or the end");
        }
        return value;
    }

    private BigDecimal sum() {
        BigDecimal value = product();
        for (char operator = peek(); operator == '+' || operator == '-'; operator = peek()) {
            at++;
            BigDecimal right = product();
            value = checked(operator == '+' ? value.add(right, PRECISION) : value.subtract(right, PRECISION));
        }
        return value;
    }

    private BigDecimal product() {
        BigDecimal value = signed();
        for (char operator = peek(); operator == '*' || operator == '/' || operator == '%'; operator = peek()) {
            at++;
            BigDecimal right = signed();
            value = checked(operator == '*' ? value.multiply(right, PRECISION) : divided(operator, value, right));
        }
        return value;
    }

    private static BigDecimal divided(char operator, BigDecimal value, BigDecimal by) {
        if (by.signum() == 0) {
            throw new ExpressionException(Kind.DIVISION_BY_ZERO, "Nothing can be divided by zero.");
        }
        if (operator == '/') {
            return value.divide(by, PRECISION);
        }
        try {
            return value.remainder(by, PRECISION);
        } catch (ArithmeticException e) {
            throw new ExpressionException(Kind.OUT_OF_RANGE, "The numbers are too far apart for a remainder.");
        }
    }

    private BigDecimal signed() {
        if (++depth > MAX_DEPTH) {
            throw new ExpressionException(Kind.TOO_LARGE, "The expression is nested too deeply.");
        }
        char sign = peek();
        BigDecimal value;
        if (sign == '-' || sign == '+') {
            at++;
            value = sign == '-' ? signed().negate() : signed();
        } else {
            value = power();
        }
        depth--;
        return value;
    }

    private BigDecimal power() {
        BigDecimal base = primary();
        if (peek() != '^') {
            return base;
        }
        at++;
        BigDecimal exponent = signed();
        if (exponent.stripTrailingZeros().scale() > 0
                || exponent.abs().compareTo(BigDecimal.valueOf(MAX_EXPONENT)) > 0) {
            throw new ExpressionException(
                    Kind.OUT_OF_RANGE, "An exponent must be a whole number up to " + MAX_EXPONENT + ".");
        }
        if (base.signum() == 0 && exponent.signum() < 0) {
            throw new ExpressionException(Kind.DIVISION_BY_ZERO, "Zero has no negative power.");
        }
        return raised(base, exponent.intValueExact());
    }

    private static BigDecimal raised(BigDecimal base, int exponent) {
        if ((long) magnitude(base) * Math.abs(exponent) > MAX_MAGNITUDE) {
            throw tooLarge();
        }
        return checked(base.pow(exponent, PRECISION));
    }

    private BigDecimal primary() {
        char next = peek();
        if (next == '(') {
            at++;
            BigDecimal value = sum();
            if (peek() != ')') {
                throw unexpected("')'");
            }
            at++;
            return value;
        }
        if (next != '.' && !isDigit(next)) {
            throw unexpected("a number or '('");
        }
        return number();
    }

    private BigDecimal number() {
        int start = at;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        String digits = text.substring(start, at);
        try {
            return checked(new BigDecimal(digits, PRECISION));
        } catch (NumberFormatException e) {
            throw new ExpressionException(
                    Kind.SYNTAX, "At " + (start + 1) + " stands '" + digits + "', which is no number.");
        }
    }

    /** The next character that is no space, with signs as people set them read as those of a keyboard; 0 at the end. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return 0;
        }
        return switch (text.charAt(at)) {
            case '×', '·' -> '*';
            case '÷', ':' -> '/';
            case '−', '–' -> '-';
            default -> text.charAt(at);
        };
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int magnitude(BigDecimal value) {
        return value.signum() == 0 ? 0 : Math.max(Math.abs(value.precision() - value.scale()), Math.abs(value.scale()));
    }

    private static BigDecimal checked(BigDecimal value) {
        if (magnitude(value) > MAX_MAGNITUDE) {
            throw tooLarge();
        }
        return value;
    }

    private static ExpressionException tooLarge() {
        return new ExpressionException(Kind.OUT_OF_RANGE, "A number in it has too many digits.");
    }

    private ExpressionException unexpected(String wanted) {
        String found = at == text.length() ? "it ends" : "there is '" + text.charAt(at) + "'";
        return new ExpressionException(
                Kind.SYNTAX, "At " + (at + 1) + " " + found + " where " + wanted + " should be.");
    }
}
