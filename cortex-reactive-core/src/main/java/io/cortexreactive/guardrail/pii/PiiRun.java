package io.cortexreactive.guardrail.pii;

import java.util.Arrays;

/** The symbols that may belong to personal data, with the places where they came from. */
final class PiiRun {

    /** Twice what the longest of the finds takes, with its separators. */
    static final int CAPACITY = 1024;

    /** Between two digits or letters of one number. */
    static final int MAX_SEPARATORS = 3;

    private static final int FIRST = 64;

    private byte[] symbols = new byte[FIRST];

    /** Offsets; the complement for a character that takes two. */
    private int[] places = new int[FIRST];

    private int size;
    private byte before = Symbols.BREAK;
    private byte beforeThat = Symbols.BREAK;

    int size() {
        return size;
    }

    void add(byte symbol, int offset, boolean pair) {
        if (size == symbols.length) {
            symbols = Arrays.copyOf(symbols, 2 * size);
            places = Arrays.copyOf(places, 2 * size);
        }
        symbols[size] = symbol;
        places[size++] = pair ? ~offset : offset;
    }

    /** The symbol at an index; BREAK behind the end. Before the start, what was dropped last. */
    byte at(int index) {
        if (index >= 0) {
            return index < size ? symbols[index] : Symbols.BREAK;
        }
        return index == -1 ? before : beforeThat;
    }

    int from(int index) {
        int place = places[index];
        return place < 0 ? ~place : place;
    }

    /** Behind the symbol. */
    int to(int index) {
        int place = places[index];
        return place < 0 ? ~place + 2 : place + 1;
    }

    /** Forgets the first so many. */
    void drop(int count) {
        if (count == 0) {
            return;
        }
        beforeThat = at(count - 2);
        before = symbols[count - 1];
        System.arraycopy(symbols, count, symbols, 0, size - count);
        System.arraycopy(places, count, places, 0, size - count);
        size -= count;
    }

    /** Forgets all; nothing is beside what comes next. */
    void clear() {
        size = 0;
        before = Symbols.BREAK;
        beforeThat = Symbols.BREAK;
    }

    /** Whether no letter or digit is directly before an index. */
    boolean startsAt(int index) {
        return !Symbols.isWord(at(index - 1));
    }

    /** The index of the next letter or digit from here, past a few separators; the size if there is none. */
    int skipSeparators(int index) {
        int next = index;
        while (next < size && next - index <= MAX_SEPARATORS) {
            if (Symbols.isWord(symbols[next])) {
                return next;
            }
            if (!isSeparator(symbols[next])) {
                return size;
            }
            next++;
        }
        return size;
    }

    /** Whether it ends with a country that has IBANs and one digit. */
    boolean isAfterIbanCountry() {
        int i = size - 2;
        if (i < 1 || !Symbols.isDigit(symbols[size - 1])) {
            return false;
        }
        while (i > 1 && isSeparator(symbols[i])) {
            i--;
        }
        return !Symbols.isWord(at(i - 2)) && Ibans.length(Symbols.upper(symbols[i - 1]), Symbols.upper(symbols[i])) > 0;
    }

    static boolean isSeparator(byte s) {
        return s == ' ' || s == '-' || s == '.' || s == '/' || s == '(' || s == ')';
    }
}
