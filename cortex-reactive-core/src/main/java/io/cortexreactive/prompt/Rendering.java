package io.cortexreactive.prompt;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.prompt.PromptSettings.Limits;
import java.io.Writer;
import java.nio.CharBuffer;

/** What one rendering has written and may still cost. Used by one thread. */
final class Rendering extends Writer {

    private static final int CHECK_CLOCK_EVERY = 64;

    private final String prompt;
    private final Limits limits;
    private final StringBuilder text = new StringBuilder(512);
    private final long start;
    private int steps;
    private int depth;
    private int calls;

    Rendering(String prompt, Limits limits) {
        this(prompt, limits, System.nanoTime());
    }

    private Rendering(String prompt, Limits limits, long start) {
        this.prompt = prompt;
        this.limits = limits;
        this.start = start;
    }

    /** For a part that a helper makes: as long as the whole may be, and until the same moment. */
    Rendering part() {
        return new Rendering(prompt, limits, start);
    }

    /** One more round of a loop, or one more partial. */
    void step() {
        if (++steps > limits.steps()) {
            throw exceeded("rounds of loops and partials", limits.steps(), steps);
        }
        tick();
    }

    /** Into a block or partial; {@link #leave} goes out. */
    void enter() {
        if (++depth > 2 * limits.depth()) {
            throw exceeded("blocks and partials within each other", 2L * limits.depth(), depth);
        }
        tick();
    }

    void leave() {
        depth--;
    }

    private void reserve(long characters) {
        if (characters > limits.rendered()) {
            throw exceeded("rendered characters", limits.rendered(), characters);
        }
    }

    private void tick() {
        if (++calls % CHECK_CLOCK_EVERY == 0) {
            checkClock();
        }
    }

    private void checkClock() {
        long passed = System.nanoTime() - start;
        if (passed > limits.time().toNanos()) {
            throw exceeded("milliseconds", limits.time().toMillis(), passed / 1_000_000);
        }
    }

    private TemplateFailure exceeded(String what, long limit, long actual) {
        return new TemplateFailure(new LimitExceededException("Prompt '" + prompt + "', " + what, limit, actual));
    }

    @Override
    public Rendering append(CharSequence part) {
        reserve((long) text.length() + part.length());
        text.append(part);
        tick();
        return this;
    }

    @Override
    public void write(String part) {
        append(part);
    }

    @Override
    public void write(String part, int offset, int length) {
        append(part, offset, offset + length);
    }

    @Override
    public Rendering append(CharSequence part, int from, int to) {
        reserve((long) text.length() + (to - from));
        text.append(part, from, to);
        return this;
    }

    @Override
    public Rendering append(char part) {
        return append(String.valueOf(part));
    }

    @Override
    public void write(int part) {
        append((char) part);
    }

    @Override
    public void write(char[] part, int offset, int length) {
        append(CharBuffer.wrap(part, offset, length));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return text.toString();
    }
}
