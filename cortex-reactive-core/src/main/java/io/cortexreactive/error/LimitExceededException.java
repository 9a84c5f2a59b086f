package io.cortexreactive.error;

import org.jspecify.annotations.Nullable;

/** Something was larger, longer or more than allowed. Raised before the excess is kept in memory. */
public final class LimitExceededException extends CortexException implements Lasting {

    private final String name;
    private final long limit;
    private final long actual;
    private final @Nullable String requestId;

    /**
     * @param name what is limited and in which unit, such as {@code "AWS event-stream frame, bytes"}
     * @param limit the most that is allowed
     * @param actual what was met
     */
    public LimitExceededException(String name, long limit, long actual) {
        this(name, limit, actual, null, null);
    }

    private LimitExceededException(
            String name, long limit, long actual, @Nullable String requestId, @Nullable Throwable cause) {
        super("limit_exceeded", name + ": the limit is " + limit + ", this is " + actual, cause);
        this.name = name;
        this.limit = limit;
        this.actual = actual;
        this.requestId = requestId;
    }

    /** This, with the id that a service gave the request in whose answer it was met. */
    public LimitExceededException inRequest(String id) {
        return new LimitExceededException(name, limit, actual, id, this);
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

    /** The id that a service gave the request in whose answer it was met; null if it was in none, or has no id. */
    public @Nullable String requestId() {
        return requestId;
    }
}
