package io.cortexreactive.tool;

import io.cortexreactive.schema.Schema;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeBindings;

/** A parameter of a method that is a tool. */
final class MethodParameter {

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

    private final String name;
    private final JavaType type;
    private final boolean required;
    private final boolean optional;
    private final Schema schema;
    private final ToolArguments<Object> reader;

    private MethodParameter(String name, JavaType declared, boolean nullable, @Nullable ToolParam about) {
        this.name = name;
        optional = declared.hasRawClass(Optional.class);
        type = optional ? declared.containedTypeOrUnknown(0) : declared;
        required = !optional && !nullable && (about == null || about.required());
        Schema plain = schemaOf(type);
        schema = about == null || about.value().isEmpty() ? plain : plain.description(about.value());
        reader = ToolArguments.of(type);
    }

    /** @param bindings what the type variables of the method's class stand for */
    static MethodParameter of(Parameter parameter, TypeBindings bindings) {
        String method = parameter.getDeclaringExecutable().getName();
        ToolParam about = parameter.getAnnotation(ToolParam.class);
        JavaType type = type(parameter, bindings);
        MethodParameter made = new MethodParameter(name(parameter, about), type, isNullable(parameter), about);
        if (!made.required && made.type.isPrimitive()) {
            throw new ToolConfigurationException(
                    method, "parameter " + made.name + " is a primitive, and so must be required");
        }
        return made;
    }

    /** By any annotation of this name, as for the properties of a class. */
    private static boolean isNullable(Parameter parameter) {
        return Stream.concat(
                        Arrays.stream(parameter.getAnnotatedType().getAnnotations()),
                        Arrays.stream(parameter.getAnnotations()))
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    private static String name(Parameter parameter, @Nullable ToolParam about) {
        if (about != null && !about.name().isEmpty()) {
            return about.name();
        }
        if (!parameter.isNamePresent()) {
            throw new ToolConfigurationException(
                    parameter.getDeclaringExecutable().getName(),
                    "its class does not tell the names of parameters. Compile it with -parameters, or name them in"
                            + " @ToolParam");
        }
        return parameter.getName();
    }

    private static JavaType type(Parameter parameter, TypeBindings bindings) {
        JavaType type = ToolJson.JSON.getTypeFactory().resolveMemberType(parameter.getParameterizedType(), bindings);
        if (type.isJavaLangObject() && parameter.getParameterizedType() instanceof TypeVariable<?>) {
            throw new ToolConfigurationException(
                    parameter.getDeclaringExecutable().getName(),
                    "the type of one of its parameters is not known when the program runs. Use"
                            + " Tool.Builder.handler(Class, ..)");
        }
        return type;
    }

    /** Plain types need no schema generator, so that it stays optional. */
    private static Schema schemaOf(JavaType type) {
        if (type.isCollectionLikeType() || type.isArrayType()) {
            return Schema.array(schemaOf(type.getContentType()));
        }
        return type.isMapLikeType()
                ? Schema.object().additionalProperties(schemaOf(type.getContentType()))
                : schemaOfClass(type.getRawClass());
    }

    private static Schema schemaOfClass(Class<?> type) {
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
        return Schema.fromClass(type);
    }

    String name() {
        return name;
    }

    boolean required() {
        return required;
    }

    Schema schema() {
        return schema;
    }

    @Nullable
    Object read(Map<String, Object> input) {
        Object value = input.get(name);
        Object read = value == null && !required ? null : reader.read(value);
        return optional ? Optional.ofNullable(read) : read;
    }
}
