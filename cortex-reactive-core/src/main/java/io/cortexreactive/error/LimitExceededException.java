package io.cortexreactive.error;

/** Something was larger, longer or more than allowed. Raised before the excess is kept in memory. */
public final class LimitExceededException extends CortexException implements Lasting {

    private final String name;
    private final long limit;
    private final long actual;

    /**
     * @param name what is limited and in which unit, such as {@code "AWS event-stream frame, bytes"}
     * @param limit the most that is allowed
     * @param actual what was met
     */
    public LimitExceededException(String name, long limit, long actual) {
        super("limit_exceeded", name + ": the limit is " + limit + ", this is " + actual, null);
        this.name = name;
        this.limit = limit;
        this.actual = actual;
    }

    /** What is limited, with its unit. */
    public String name() {
        return name;
    }

    /** The most that is allowed. */
    public long limit() {
        return limit;
    }

    /** What was met. */
    public long actual() {
        return actual;
    }
}
