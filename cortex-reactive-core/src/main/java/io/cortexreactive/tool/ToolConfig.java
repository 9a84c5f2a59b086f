package io.cortexreactive.tool;

import java.time.Duration;
import reactor.core.scheduler.Schedulers;

/**
 * How tools are run.
 *
 * @param timeout how long a tool may take that does not say so itself
 * @param maxConcurrent how many calls of one batch run at a time
 * @param blockingThreads how many tools that block run at a time, over all batches; more wait, within their timeout
 */
public record ToolConfig(Duration timeout, int maxConcurrent, int blockingThreads) {

    /** 30 s, 16 calls of a batch, and ten threads for each processor. */
    public static final ToolConfig DEFAULTS =
            new ToolConfig(Duration.ofSeconds(30), 16, Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE);

    public ToolConfig {
        require(!timeout.isZero() && !timeout.isNegative(), "timeout", timeout);
        require(maxConcurrent > 0, "maxConcurrent", maxConcurrent);
        require(blockingThreads > 0, "blockingThreads", blockingThreads);
    }

    private static void require(boolean fine, String setting, Object value) {
        if (!fine) {
            throw new ToolConfigurationException(setting + " of tools must be positive, and is " + value);
        }
    }

    /** This, with another timeout. */
    public ToolConfig withTimeout(Duration value) {
        return new ToolConfig(value, maxConcurrent, blockingThreads);
    }

    /** This, with another number of calls at a time. */
    public ToolConfig withMaxConcurrent(int value) {
        return new ToolConfig(timeout, value, blockingThreads);
    }
}
