package io.cortexreactive.structured;

import io.cortexreactive.error.LimitExceededException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A number, true, false or null, as it comes. It has no meaning before it is whole: 12 may become 12000. */
final class JsonAtom {

    private static final int MAX_CHARS = 100;
    private static final int MAX_EXPONENT = 1_000;
    private static final int LONG_DIGITS = 18;

    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9][0-9]*)");
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private final StringBuilder text = new StringBuilder();

    void begin() {
        text.setLength(0);
    }

    /** Takes what belongs to it, and tells where that ends. */
    int take(String piece, int from) {
        int to = from;
        while (to < piece.length() && belongs(piece.charAt(to))) {
            to++;
        }
        text.append(piece, from, to);
        if (text.length() > MAX_CHARS) {
            throw new LimitExceededException("Number in an answer, characters", MAX_CHARS, text.length());
        }
        return to;
    }

    private static boolean belongs(char next) {
        return (next >= '0' && next <= '9')
                || (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || next == '-'
                || next == '+'
                || next == '.';
    }

    String text() {
        return text.toString();
    }

    /**
     * Its value.
     *
     * @throws NumberFormatException if JSON has no such value, or none that can be counted with
     */
    @Nullable
    Object value() {
        String all = text.toString();
        return switch (all) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> number(all);
        };
    }

    private static Number number(String all) {
        if (INTEGER.matcher(all).matches()) {
            return integer(all);
        }
        if (!NUMBER.matcher(all).matches()) {
            throw new NumberFormatException(all);
        }
        BigDecimal exact = new BigDecimal(all);
        if (Math.abs((long) exact.precision() - exact.scale()) > MAX_EXPONENT
                || Math.abs(exact.scale()) > MAX_EXPONENT) {
            throw new NumberFormatException(all);
        }
        double rounded = exact.doubleValue();
        boolean same =
                !Double.isInfinite(rounded) && BigDecimal.valueOf(rounded).compareTo(exact) == 0;
        return same ? rounded : exact;
    }

    private static Number integer(String all) {
        if (all.length() > LONG_DIGITS) {
            BigInteger exact = new BigInteger(all);
            return exact.bitLength() < Long.SIZE ? exact.longValue() : exact;
        }
        long value = Long.parseLong(all);
        return value == (int) value ? (Number) (int) value : (Number) value;
    }
}
