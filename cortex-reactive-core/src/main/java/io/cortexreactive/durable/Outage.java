package io.cortexreactive.durable;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs once that a store answers no more, which is asked again and again, and once that it does so again. Thread-safe.
 */
final class Outage {

    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

    private final String whom;
    private final AtomicBoolean away = new AtomicBoolean();

    /** @param whom who asks */
    Outage(String whom) {
        this.whom = whom;
    }

    void missed(Throwable error) {
        if (away.compareAndSet(false, true)) {
            LOG.warn("The store does not answer {}; asking again: {}", whom, error.toString());
        } else {
            LOG.debug("The store still does not answer {}: {}", whom, error.toString());
        }
    }

    void answered() {
        if (away.get() && away.compareAndSet(true, false)) {
            LOG.info("The store answers {} again", whom);
        }
    }
}
