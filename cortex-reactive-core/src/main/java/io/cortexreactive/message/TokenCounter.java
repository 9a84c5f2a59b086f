package io.cortexreactive.message;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the tokens of an answer as it comes, by the rule of {@link TokenEstimate}. One thread at a time adds; any
 * thread may read.
 */
public final class TokenCounter {

    private final AtomicLong ascii = new AtomicLong();
    private final AtomicLong other = new AtomicLong();

    /** Counts what the model wrote in this chunk. */
    public void add(ChatChunk chunk) {
        if (chunk instanceof TextDelta delta) {
            add(delta.text());
        } else if (chunk instanceof ReasoningDelta delta) {
            add(delta.text());
        } else if (chunk instanceof ToolCallStarted started) {
            add(started.name());
        } else if (chunk instanceof ToolCallDelta delta) {
            add(delta.json());
        }
    }

    /** Counts a text. */
    public void add(CharSequence text) {
        long asciiHere = TokenEstimate.asciiChars(text);
        ascii.lazySet(ascii.get() + asciiHere);
        other.lazySet(other.get() + text.length() - asciiHere);
    }

    /** The tokens so far. */
    public long tokens() {
        return TokenEstimate.tokens(ascii.get(), other.get());
    }
}
