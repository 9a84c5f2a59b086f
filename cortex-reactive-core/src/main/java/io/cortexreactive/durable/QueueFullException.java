package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/** So many runs of a queue wait that another one was refused. Nothing of it is kept. */
public final class QueueFullException extends CortexException implements Transient {

    private final String queue;
    private final int limit;

    /** Says how many wait at least: nobody counts further than the limit. */
    public QueueFullException(String queue, int limit) {
        super(
                "queue_full",
                "In the queue '" + queue + "', " + limit + " runs or more wait, and its limit is " + limit
                        + ". Begin the run again later, add workers, or raise the limit.",
                null);
        this.queue = queue;
        this.limit = limit;
    }

    /** Which queue. */
    public String queue() {
        return queue;
    }

    /** How many may wait. */
    public int limit() {
        return limit;
    }
}
