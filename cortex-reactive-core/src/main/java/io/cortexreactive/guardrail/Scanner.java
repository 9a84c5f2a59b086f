package io.cortexreactive.guardrail;

/**
 * Reads one text piece by piece and tells what it finds, the same however the text is cut: also inside a surrogate
 * pair. Work and memory must not grow with what it has read before. One thread at a time.
 */
public interface Scanner {

    /**
     * Reads on.
     *
     * @param more the next piece
     * @param findings told in order; they do not overlap, and end at what is returned or before
     * @return how many characters of the whole text so far are decided: nothing that is found later begins before
     */
    int scan(String more, Findings findings);

    /** The text has ended, so all of it is decided. */
    void end(Findings findings);

    /**
     * Whether a character shows nothing, such as a zero-width space, a direction mark or a tag. Scanners should read as
     * if it were not there, since people do.
     */
    static boolean isInvisible(int codePoint) {
        if (codePoint < 0xAD) {
            return false;
        }
        int type = Character.getType(codePoint);
        return type == Character.FORMAT
                || codePoint == 0x034F // combining grapheme joiner
                || codePoint == 0x115F // Hangul fillers
                || codePoint == 0x1160
                || codePoint == 0x3164
                || codePoint == 0xFFA0
                || (codePoint >= 0x17B4 && codePoint <= 0x17B5)
                || (codePoint >= 0x180B && codePoint <= 0x180F)
                || (codePoint >= 0x2060 && codePoint <= 0x206F)
                || (codePoint >= 0xFE00 && codePoint <= 0xFE0F) // variation selectors
                || (codePoint >= 0xFFF0 && codePoint <= 0xFFF8)
                || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF); // tags, more selectors
    }

    /** Where a scanner tells what it finds. */
    interface Findings {

        /** The text goes on as it is. */
        void report(Violation violation);

        /** Goes on as something else. */
        void mask(Violation violation, String replacement);

        /** Nothing goes on. What is told after this does not count. */
        void block(Violation violation);
    }
}
