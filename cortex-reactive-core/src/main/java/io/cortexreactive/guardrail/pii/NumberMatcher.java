package io.cortexreactive.guardrail.pii;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in groups: cards, phone numbers, IBANs, national ids. Reads the letters and digits from one place on, with
 * few separators between. Each method gives the index behind the match, or -1. One scanner has one.
 */
final class NumberMatcher {

    /** The longest IBAN; no other number is longer. */
    private static final int MAX = 34;

    private static final int MIN_CARD = 13;
    private static final int MAX_CARD = 19;

    private final byte[] symbols = new byte[MAX + 1];
    private final int[] indexes = new int[MAX + 1];
    private int count;

    /** Reads from an index on, which holds a letter or digit. */
    void read(PiiRun run, int start) {
        count = 0;
        int i = start;
        while (i < run.size() && count <= MAX) {
            symbols[count] = Symbols.upper(run.at(i));
            indexes[count++] = i;
            i = run.skipSeparators(i + 1);
        }
    }

    int count() {
        return count;
    }

    byte at(int index) {
        return symbols[index];
    }

    int digit(int index) {
        return symbols[index] - '0';
    }

    /** Whether something stands between two that follow one another. */
    boolean isApart(int index) {
        return index + 1 >= count || indexes[index + 1] > indexes[index] + 1;
    }

    /** The index behind the first so many. */
    int end(int length) {
        return indexes[length - 1] + 1;
    }

    /** How many digits there are from the first on. */
    int digits() {
        int digits = 0;
        while (digits < count && Symbols.isDigit(symbols[digits])) {
            digits++;
        }
        return digits;
    }

    /** Whether the number may end behind the first so many: no letter or digit is directly beside. */
    private boolean mayEnd(PiiRun run, int length) {
        return !Symbols.isDigit(run.at(end(length)));
    }

    int card(PiiRun run) {
        int digits = Math.min(digits(), MAX_CARD);
        for (int length = digits; length >= MIN_CARD; length--) {
            if (mayEnd(run, length) && isIssued(length) && passesLuhn(length)) {
                return end(length);
            }
        }
        return -1;
    }

    /**
     * How card numbers begin: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro, Mir, RuPay.
     */
    private boolean isIssued(int length) {
        int two = digit(0) * 10 + digit(1);
        int four = two * 100 + digit(2) * 10 + digit(3);
        return switch (digit(0)) {
            case 2 -> length == 16 && ((four >= 2221 && four <= 2720) || (four >= 2200 && four <= 2204));
            case 3 -> isIssuedWith3(two, length);
            case 4 -> length == 13 || length == 16 || length == 19;
            case 5 -> two == 50 || two >= 56 || length == 16;
            case 6 -> true;
            case 8 -> two == 81 || two == 82;
            default -> false;
        };
    }

    private static boolean isIssuedWith3(int two, int length) {
        return switch (two) {
            case 34, 37 -> length == 15;
            case 35 -> length >= 16;
            case 30, 36, 38, 39 -> length >= 14;
            default -> false;
        };
    }

    boolean passesLuhn(int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int digit = digit(length - 1 - i);
            int weighted = i % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    int iban(PiiRun run) {
        int length = count < 5 ? 0 : Ibans.length(symbols[0], symbols[1]);
        if (length == 0 || length > count || !Symbols.isDigit(symbols[2]) || !Symbols.isDigit(symbols[3])) {
            return -1;
        }
        return !Symbols.isWord(run.at(end(length))) && passesIban(length) ? end(length) : -1;
    }

    private boolean passesIban(int length) {
        int rest = 0;
        for (int i = 0; i < length; i++) {
            byte s = symbols[(i + 4) % length];
            if (Symbols.isDigit(s)) {
                rest = (rest * 10 + s - '0') % 97;
            } else if (Symbols.isAsciiLetter(s)) {
                rest = (rest * 100 + s - 'A' + 10) % 97;
            } else {
                return false;
            }
        }
        return rest == 1;
    }

    /** @param plus whether a + is before it */
    int phone(PiiRun run, boolean plus, boolean parenthesis) {
        int digits = digits();
        if (digits == 0) {
            return -1;
        }
        boolean international = plus || (digits > 2 && digit(0) == 0 && digit(1) == 0 && digit(2) != 0);
        if (international) {
            return longest(run, Math.min(digits, plus ? 15 : 17), plus ? 8 : 10);
        }
        if (digit(0) == 0) {
            return isPairs(digits) ? end(10) : group() >= 3 ? longest(run, Math.min(digits, 12), 9) : -1;
        }
        if (parenthesis && group() >= 2 && group() <= 5) {
            return longest(run, Math.min(digits, 12), 8);
        }
        return northAmerican(run, digits);
    }

    private int longest(PiiRun run, int most, int least) {
        for (int length = most; length >= least; length--) {
            if (isApart(length - 1) && !Symbols.isWord(run.at(end(length)))) {
                return end(length);
            }
        }
        return -1;
    }

    /** How many digits come before the first separator. */
    private int group() {
        int length = 0;
        while (!isApart(length)) {
            length++;
        }
        return length + 1;
    }

    /** 01 23 45 67 89 */
    private boolean isPairs(int digits) {
        return digits >= 10 && digit(1) != 0 && isGrouped(0, 2, 2, 2, 2, 2);
    }

    /** 555-123-4567, perhaps with 1 before it. */
    private int northAmerican(PiiRun run, int digits) {
        boolean country = digits >= 11 && digit(0) == 1 && isApart(0);
        int length = country ? 11 : 10;
        return digits >= length
                        && digit(length - 10) > 1
                        && isGrouped(length - 10, 3, 3, 4)
                        && !Symbols.isWord(run.at(end(length)))
                ? end(length)
                : -1;
    }

    private boolean isGrouped(int from, int... groups) {
        int at = from;
        for (int group : groups) {
            for (int i = 0; i < group; i++) {
                if (at >= count || isApart(at) != (i == group - 1)) {
                    return false;
                }
                at++;
            }
        }
        return true;
    }

    int national(PiiRun run, NationalId id) {
        int end = national(run, id, id.layout());
        return end < 0 && !id.otherLayout().isEmpty() ? national(run, id, id.otherLayout()) : end;
    }

    private int national(PiiRun run, NationalId id, String layout) {
        @Nullable String number = fitting(layout);
        return number != null && !Symbols.isWord(run.at(end(number.length()))) && id.isValid(number)
                ? end(number.length())
                : -1;
    }

    /** @param layout 9 for a digit, A for a letter, X for either, = where a separator must be */
    private @Nullable String fitting(String layout) {
        int length = 0;
        for (int i = 0; i < layout.length(); i++) {
            char wanted = layout.charAt(i);
            if (wanted == '=') {
                if (!isApart(length - 1)) {
                    return null;
                }
            } else if (length == count || !fits(symbols[length++], wanted)) {
                return null;
            }
        }
        return new String(Arrays.copyOf(symbols, length), StandardCharsets.US_ASCII);
    }

    private static boolean fits(byte symbol, char wanted) {
        return switch (wanted) {
            case '9' -> Symbols.isDigit(symbol);
            case 'A' -> Symbols.isAsciiLetter(symbol);
            default -> Symbols.isDigit(symbol) || Symbols.isAsciiLetter(symbol);
        };
    }
}
