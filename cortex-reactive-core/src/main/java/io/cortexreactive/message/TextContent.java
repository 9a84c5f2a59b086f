package io.cortexreactive.message;

import java.util.Objects;

/** Plain text. */
public record TextContent(String text) implements Content {

    public TextContent {
        Objects.requireNonNull(text, "text");
    }
}
