package io.cortexreactive.tool;

import io.cortexreactive.schema.Schema;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeBindings;

/** A parameter of a method that is a tool. */
final class MethodParameter {

    private final String name;
    private final JavaType type;
    private final boolean required;
    private final boolean optional;
    private final Schema schema;
    private final ToolArguments<Object> reader;

    private MethodParameter(String name, JavaType declared, @Nullable ToolParam about) {
        this.name = name;
        optional = declared.hasRawClass(Optional.class);
        type = optional ? declared.containedTypeOrUnknown(0) : declared;
        required = !optional && (about == null || about.required());
        Schema plain = ArgumentSchemas.of(type);
        schema = about == null || about.value().isEmpty() ? plain : plain.description(about.value());
        reader = ToolArguments.of(type);
    }

    /** @param bindings what the type variables of the method's class stand for */
    static MethodParameter of(Parameter parameter, TypeBindings bindings) {
        String method = parameter.getDeclaringExecutable().getName();
        ToolParam about = parameter.getAnnotation(ToolParam.class);
        JavaType type = type(parameter, bindings);
        MethodParameter made = new MethodParameter(name(parameter, about), type, about);
        if (!made.required && made.type.isPrimitive()) {
            throw new ToolConfigurationException(
                    method, "parameter " + made.name + " is a primitive, and so must be required");
        }
        return made;
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
