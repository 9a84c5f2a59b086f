package io.cortexreactive.tool;

import java.util.Objects;

/**
 * How a tool gets on. It reaches the caller, not the model.
 *
 * @param value text, a figure, or any other value that Jackson can write
 */
public record ToolProgress(Object value) implements ToolUpdate {

    public ToolProgress {
        Objects.requireNonNull(value, "value");
    }
}
