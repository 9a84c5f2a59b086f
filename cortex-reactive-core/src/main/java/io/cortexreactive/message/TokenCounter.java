package io.cortexreactive.message;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Knows the usage of an answer as it comes: the provider's, where it has told, else counted by the rule of
 * {@link TokenEstimate}. One thread at a time adds; any thread may read.
 */
public final class TokenCounter {

    private final AtomicLong ascii = new AtomicLong();
    private final AtomicLong other = new AtomicLong();
    private volatile @Nullable Usage told;

    /** Counts what the model wrote in this chunk, and keeps the usage it tells. */
    public void add(ChatChunk chunk) {
        if (chunk instanceof TextDelta delta) {
            add(delta.text());
        } else if (chunk instanceof ReasoningDelta delta) {
            add(delta.text());
        } else if (chunk instanceof ToolCallStarted started) {
            add(started.name());
        } else if (chunk instanceof ToolCallDelta delta) {
            add(delta.json());
        } else if (chunk instanceof UsageReported reported) {
            told = reported.usage();
        } else if (chunk instanceof ChatCompleted end) {
            told = end.usage();
        }
    }

    /** Counts a text. */
    public void add(CharSequence text) {
        long asciiHere = TokenEstimate.asciiChars(text);
        ascii.lazySet(ascii.get() + asciiHere);
        other.lazySet(other.get() + text.length() - asciiHere);
    }

    /**
     * The usage so far: the provider's where it has told, else an estimate from the request and what has come, flagged
     * so.
     */
    public Usage usage(ChatRequest request) {
        Usage known = told;
        return known != null ? known : Usage.estimated(TokenEstimate.of(request), tokens());
    }

    TokenCounter copy() {
        TokenCounter copy = new TokenCounter();
        copy.ascii.set(ascii.get());
        copy.other.set(other.get());
        copy.told = told;
        return copy;
    }

    /** The tokens counted so far. */
    public long tokens() {
        return TokenEstimate.tokens(ascii.get(), other.get());
    }
}
