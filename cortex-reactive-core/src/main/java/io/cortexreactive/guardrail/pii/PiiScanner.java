package io.cortexreactive.guardrail.pii;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.guardrail.Scanner;
import io.cortexreactive.guardrail.Violation;

/**
 * Finds personal data in a text that comes in pieces. Keeps the run of symbols that may belong to some: a word, and
 * with digits in it also what follows behind a space. A run is judged when it ends, which nothing but the text decides;
 * so it is the same however the text is cut.
 */
final class PiiScanner implements Scanner {

    /** A run of {@link PiiRun#CAPACITY} symbols with more than this around them hides something. */
    private static final int MAX_RUN_CHARS = 16 * 1024;

    private static final int MIN_DIGITS = 4;
    private static final int MIN_COLONS = 2;

    private final PiiRules rules;
    private final PiiRun run = new PiiRun();
    private final NumberMatcher numbers = new NumberMatcher();

    private int taken;
    private char half;

    /** Of the run: what decides whether to look at it at all. */
    private int digits;

    private int ats;
    private int colons;

    /** Whether it may be an IBAN, whose groups need no digits. */
    private boolean maybeIban;

    /** Of its last word, which begins behind the last space. */
    private int wordStart;

    private int wordDigits;
    private int wordLetters;
    private int wordOthers;
    private boolean wordAt;
    private int separators;

    PiiScanner(PiiRules rules) {
        this.rules = rules;
    }

    @Override
    public int scan(String more, Findings findings) {
        for (int i = 0; i < more.length(); i++) {
            char c = more.charAt(i);
            if (half != 0 || Character.isSurrogate(c)) {
                surrogate(c, taken + i, findings);
            } else {
                take(Symbols.of(c), taken + i, false, findings);
            }
        }
        taken += more.length();
        return decided();
    }

    private int decided() {
        int open = half == 0 ? taken : taken - 1;
        return run.size() == 0 ? open : run.from(0);
    }

    private void surrogate(char c, int offset, Findings findings) {
        char before = half;
        half = 0;
        if (before != 0 && Character.isLowSurrogate(c)) {
            take(Symbols.of(Character.toCodePoint(before, c)), offset - 1, true, findings);
            return;
        }
        if (before != 0) {
            take(Symbols.BREAK, offset - 1, false, findings);
        }
        if (Character.isHighSurrogate(c)) {
            half = c;
        } else {
            take(Symbols.of(c), offset, false, findings);
        }
    }

    @Override
    public void end(Findings findings) {
        endRun(findings);
        half = 0;
    }

    private void take(byte symbol, int offset, boolean pair, Findings findings) {
        if (symbol == Symbols.NOTHING) {
            limit(offset);
        } else if (Symbols.isDigit(symbol)) {
            digit();
            add(symbol, offset, pair, findings);
        } else if (Symbols.isWord(symbol)) {
            wordLetters++;
            separators = 0;
            add(symbol, offset, pair, findings);
        } else if (symbol == Symbols.BREAK) {
            endRun(findings);
        } else if (symbol == ' ') {
            space(offset, pair, findings);
        } else {
            other(symbol, offset, pair, findings);
        }
    }

    private void digit() {
        digits++;
        wordDigits++;
        separators = 0;
        maybeIban |= run.isAfterIbanCountry();
    }

    private void other(byte symbol, int offset, boolean pair, Findings findings) {
        if (run.size() == 0 && symbol != '+' && symbol != '(' && symbol != ':' && symbol != '_') {
            return;
        }
        wordOthers++;
        if (symbol == '@') {
            ats++;
            wordAt = true;
        } else if (symbol == ':') {
            colons++;
        }
        if (PiiRun.isSeparator(symbol) && ++separators > PiiRun.MAX_SEPARATORS) {
            endRun(findings);
        } else {
            add(symbol, offset, pair, findings);
        }
    }

    /** A space ends a run unless a number may go on behind it. */
    private void space(int offset, boolean pair, Findings findings) {
        if (run.size() == 0) {
            return;
        }
        if (++separators > PiiRun.MAX_SEPARATORS || wordAt || !mayGoOn(findings)) {
            endRun(findings);
            return;
        }
        add((byte) ' ', offset, pair, findings);
        startWord();
    }

    private boolean mayGoOn(Findings findings) {
        if (wordDigits > 0) {
            return true;
        }
        if (wordLetters == 0) {
            return digits > 0;
        }
        if (maybeIban) {
            return wordLetters <= 4;
        }
        if (wordLetters == 2 && wordOthers == 0) {
            // It may be what a number begins with, but nothing before it belongs to that.
            restart(judge(findings, wordStart));
            wordLetters = 2;
            return true;
        }
        return false;
    }

    private void startWord() {
        wordStart = run.size();
        wordDigits = 0;
        wordLetters = 0;
        wordOthers = 0;
        wordAt = false;
    }

    private void add(byte symbol, int offset, boolean pair, Findings findings) {
        limit(offset);
        run.add(symbol, offset, pair);
        if (run.size() == PiiRun.CAPACITY) {
            slide(findings);
        }
    }

