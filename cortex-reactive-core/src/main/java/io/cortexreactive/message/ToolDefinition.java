package io.cortexreactive.message;

import io.cortexreactive.schema.Schema;
import java.util.Objects;

/**
 * A tool as the model sees it.
 *
 * @param name letters, digits, {@code _} and {@code -}
 * @param description what it does and when to use it; the model decides by this text
 * @param inputSchema the arguments, an object
 */
public record ToolDefinition(String name, String description, Schema inputSchema) {

    public ToolDefinition {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(inputSchema, "inputSchema");
    }
}
