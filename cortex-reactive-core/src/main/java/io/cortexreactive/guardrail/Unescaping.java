package io.cortexreactive.guardrail;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets a scanner read what a JSON parser makes of a text: in an answer that is JSON, a digit may be written as
 * backslash, u, and the four digits of its code. Texts without such escapes go straight through.
 */
final class Unescaping implements Scanner {

    /** How long an escape is. */
    private static final int LENGTH = 6;

    private static final int RADIX = 16;

    private final Scanner scanner;
    private final StringBuilder maybeEscape = new StringBuilder(LENGTH);

    /** Where the scanner sees a character that was one, as far as it has not decided yet. */
    private final Queue<Integer> escapes = new ArrayDeque<>(1);

    /** Characters that the scanner has got, and how many more they were before. */
    private int given;

    private int shift;

    Unescaping(Scanner scanner) {
        this.scanner = scanner;
    }

    @Override
    public int scan(String more, Findings findings) {
        boolean plain = maybeEscape.isEmpty() && more.indexOf('\\') < 0;
        return give(plain ? more : unescaped(more), findings);
    }

    @Override
    public void end(Findings findings) {
        if (!maybeEscape.isEmpty()) {
            give(maybeEscape.toString(), findings);
            maybeEscape.setLength(0);
        }
        scanner.end(original(findings));
    }

    private int give(String text, Findings findings) {
        given += text.length();
        return original(scanner.scan(text, original(findings)));
    }

    private String unescaped(String more) {
        StringBuilder text = new StringBuilder(more.length());
        for (int i = 0; i < more.length(); i++) {
            take(more.charAt(i), text);
        }
        return text.toString();
    }

    private void take(char c, StringBuilder text) {
        int length = maybeEscape.length();
        boolean goesOn = length == 0 ? c == '\\' : length == 1 ? c == 'u' : isHexDigit(c);
        if (goesOn) {
            maybeEscape.append(c);
            if (length + 1 == LENGTH) {
                escapes.add(given + text.length());
                text.append((char) Integer.parseInt(maybeEscape, 2, LENGTH, RADIX));
                maybeEscape.setLength(0);
            }
            return;
        }
        text.append(maybeEscape);
        maybeEscape.setLength(0);
        if (length > 1) {
            take(c, text);
        } else {
            text.append(c); // Also a backslash: behind another it begins nothing.
        }
    }

    private static boolean isHexDigit(char c) {
        return c < 0x80 && Character.digit(c, RADIX) >= 0;
    }

    /** Where in the text as it was. Asked in order, as a scanner tells and decides. */
    private int original(int offset) {
        for (Integer escape = escapes.peek(); escape != null && escape < offset; escape = escapes.peek()) {
            escapes.remove();
            shift += LENGTH - 1;
        }
        return offset + shift;
    }

    private Findings original(Findings findings) {
        return escapes.isEmpty() && shift == 0 ? findings : new Original(findings);
    }

    private final class Original implements Findings {

        private final Findings findings;

        Original(Findings findings) {
            this.findings = findings;
        }

        private Violation original(Violation violation) {
            int start = Unescaping.this.original(violation.start());
            return new Violation(
                    violation.rule(), violation.description(), start, Unescaping.this.original(violation.end()));
        }

        @Override
        public void report(Violation violation) {
            findings.report(original(violation));
        }

        @Override
        public void mask(Violation violation, String replacement) {
            findings.mask(original(violation), replacement);
        }

        @Override
        public void block(Violation violation) {
            findings.block(original(violation));
        }
    }
}
