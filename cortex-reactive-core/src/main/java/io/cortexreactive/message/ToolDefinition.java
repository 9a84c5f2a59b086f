package io.cortexreactive.message;

import io.cortexreactive.schema.Schema;

/**
 * A tool as the model sees it.
 *
 * @param name letters, digits, {@code _} and {@code -}
 * @param description what it does and when to use it; the model decides by this text
 * @param inputSchema the arguments, an object
 */
public record ToolDefinition(String name, String description, Schema inputSchema) {}
