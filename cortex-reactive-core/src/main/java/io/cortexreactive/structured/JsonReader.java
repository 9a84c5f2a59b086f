package io.cortexreactive.structured;

import io.cortexreactive.error.LimitExceededException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first JSON object out of text that comes in pieces, whatever is around it: Markdown fences, an
 * introduction, a farewell. What stands between {@code <think>} and {@code </think>} before it is not looked at. Each
 * character is looked at once, and what was read so far can be seen at any moment for the cost of the depth. How the
 * text is split makes no difference. Not thread-safe.
 *
 * <p>A brace begins the object once a quoted name and a colon follow it; before that it may be prose. Then whatever is
 * not JSON is an error: the pieces of a broken answer must not pass for a whole one.
 */
final class JsonReader {

    private static final int MAX_CHARS = 32 * 1024 * 1024;
    private static final int MAX_VALUES = 1_000_000;

    private static final String THOUGHT = "<think>";
    private static final String END_OF_THOUGHT = "</think>";

    private enum State {
        SEEK,
        IN_THOUGHT,
        FIRST_NAME,
        NAME_OR_END,
        NAME,
        IN_NAME,
        COLON,
        VALUE,
        ITEM_OR_END,
        IN_TEXT,
        IN_ATOM,
        NEXT_OR_END,
        DONE
    }

    private final @Nullable String elementsOf;
    private final List<Object> elements = new ArrayList<>();
    private final OpenPath open = new OpenPath();
    private final JsonText text = new JsonText();
    private final JsonAtom atom = new JsonAtom();

    private State state = State.SEEK;
    private int tagRead;
    private boolean certain;
    private boolean emptySeen;
    private boolean changed;
    private long chars;
    private int read;
    private int values;
    private @Nullable Object root;
    private @Nullable String error;

    /** Keeps everything. */
    JsonReader() {
        this(null);
    }

    /** @param elementsOf the property of the root whose elements are handed out rather than kept */
    JsonReader(@Nullable String elementsOf) {
        this.elementsOf = elementsOf;
    }

    /** @throws LimitExceededException if there is too much of it */
    void take(String piece) {
        take(piece, 0);
    }

    /** Takes a piece from an index on. */
    void take(String piece, int from) {
        chars += piece.length() - from;
        if (chars > MAX_CHARS) {
            throw new LimitExceededException("Structured answer, characters", MAX_CHARS, chars);
        }
        int at = from;
        while (at < piece.length() && state != State.DONE && error == null) {
            at = step(piece, at);
        }
        read += at - from;
    }

    /** How many characters it took to read the object; what follows them was not looked at. */
    int read() {
        return read;
    }

    private int step(String piece, int at) {
        return switch (state) {
            case IN_NAME, IN_TEXT -> inText(piece, at);
            case IN_ATOM -> inAtom(piece, at);
            default -> {
                take(piece.charAt(at));
                yield at + 1;
            }
        };
    }

    private void take(char next) {
        if (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
            return;
        }
        switch (state) {
            case SEEK -> seek(next);
            case IN_THOUGHT -> state = ends(END_OF_THOUGHT, next) ? State.SEEK : State.IN_THOUGHT;
            case FIRST_NAME -> firstName(next);
            case NAME_OR_END, NAME -> name(next);
            case COLON -> colon(next);
            case VALUE, ITEM_OR_END -> value(next);
            case NEXT_OR_END -> nextOrEnd(next);
            default -> throw new IllegalStateException(state.name());
        }
    }

    private void seek(char next) {
        if (ends(THOUGHT, next)) {
            state = State.IN_THOUGHT;
        } else if (next == '{') {
            state = State.FIRST_NAME;
        }
    }

    /** Whether a tag ends here. */
    private boolean ends(String tag, char next) {
        int more = tag.charAt(tagRead) == next ? tagRead + 1 : next == '<' ? 1 : 0;
        tagRead = more % tag.length();
        return more == tag.length();
    }

    private void firstName(char next) {
        if (next == '"') {
            text.begin();
            state = State.IN_NAME;
        } else {
            emptySeen |= next == '}';
            state = next == '{' ? State.FIRST_NAME : State.SEEK;
        }
    }

    private void name(char next) {
        if (next == '"') {
            text.begin();
            state = State.IN_NAME;
        } else if (next == '}' && state == State.NAME_OR_END) {
            close();
        } else {
            fail("must go on with a name in quotes, not with '" + next + "'");
        }
    }

    private void colon(char next) {
        if (next == ':') {
            if (!certain) {
                certain = true;
                open(true);
            }
            state = State.VALUE;
            nameIs(text.whole());
        } else if (certain) {
            fail("must have a colon after the name '" + text.whole() + "', not '" + next + "'");
        } else {
            state = next == '{' ? State.FIRST_NAME : State.SEEK;
        }
    }

