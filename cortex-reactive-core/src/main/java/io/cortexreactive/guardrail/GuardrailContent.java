package io.cortexreactive.guardrail;

import java.util.Objects;

/**
 * A text to decide about.
 *
 * @param text all of it, or of a stream as much as is held back
 * @param source which way it goes
 * @param part what it is in the message
 */
public record GuardrailContent(String text, Source source, Part part) {

    public GuardrailContent {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(part, "part");
    }

    /** What a user says. */
    public static GuardrailContent input(String text) {
        return new GuardrailContent(text, Source.INPUT, Part.TEXT);
    }

    /** What a model says. */
    public static GuardrailContent output(String text) {
        return new GuardrailContent(text, Source.OUTPUT, Part.TEXT);
    }

    /** Which way a text goes. */
    public enum Source {
        /** To the model. */
        INPUT,
        /** From the model. */
        OUTPUT
    }

    /** What a text is in its message. */
    public enum Part {
        /** What the user says, or what the model answers. */
        TEXT,
        /** What the model thinks; of the output alone. */
        REASONING,
        /** What the model gives a tool, as JSON; for scanners each name and value alone. */
        TOOL_ARGUMENTS,
        /** What a tool gave; of the input alone. JSON as for {@link #TOOL_ARGUMENTS}. */
        TOOL_RESULT,
        /** What the model had answered in earlier turns; of the input alone. */
        EARLIER_ANSWER
    }
}
