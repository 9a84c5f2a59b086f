package io.cortexreactive.tool;

import io.cortexreactive.schema.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JavaType;

/** The schemas of method parameters. Plain ones need no schema generator, so that it stays optional. */
final class ArgumentSchemas {

    private static final Set<Class<?>> WHOLE = Set.of(
            byte.class,
            Byte.class,
            short.class,
            Short.class,
            int.class,
            Integer.class,
            long.class,
            Long.class,
            BigInteger.class);

    private static final Set<Class<?>> DECIMAL =
            Set.of(float.class, Float.class, double.class, Double.class, BigDecimal.class, Number.class);

    private static final Set<Class<?>> TEXT = Set.of(String.class, CharSequence.class, char.class, Character.class);

    private static final Set<Class<?>> TRUTH = Set.of(boolean.class, Boolean.class);

    private ArgumentSchemas() {}

    static Schema of(JavaType type) {
        if (type.isCollectionLikeType() || type.isArrayType()) {
            return Schema.array(of(type.getContentType()));
        }
        return type.isMapLikeType()
                ? Schema.object().additionalProperties(of(type.getContentType()))
                : ofClass(type.getRawClass());
    }

    private static Schema ofClass(Class<?> type) {
        if (TEXT.contains(type)) {
            return Schema.string();
        }
        if (WHOLE.contains(type)) {
            return Schema.integer();
        }
        if (DECIMAL.contains(type)) {
            return Schema.number();
        }
        if (TRUTH.contains(type)) {
            return Schema.bool();
        }
        if (type == Object.class) {
            return Schema.fromMap(Map.of());
        }
        return type.isEnum() ? Schema.enumOf(constants(type)) : Schema.fromClass(type);
    }

    private static String[] constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toArray(String[]::new);
    }
}
