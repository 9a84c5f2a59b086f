package io.cortexreactive.schema;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Estimates how large RE2 makes a pattern, before it does. It writes out what is repeated, so that a few nested
 * repetitions of a thousand fill the memory.
 */
final class PatternSize {

    private static final long MAX = 10_000;

    /** What stands before each group that is open. */
    private final Deque<Long> outer = new ArrayDeque<>();

    private long size;
    private long last;

    private PatternSize() {}

    static void requireSane(String regex) {
        long size = new PatternSize().of(regex);
        if (size > MAX) {
            throw new UnsupportedPatternException("pattern '" + regex + "' repeats too much: " + size, null);
        }
    }

    private long of(String regex) {
        for (int i = 0; i < regex.length() && size <= MAX; i++) {
            i = take(regex, i);
        }
        while (!outer.isEmpty()) {
            size += outer.pop();
        }
        return size;
    }

    /** Takes what begins there, and tells where it ends. */
    private int take(String regex, int at) {
        switch (regex.charAt(at)) {
            case '\\' -> {
                atom(1);
                return at + 1;
            }
            case '[' -> {
                atom(1);
                return endOfClass(regex, at);
            }
            case '(' -> {
                outer.push(size);
                size = 0;
            }
            case ')' -> close();
            case '{' -> {
                return repeat(regex, at);
            }
            default -> atom(1);
        }
        return at;
    }

    private void atom(long of) {
        last = of;
        size += of;
    }

    private void close() {
        long group = size;
        size = outer.isEmpty() ? 0 : outer.pop();
        atom(group);
    }

    private int repeat(String regex, int at) {
        int end = regex.indexOf('}', at);
        if (end < 0) {
            return at;
        }
        long most = 1;
        for (String count : regex.substring(at + 1, end).split(",", -1)) {
            if (!count.isEmpty() && count.length() < 6 && count.chars().allMatch(Character::isDigit)) {
                most = Math.max(most, Long.parseLong(count));
            }
        }
        size += last * (most - 1);
        last *= most;
        return end;
    }

    private static int endOfClass(String regex, int at) {
        // A bracket right after the opening one stands for itself.
        int from = regex.startsWith("[^", at) ? at + 2 : at + 1;
        for (int i = from; i < regex.length(); i++) {
            char next = regex.charAt(i);
            if (next == '\\') {
                i++;
            } else if (next == ']' && i > from) {
                return i;
            }
        }
        return regex.length();
    }
}
