package io.cortexreactive.guardrail;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a text that is not released yet. Content parts of a kind that follow one another are one text; what is
 * released keeps the index it came with.
 */
final class HeldText {

    /** Beyond this a guardrail would rather fill the memory than decide. */
    static final int LIMIT = 1 << 20;

    private final String guardrail;
    private final Part part;
    private final Consumer<ChatChunk> out;
    private final @Nullable StringBuilder through;

    private final StringBuilder held = new StringBuilder();
    private final StringBuilder ready = new StringBuilder();
    private final Deque<Block> blocks = new ArrayDeque<>(2);
    private int start;
    private int released;
    private int readyIndex;

    /** @param told whether to keep what was let through, for an event */
    HeldText(String guardrail, Part part, boolean told, Consumer<ChatChunk> out) {
        this.guardrail = guardrail;
        this.part = part;
        this.out = out;
        through = told ? new StringBuilder() : null;
    }

    Part part() {
        return part;
    }

    /** Characters that wait. */
    int length() {
        return held.length() - released;
    }

    /** The offset of the first of them in the whole text. */
    int start() {
        return start;
    }

    int end() {
        return start + length();
    }

    char charAt(int offset) {
        return held.charAt(released + offset - start);
    }

    /** The first so many of those that wait. */
    String text(int chars) {
        return held.substring(released, released + chars);
    }

    void append(int index, String text) {
        if (length() + text.length() > LIMIT) {
            throw new LimitExceededException(
                    "Text that guardrail '" + guardrail + "' holds back, characters", LIMIT, length() + text.length());
        }
        block(index).end += text.length();
        held.append(text);
    }

    private Block block(int index) {
        Block last = blocks.peekLast();
        if (last == null || last.index != index) {
            if (length() == 0) {
                blocks.clear();
            }
            last = new Block(index, end());
            blocks.addLast(last);
        }
        return last;
    }

    /** A chunk that passes as it is, while none waits. */
    void pass(int index, String text, ChatChunk chunk) {
        block(index).end += text.length();
        start += text.length();
        if (through != null) {
            through.append(text);
        }
        out.accept(chunk);
    }

    /** Releases so many as they are. */
    void release(int chars) {
        int left = chars;
        while (left > 0) {
            Block block = block();
            int here = Math.min(left, block.end - start);
            ready(block.index).append(held, released, released + here);
            forward(here);
            left -= here;
        }
    }

    /** Releases something else instead of so many. */
    void replace(int chars, String with) {
        if (chars > 0) {
            ready(block().index).append(with);
            forward(chars);
        }
    }

    private void forward(int chars) {
        start += chars;
        released += chars;
    }

    /** The one that the first character is of. */
    private Block block() {
        Block first = blocks.getFirst();
        while (first.end <= start && blocks.size() > 1) {
            blocks.removeFirst();
            first = blocks.getFirst();
        }
        return first;
    }

    private StringBuilder ready(int index) {
        if (index != readyIndex) {
            emit();
            readyIndex = index;
        }
        return ready;
    }

    /** Hands on what was released. */
    void flush() {
        emit();
        held.delete(0, released);
        released = 0;
    }

    private void emit() {
        if (ready.length() == 0) {
            return;
        }
        String text = ready.toString();
        ready.setLength(0);
        if (through != null) {
            through.append(text);
        }
        out.accept(
                part == Part.REASONING ? new ReasoningDelta(readyIndex, text, null) : new TextDelta(readyIndex, text));
    }

    /** What was let through; empty unless an event wants it. */
    String through() {
        return through == null ? "" : through.toString();
    }

    private static final class Block {
        private final int index;
        private int end;

        Block(int index, int end) {
            this.index = index;
            this.end = end;
        }
    }
}