    private void limit(int offset) {
        if (run.size() > 0 && offset - run.from(0) > MAX_RUN_CHARS) {
            throw new LimitExceededException(
                    "Characters around a possible number or address, most of them invisible",
                    MAX_RUN_CHARS,
                    offset - run.from(0));
        }
    }

    private void endRun(Findings findings) {
        if (run.size() > 0) {
            judge(findings, run.size());
            run.clear();
            digits = 0;
            ats = 0;
            colons = 0;
            maybeIban = false;
            separators = 0;
        }
        startWord();
    }

    /** The run goes on from here. */
    private void restart(int from) {
        run.drop(from);
        digits = 0;
        ats = 0;
        colons = 0;
        maybeIban = false;
        wordStart = 0;
    }

    /** A run without end: what begins in its first half can be judged, since nothing is longer than the other. */
    private void slide(Findings findings) {
        int judged = judge(findings, PiiRun.CAPACITY / 2);
        run.drop(judged);
        wordStart = Math.max(0, wordStart - judged);
    }

    /**
     * Tells what begins before an index.
     *
     * @return that index, or the end of the last find if that is behind it
     */
    private int judge(Findings findings, int until) {
        if (digits < MIN_DIGITS && ats == 0 && colons < MIN_COLONS) {
            return until;
        }
        int at = 0;
        int email = rules.has(PiiKind.EMAIL) && ats > 0 ? nextEmail(0, 0) : -1;
        while (at < until) {
            int emailStart = email < 0 ? -1 : AddressMatcher.emailStart(run, email, at);
            if (email >= 0 && emailStart < at) {
                email = nextEmail(Math.max(at, email + 1), at);
                continue;
            }
            int end = emailStart == at ? tell(PiiKind.EMAIL, at, AddressMatcher.emailEnd(run, email), findings) : -1;
            if (end < 0) {
                end = number(at, findings);
            }
            if (end > email && email >= 0) {
                email = nextEmail(end, end);
            }
            at = end < 0 ? at + 1 : end;
        }
        return at;
    }

    /** The next @ from an index on that an address is around; -1 if there is none. */
    private int nextEmail(int from, int least) {
        for (int at = from; at < run.size(); at++) {
            if (run.at(at) == '@'
                    && AddressMatcher.emailStart(run, at, least) >= 0
                    && AddressMatcher.emailEnd(run, at) >= 0) {
                return at;
            }
        }
        return -1;
    }

    private int number(int at, Findings findings) {
        byte symbol = run.at(at);
        if (symbol == '+' || symbol == '(') {
            return phone(at, findings);
        }
        if (symbol == ':' || Symbols.isWord(symbol)) {
            return numberOrAddress(at, symbol, findings);
        }
        return -1;
    }

    private int numberOrAddress(int at, byte symbol, Findings findings) {
        boolean digit = Symbols.isDigit(symbol);
        boolean starts = run.startsAt(at);
        if (!starts && (!digit || Symbols.isDigit(run.at(at - 1)))) {
            return -1;
        }
        int end = -1;
        if (symbol != ':') {
            numbers.read(run, at);
            if (starts && !digit && rules.has(PiiKind.IBAN)) {
                end = tell(PiiKind.IBAN, at, numbers.iban(run), findings);
            }
            if (end < 0 && digit && rules.has(PiiKind.CARD)) {
                end = tell(PiiKind.CARD, at, numbers.card(run), findings);
            }
        }
        return end < 0 && starts ? others(at, digit, symbol, findings) : end;
    }

    private int others(int at, boolean digit, byte symbol, Findings findings) {
        int end = -1;
        if (rules.has(PiiKind.IP_ADDRESS)) {
            end = digit ? tell(PiiKind.IP_ADDRESS, at, AddressMatcher.ipV4(run, at), findings) : -1;
            if (end < 0 && colons >= MIN_COLONS) {
                end = tell(PiiKind.IP_ADDRESS, at, AddressMatcher.ipV6(run, at), findings);
            }
        }
        if (end < 0 && symbol != ':') {
            for (NationalId id : rules.nationalIds()) {
                end = end < 0 ? tell(PiiKind.NATIONAL_ID, at, numbers.national(run, id), findings) : end;
            }
        }
        boolean decimal = run.at(at - 1) == '.' && Symbols.isDigit(run.at(at - 2));
        return end < 0 && digit && !decimal && rules.has(PiiKind.PHONE)
                ? tell(PiiKind.PHONE, at, numbers.phone(run, false, false), findings)
                : end;
    }

    /** With its + or parenthesis. */
    private int phone(int at, Findings findings) {
        int first = run.skipSeparators(at + 1);
        if (!rules.has(PiiKind.PHONE) || first == run.size() || Symbols.isDigit(run.at(at - 1))) {
            return -1;
        }
        numbers.read(run, first);
        boolean plus = run.at(at) == '+';
        return tell(PiiKind.PHONE, at, numbers.phone(run, plus, !plus), findings);
    }

    private int tell(PiiKind kind, int start, int end, Findings findings) {
        if (end >= 0) {
            Violation violation =
                    new Violation(kind.rule(), "There is " + kind.description(), run.from(start), run.to(end - 1));
            rules.action(kind).tell(violation, rules.mask(kind), findings);
        }
        return end;
    }
}
