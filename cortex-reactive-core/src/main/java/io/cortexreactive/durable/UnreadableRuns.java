package io.cortexreactive.durable;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs that a store cannot read, and leaves out so that others go on. Each is logged once, as long as it is one of the
 * latest thousand. Thread-safe.
 */
public final class UnreadableRuns {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRuns.class);
    private static final int MOST_KNOWN = 1_000;

    private final Set<RunKey> known = new LinkedHashSet<>();
    private final AtomicLong count = new AtomicLong();

    /** Logs a run, unless it was before. */
    public void add(RunKey run, CorruptStateException why) {
        if (isNew(run)) {
            count.incrementAndGet();
            LOG.warn(
                    "Run '{}' of tenant '{}' cannot be read, and is left aside: {}",
                    run.runId(),
                    run.tenantId(),
                    why.getMessage(),
                    why);
        }
    }

    /** How many were logged. */
    public long count() {
        return count.get();
    }

    private synchronized boolean isNew(RunKey run) {
        if (known.size() == MOST_KNOWN && !known.contains(run)) {
            known.remove(known.iterator().next());
        }
        return known.add(run);
    }
}