    private void nameIs(String name) {
        if (!top().name(name)) {
            fail("is there twice");
        }
    }

    private void value(char next) {
        if (next == ']' && state == State.ITEM_OR_END) {
            close();
        } else if (next == '{' || next == '[') {
            open(next == '{');
        } else if (next == '"') {
            text.begin();
            state = State.IN_TEXT;
            changed = true;
        } else if (next == '-' || Character.isLetterOrDigit(next)) {
            atom.begin();
            atom.take(String.valueOf(next), 0);
            state = State.IN_ATOM;
        } else {
            fail("must have a value, not '" + next + "'");
        }
    }

    private void nextOrEnd(char next) {
        boolean object = top().isObject();
        if (next == ',') {
            state = object ? State.NAME : State.VALUE;
        } else if (next == (object ? '}' : ']')) {
            close();
        } else {
            fail("must go on with a comma or end, not with '" + next + "'");
        }
    }

    private int inText(String piece, int at) {
        int before = text.shown();
        int end = text.take(piece, at);
        changed |= state == State.IN_TEXT && text.shown() != before;
        if (text.error() != null) {
            textFailed();
            return end;
        }
        if (end == piece.length()) {
            return end;
        }
        if (state == State.IN_NAME) {
            state = State.COLON;
        } else {
            add(text.whole());
        }
        return end + 1;
    }

    /** A quote in prose need not be JSON. */
    private void textFailed() {
        if (certain) {
            fail(String.valueOf(text.error()));
        } else {
            state = State.SEEK;
        }
    }

    private int inAtom(String piece, int at) {
        int end = atom.take(piece, at);
        if (end < piece.length()) {
            endAtom();
        }
        return end;
    }

    private void endAtom() {
        try {
            add(atom.value());
        } catch (NumberFormatException e) {
            fail("is " + atom.text() + ", which is no value in JSON");
        }
    }

    private void open(boolean object) {
        count();
        open.open(object);
        state = object ? State.NAME_OR_END : State.ITEM_OR_END;
        changed = true;
    }

    private void close() {
        Object closed = open.close();
        if (open.depth() == 0) {
            root = closed;
            state = State.DONE;
            changed = true;
        } else {
            append(closed);
        }
    }

    private void add(@Nullable Object value) {
        count();
        append(value);
    }

    private void append(@Nullable Object value) {
        if (isElement()) {
            top().pass();
            elements.add(value == null ? OpenContainer.NOTHING : value);
        } else {
            top().add(value);
        }
        state = State.NEXT_OR_END;
        changed = true;
    }

    private boolean isElement() {
        return elementsOf != null
                && open.depth() == 2
                && !top().isObject()
                && open.outermost().isAt(elementsOf);
    }

    private void count() {
        if (++values > MAX_VALUES) {
            throw new LimitExceededException("Values of a structured answer", MAX_VALUES, values);
        }
    }

    private OpenContainer top() {
        return open.innermost();
    }

    private void fail(String what) {
        boolean valued = state == State.VALUE || state == State.IN_TEXT || state == State.IN_ATOM;
        error = open.describe(valued) + ": " + what;
    }

    /** Whether more can be seen than when this was asked before. */
    boolean advanced() {
        boolean has = changed && certain;
        changed = false;
        return has;
    }

    /**
     * What was read so far, all that is open closed: texts as far as they are there; numbers, true, false, null and
     * names only when they are whole. Null before there is an object.
     */
    @Nullable
    Object soFar() {
        return soFar(state == State.IN_TEXT ? text.open() : OpenContainer.NOTHING);
    }

    /** The same, without a text that is not whole. */
    @Nullable
    Object soFarWithoutOpenText() {
        return soFar(OpenContainer.NOTHING);
    }

    private @Nullable Object soFar(Object last) {
        return root != null || !certain ? root : open.view(last);
    }

    /** The elements that became whole since this was asked before; {@link OpenContainer#NOTHING} for null. */
    List<Object> takeElements() {
        List<Object> taken = List.copyOf(elements);
        elements.clear();
        return taken;
    }

    /** The text is over. */
    void end() {
        if (root == null && error == null) {
            if (certain) {
                fail("is where the answer ends, before its JSON is whole");
            } else if (emptySeen) {
                root = Map.of();
            } else {
                error = "$: the answer has no JSON object";
            }
        }
    }

    /** What keeps it from being JSON; null if nothing does. */
    @Nullable
    String error() {
        return error;
    }

    /** The whole object; null before it is whole. */
    @Nullable
    Object root() {
        return root;
    }
}
