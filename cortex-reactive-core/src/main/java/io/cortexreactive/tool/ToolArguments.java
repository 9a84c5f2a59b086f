package io.cortexreactive.tool;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;

/** Reads arguments, or one of them, as Java has it. */
final class ToolArguments<I> {

    private final JavaType type;

    private ToolArguments(JavaType type) {
        this.type = type;
    }

    static <I> ToolArguments<I> of(Class<I> type) {
        return new ToolArguments<>(ToolJson.JSON.constructType(type));
    }

    static ToolArguments<Object> of(JavaType type) {
        return new ToolArguments<>(type);
    }

    /** @throws ToolArgumentsException if the value is not one of these */
    @SuppressWarnings("unchecked") // Jackson gives what the type says
    I read(@Nullable Object value) {
        if (value != null && !type.isContainerType() && type.getRawClass() == value.getClass()) {
            return (I) value;
        }
        try {
            return ToolJson.JSON.convertValue(value, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new ToolArgumentsException("The arguments cannot be read: " + e.getMessage(), e);
        }
    }
}
