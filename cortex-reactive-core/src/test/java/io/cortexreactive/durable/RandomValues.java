package io.cortexreactive.durable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Plain values of every type, with everything that texts and numbers can have. */
@SuppressWarnings("NullAway") // nulls are values, too
final class RandomValues {

    private final Random random;

    RandomValues(long seed) {
        random = new Random(seed);
    }

    Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text().replaceAll("\\p{Cs}", "?"), value(depth - 1));
        }
        return map;
    }

    private Object value(int depth) {
        int kind = random.nextInt(depth > 0 ? 9 : 7);
        return switch (kind) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt();
            case 3 -> Integer.MAX_VALUE + 1L + random.nextInt(Integer.MAX_VALUE);
            case 4 -> BigInteger.ONE.shiftLeft(63 + random.nextInt(300));
            case 5 -> random.nextBoolean() ? aDouble() : aBigDecimal();
            case 6 -> text();
            case 7 -> list(depth);
            default -> map(depth);
        };
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(value(depth - 1));
        }
        return list;
    }

    private double aDouble() {
        double any = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(any) ? any : -0.0;
    }

    private BigDecimal aBigDecimal() {
        return new BigDecimal(new BigInteger(random.nextInt(300), random), random.nextInt(2_000) - 1_000);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> text.append((char) random.nextInt(0x20));
                case 1 -> text.append((char) (Character.MIN_SURROGATE + random.nextInt(0x800)));
                case 2 -> text.append((char) random.nextInt(0x10000));
                case 3 -> text.appendCodePoint(0x10000 + random.nextInt(0x1000));
                default -> text.append((char) (' ' + random.nextInt(0x60)));
            }
        }
        return text.toString();
    }
}
