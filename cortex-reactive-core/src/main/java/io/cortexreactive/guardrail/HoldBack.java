package io.cortexreactive.guardrail;

/**
 * How much of a stream a guardrail without a scanner must see at once.
 *
 * @param size in characters; 0 for the whole text
 */
public record HoldBack(int size) {

    /** A window of twice as many is a lot of text to have in memory. */
    private static final int MOST = HeldText.LIMIT / 4;

    private static final HoldBack WHOLE = new HoldBack(0);

    public HoldBack {
        if (size < 0 || size > MOST) {
            throw new IllegalArgumentException("From 0 to " + MOST + " characters are held back, not " + size);
        }
    }

    /**
     * The last characters of a stream wait. The text is checked in windows of twice as many, each of which begins with
     * what the one before held back. So whatever is no longer than this is seen whole by at least one check, and only
     * then released.
     *
     * @param n from 1 to 262,144
     */
    public static HoldBack chars(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("At least one character is held back, not " + n);
        }
        return new HoldBack(n);
    }

    /** Nothing is released before the text has ended. */
    public static HoldBack whole() {
        return WHOLE;
    }

    /** Whether the text has to end first. */
    public boolean isWhole() {
        return size == 0;
    }
}
