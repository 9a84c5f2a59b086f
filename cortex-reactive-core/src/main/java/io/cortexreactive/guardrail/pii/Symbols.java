package io.cortexreactive.guardrail.pii;

import io.cortexreactive.guardrail.Scanner;
import java.text.Normalizer;

/**
 * What each character stands for, as people read it: digits of all scripts are digits, wide and mathematical letters
 * are letters, dashes are hyphens, spaces are spaces, and what is invisible is nothing.
 */
final class Symbols {

    /** Ends whatever it stands beside. */
    static final byte BREAK = 0;

    /** Is as if it were not there. */
    static final byte NOTHING = 1;

    /** A letter of an alphabet other than ASCII's. */
    static final byte LETTER = 2;

    private static final int MATH_FIRST = 0x1D400;
    private static final int MATH_LAST = 0x1D7FF;

    private static final byte[] BASIC = new byte[0x10000];
    private static final byte[] MATH = new byte[MATH_LAST - MATH_FIRST + 1];

    static {
        for (int c = 0; c < BASIC.length; c++) {
            BASIC[c] = Character.isSurrogate((char) c) ? BREAK : find(c);
        }
        for (int c = MATH_FIRST; c <= MATH_LAST; c++) {
            MATH[c - MATH_FIRST] = find(c);
        }
    }

    private Symbols() {}

    static byte of(char c) {
        return BASIC[c];
    }

    static byte of(int codePoint) {
        if (codePoint < BASIC.length) {
            return BASIC[codePoint];
        }
        return codePoint >= MATH_FIRST && codePoint <= MATH_LAST ? MATH[codePoint - MATH_FIRST] : find(codePoint);
    }

    private static byte find(int codePoint) {
        if (codePoint < 0x80) {
            return ascii(codePoint);
        }
        if (Scanner.isInvisible(codePoint)) {
            return NOTHING;
        }
        int digit = Character.digit(codePoint, 10);
        if (digit >= 0) {
            return (byte) ('0' + digit);
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> NOTHING;
            case Character.SPACE_SEPARATOR -> ' ';
            case Character.DASH_PUNCTUATION -> '-';
            default -> folded(codePoint);
        };
    }

    private static byte ascii(int c) {
        if (c == '\t') {
            return ' ';
        }
        boolean part = Character.isLetterOrDigit(c) || " @.-_%+'/():".indexOf(c) >= 0;
        return part ? (byte) c : BREAK;
    }

    private static byte folded(int codePoint) {
        if (hasNoAsciiForm(codePoint)) {
            return BREAK;
        }
        String plain = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKC);
        if (plain.length() == 1 && plain.charAt(0) < 0x80) {
            return ascii(plain.charAt(0));
        }
        return switch (codePoint) {
            case 0x2212, 0x2043 -> '-'; // minus, hyphen bullet
            case 0x2215, 0x2044 -> '/'; // division and fraction slash
            case 0x00B7, 0x2022, 0x2219, 0x22C5 -> '/'; // dots in the middle, which stand between groups
            case 0x3002, 0xFF61 -> '.'; // full stops that domains may have
            case 0x2800 -> ' '; // Braille without a dot
            default -> isAlphabetic(codePoint) ? LETTER : BREAK;
        };
    }

    /** Asking about each of these would take long. */
    private static boolean hasNoAsciiForm(int c) {
        return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xA000 && c <= 0xA63F) || (c >= 0xAC00 && c <= 0xF8FF);
    }

    /** Latin, Greek, Cyrillic, Armenian: scripts that put spaces between words, and that addresses are written in. */
    private static boolean isAlphabetic(int c) {
        return Character.isLetter(c) && (c < 0x590 || (c >= 0x1E00 && c <= 0x1FFF) || (c >= 0x2C60 && c <= 0x2C7F));
    }

    static boolean isDigit(byte s) {
        return s >= '0' && s <= '9';
    }

    static boolean isAsciiLetter(byte s) {
        return (s >= 'a' && s <= 'z') || (s >= 'A' && s <= 'Z');
    }

    static boolean isWord(byte s) {
        return isDigit(s) || s == LETTER || isAsciiLetter(s);
    }

    static byte upper(byte s) {
        return s >= 'a' && s <= 'z' ? (byte) (s - 'a' + 'A') : s;
    }
}
