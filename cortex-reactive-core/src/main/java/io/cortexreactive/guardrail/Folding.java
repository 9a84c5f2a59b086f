package io.cortexreactive.guardrail;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Writes a text, which comes in pieces, as it is compared: compatibility decomposed, in lower case unless its case is
 * kept, each stretch of white space as one space, and without what shows nothing. Tells with each character the place
 * that it came from.
 */
final class Folding {

    /** A letter with more marks on it than this is no letter of any language. */
    private static final int MAX_MARKS = 16;

    private final Sink sink;
    private final boolean keepsCase;

    /** A letter with its marks: what may change by what comes next. */
    private final StringBuilder cluster = new StringBuilder();

    private int from;
    private int to;
    private int taken;
    private char half;
    private boolean inSpace;

    Folding(Sink sink) {
        this(sink, false);
    }

    Folding(Sink sink, boolean keepsCase) {
        this.sink = sink;
        this.keepsCase = keepsCase;
    }

    /** Where folded characters go. */
    interface Sink {

        /**
         * Takes the next.
         *
         * @param from where the letter begins that it came from; {@code to} is where that ends
         */
        void accept(char folded, int from, int to);
    }

    /** A whole text. */
    static String of(String text) {
        return of(text, false);
    }

    static String of(String text, boolean keepsCase) {
        StringBuilder folded = new StringBuilder();
        Folding folding = new Folding((c, from, to) -> folded.append(c), keepsCase);
        folding.add(text);
        folding.end();
        return folded.toString();
    }

    /** Reads on. */
    void add(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int at = taken + i;
            if (half != 0) {
                char before = half;
                half = 0;
                if (Character.isLowSurrogate(c)) {
                    take(Character.toCodePoint(before, c), at - 1, 2);
                    continue;
                }
                take(before, at - 1, 1);
            }
            if (Character.isHighSurrogate(c)) {
                half = c;
            } else {
                take(c, at, 1);
            }
        }
        taken += text.length();
    }

    /** The text has ended. */
    void end() {
        if (half != 0) {
            take(half, taken - 1, 1);
            half = 0;
        }
        flush();
    }

    /** How many characters have come in, but for half a pair. */
    int taken() {
        return half == 0 ? taken : taken - 1;
    }

    /** How many characters have gone to the sink, or will never. */
    int open() {
        if (cluster.length() > 0) {
            return from;
        }
        return taken();
    }

    private void take(int codePoint, int at, int length) {
        if (codePoint >= 0x80) {
            if (Scanner.isInvisible(codePoint)) {
                return;
            }
            if (isOverlay(codePoint)) {
                to = cluster.length() == 0 ? to : at + length;
                return;
            }
            if (isMark(codePoint) && cluster.length() > 0 && cluster.length() <= MAX_MARKS) {
                cluster.appendCodePoint(codePoint);
                to = at + length;
                return;
            }
        }
        flush();
        from = at;
        to = at + length;
        if (codePoint < 0x80 && !Character.isLetterOrDigit(codePoint)) {
            emit((char) codePoint);
        } else {
            cluster.appendCodePoint(codePoint);
        }
    }

    /** Of the letter that waits for its marks; 0 if none does. */
    char waiting() {
        return cluster.length() == 0 ? 0 : cluster.charAt(0);
    }

    private void flush() {
        if (cluster.length() == 0) {
            return;
        }
        char first = cluster.charAt(0);
        if (cluster.length() == 1 && first < 0x80) {
            cluster.setLength(0);
            emit(first);
            return;
        }
        String plain = Normalizer.normalize(cluster, Normalizer.Form.NFKD);
        String folded = keepsCase ? plain : plain.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
        cluster.setLength(0);
        for (int i = 0; i < folded.length(); i++) {
            emit(folded.charAt(i));
        }
    }

    private void emit(char c) {
        boolean space = c <= ' ' || Character.isWhitespace(c) || Character.isSpaceChar(c);
        if (!space) {
            sink.accept(keepsCase ? c : Character.toLowerCase(c), from, to);
        } else if (!inSpace) {
            sink.accept(' ', from, to);
        }
        inSpace = space;
    }

    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    /** Strokes through letters, which people read through. */
    private static boolean isOverlay(int codePoint) {
        return codePoint >= 0x0334 && codePoint <= 0x0338;
    }
}
