package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.StoreFailedException;
import io.lettuce.core.RedisCommandExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a server keeps what it is given. */
final class ServerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

    private static final String POLICY = "maxmemory_policy:";
    private static final String NO_EVICTION = "noeviction";

    private ServerCheck() {}

    /** Why it is not fit; null if it is. It is asked by INFO, which also works where CONFIG is forbidden. */
    static @Nullable Throwable verdict(@Nullable String info, @Nullable Throwable error) {
        if (error instanceof RedisCommandExecutionException refused) {
            return new StoreFailedException(
                    "Redis does not tell whether it keeps what it is given: " + refused.getMessage()
                            + ". Let this user run INFO.",
                    refused);
        }
        return error != null ? error : unfit(String.valueOf(info));
    }

    private static @Nullable Throwable unfit(String info) {
        String policy = info.lines()
                .filter(line -> line.startsWith(POLICY))
                .map(line -> line.substring(POLICY.length()).strip())
                .findFirst()
                .orElse("unknown");
        if (!policy.equals(NO_EVICTION)) {
            return new StoreFailedException(
                    "Redis would throw away runs when its memory is full: its maxmemory-policy is '" + policy
                            + "'. Set it to 'noeviction'.",
                    null);
        }
        if (info.lines().noneMatch(line -> line.strip().equals("aof_enabled:1"))) {
            LOG.warn("Redis has no append-only file: what was done since its last snapshot is lost when it crashes."
                    + " Set 'appendonly yes'.");
        }
        return null;
    }
}
