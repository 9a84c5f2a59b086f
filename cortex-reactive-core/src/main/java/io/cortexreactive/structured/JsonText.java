package io.cortexreactive.structured;

import io.cortexreactive.error.LimitExceededException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A text in JSON, as it comes. */
final class JsonText {

    private static final int MAX_CHARS = 8 * 1024 * 1024;
    private static final int INITIAL_CHARS = 64;
    private static final int HEX_DIGITS = 4;

    private char[] chars = new char[INITIAL_CHARS];
    private int length;
    private boolean shared;
    private boolean escaped;
    private int hexLeft;
    private int hex;
    private @Nullable String error;

    /** Begins another text. Those handed out before keep what they have. */
    void begin() {
        chars = shared ? new char[INITIAL_CHARS] : chars;
        shared = false;
        length = 0;
        escaped = false;
        hexLeft = 0;
        error = null;
    }

    /** What is wrong with it, if anything is. */
    @Nullable
    String error() {
        return error;
    }

    /**
     * Takes what belongs to it.
     *
     * @return where it ends: at its closing quote, at an error, or at the end of the piece
     */
    int take(String piece, int from) {
        int at = from;
        while (at < piece.length() && error == null) {
            char next = piece.charAt(at);
            if (escaped || hexLeft > 0) {
                escape(next);
            } else if (next == '"') {
                return at;
            } else if (next == '\\') {
                escaped = true;
            } else if (next < ' ') {
                error = "has a control character in a text, which must be escaped, such as \\n";
            } else {
                at = plain(piece, at);
                continue;
            }
            at++;
        }
        return at;
    }

    private int plain(String piece, int from) {
        int to = from + 1;
        while (to < piece.length() && isPlain(piece.charAt(to))) {
            to++;
        }
        room(to - from);
        piece.getChars(from, to, chars, length);
        length += to - from;
        return to;
    }

    private static boolean isPlain(char next) {
        return next >= ' ' && next != '"' && next != '\\';
    }

    private void escape(char next) {
        if (hexLeft > 0) {
            hex(next);
            return;
        }
        escaped = false;
        switch (next) {
            case '"', '\\', '/' -> append(next);
            case 'b' -> append('\b');
            case 'f' -> append('\f');
            case 'n' -> append('\n');
            case 'r' -> append('\r');
            case 't' -> append('\t');
            case 'u' -> {
                hexLeft = HEX_DIGITS;
                hex = 0;
            }
            default -> error = "has '\\" + next + "' in a text, which is no escape in JSON";
        }
    }

    private void hex(char next) {
        int digit = next < 128 ? Character.digit(next, 16) : -1;
        if (digit < 0) {
            error = "has '\\u' in a text without four hexadecimal digits after it";
            return;
        }
        hex = hex * 16 + digit;
        if (--hexLeft == 0) {
            append((char) hex);
        }
    }

    private void append(char next) {
        room(1);
        chars[length++] = next;
    }

    private void room(int more) {
        if (length + more > MAX_CHARS) {
            throw new LimitExceededException("Text in an answer, characters", MAX_CHARS, (long) length + more);
        }
        if (length + more > chars.length) {
            chars = Arrays.copyOf(chars, Math.max(length + more, chars.length * 2));
        }
    }

    /** How much of it can be shown: not the first half of a character whose second half is still to come. */
    int shown() {
        return length > 0 && Character.isHighSurrogate(chars[length - 1]) ? length - 1 : length;
    }

    OpenText open() {
        shared = true;
        return new OpenText(chars, shown());
    }

    String whole() {
        return new String(chars, 0, length);
    }
}
