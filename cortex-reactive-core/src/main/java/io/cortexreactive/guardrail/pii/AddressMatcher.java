package io.cortexreactive.guardrail.pii;

/** E-mail and IP addresses. Each method gives the index behind the match, or -1. */
final class AddressMatcher {

    private static final int MAX_LOCAL = 64;
    private static final int MAX_DOMAIN = 253;
    private static final int MIN_TLD = 2;
    private static final int V4_PARTS = 4;
    private static final int V6_GROUPS = 8;
    private static final int MAX_HEX = 4;

    private AddressMatcher() {}

    /** The index at which the address around this @ begins, not before {@code least}; -1 if it has nothing there. */
    static int emailStart(PiiRun run, int at, int least) {
        int start = at;
        while (start > least && at - start < MAX_LOCAL && isLocal(run.at(start - 1))) {
            start--;
        }
        while (start < at && !Symbols.isWord(run.at(start)) && run.at(start) != '_' && run.at(start) != '+') {
            start++;
        }
        return start == at ? -1 : start;
    }

    /** @param at where the @ is */
    static int emailEnd(PiiRun run, int at) {
        int end = at + 1;
        int dot = -1;
        int best = -1;
        while (end - at <= MAX_DOMAIN && isDomain(run.at(end))) {
            if (run.at(end) == '.') {
                if (run.at(end - 1) == '.' || end == at + 1) {
                    break;
                }
                dot = end;
            }
            end++;
            if (dot >= 0 && end - dot > MIN_TLD && Symbols.isWord(run.at(end - 1)) && isLetter(run.at(dot + 1))) {
                best = end;
            }
        }
        return best;
    }

    private static boolean isLocal(byte s) {
        return Symbols.isWord(s) || s == '.' || s == '_' || s == '%' || s == '+' || s == '-' || s == '\'';
    }

    private static boolean isDomain(byte s) {
        return Symbols.isWord(s) || s == '.' || s == '-';
    }

    private static boolean isLetter(byte s) {
        return Symbols.isWord(s) && !Symbols.isDigit(s);
    }

    static int ipV4(PiiRun run, int start) {
        if (run.at(start - 1) == '.') {
            return -1;
        }
        int i = start;
        for (int part = 0; part < V4_PARTS; part++) {
            if (part > 0 && run.at(i++) != '.') {
                return -1;
            }
            int value = 0;
            int first = i;
            while (Symbols.isDigit(run.at(i)) && i - first < 3) {
                value = value * 10 + run.at(i++) - '0';
            }
            if (i == first || value > 255) {
                return -1;
            }
        }
        boolean more = Symbols.isWord(run.at(i)) || (run.at(i) == '.' && Symbols.isDigit(run.at(i + 1)));
        return more ? -1 : i;
    }

    static int ipV6(PiiRun run, int start) {
        if (run.at(start - 1) == ':') {
            return -1;
        }
        int i = start;
        int groups = 0;
        int first = i;
        boolean gap = false;
        boolean digit = false;
        while (groups < V6_GROUPS) {
            first = i;
            while (isHex(run.at(i)) && i - first < MAX_HEX) {
                digit |= Symbols.isDigit(run.at(i++));
            }
            if (i > first) {
                groups++;
            }
            if (run.at(i) != ':') {
                break;
            }
            if (run.at(i + 1) == ':') {
                if (gap) {
                    return -1;
                }
                gap = true;
                i += 2;
            } else if (i == first || !isHex(run.at(i + 1)) || groups == V6_GROUPS) {
                break;
            } else {
                i++;
            }
        }
        int v4 = run.at(i) == '.' && i > first ? ipV4(run, first) : -1;
        if (v4 >= 0) {
            // The last two groups may be written as an IPv4 address.
            groups++;
            i = v4;
        }
        boolean whole = gap ? groups > 0 && groups < V6_GROUPS : groups == V6_GROUPS;
        boolean more = Symbols.isWord(run.at(i)) || (run.at(i) == ':' && run.at(i + 1) != ' ' && isHex(run.at(i + 1)));
        return whole && !more && (digit || groups > 2) ? i : -1;
    }

    private static boolean isHex(byte s) {
        byte upper = Symbols.upper(s);
        return Symbols.isDigit(s) || (upper >= 'A' && upper <= 'F');
    }
}
