package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.StoreFailedException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a store uses Redis.
 *
 * @param prefix what all its keys begin with, between braces: a store lives in one slot. Letters, digits, {@code .},
 *     {@code _} and {@code -}
 * @param commandTimeout how long an answer may take
 * @param requests the most that may wait for an answer; more are refused
 * @param retention how long runs are kept that have ended
 * @param keepNotices how long notices are kept that nobody takes off
 * @param keepPaused how long runs may be paused before they are cancelled; null for as long as they like
 */
public record RedisSettings(
        String prefix,
        Duration commandTimeout,
        int requests,
        Duration retention,
        Duration keepNotices,
        @Nullable Duration keepPaused) {

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** @throws StoreFailedException if the prefix is none, or a number is not positive */
    public RedisSettings {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new StoreFailedException(
                    "A prefix has 1 to 64 letters, digits, dots, underscores and hyphens.", null);
        }
        boolean givesUpAtOnce = keepPaused != null && isNothing(keepPaused);
        if (isNothing(commandTimeout)
                || isNothing(keepNotices)
                || givesUpAtOnce
                || requests < 1
                || retention.isNegative()) {
            throw new StoreFailedException(
                    "A store needs some time for an answer, for notices and for pauses, and room for a request; retention is not"
                            + " negative.",
                    null);
        }
    }

    private static boolean isNothing(Duration time) {
        return time.isNegative() || time.isZero();
    }

    /** Keys below {@code cortex}, 5 seconds, 10,000 requests, 7 days, 1 hour. */
    public static RedisSettings defaults() {
        return new RedisSettings(
                "cortex", Duration.ofSeconds(5), 10_000, Duration.ofDays(7), Duration.ofHours(1), null);
    }

    /** With another prefix. */
    public RedisSettings withPrefix(String value) {
        return new RedisSettings(value, commandTimeout, requests, retention, keepNotices, keepPaused);
    }

    /** With another timeout of commands. */
    public RedisSettings withCommandTimeout(Duration value) {
        return new RedisSettings(prefix, value, requests, retention, keepNotices, keepPaused);
    }

    /** With another bound of requests. */
    public RedisSettings withRequests(int value) {
        return new RedisSettings(prefix, commandTimeout, value, retention, keepNotices, keepPaused);
    }

    /** With another retention. */
    public RedisSettings withRetention(Duration value) {
        return new RedisSettings(prefix, commandTimeout, requests, value, keepNotices, keepPaused);
    }

    /** With notices kept for another time. */
    public RedisSettings withKeepNotices(Duration value) {
        return new RedisSettings(prefix, commandTimeout, requests, retention, value, keepPaused);
    }

    /** With runs cancelled that are paused for longer. */
    public RedisSettings withKeepPaused(Duration value) {
        return new RedisSettings(prefix, commandTimeout, requests, retention, keepNotices, value);
    }

    /** The hash tag that begins each key of something of its own. */
    String tagOf(String what) {
        return "{" + prefix + "." + what + "}";
    }

    /** The hash tag that begins each key. */
    String tag() {
        return "{" + prefix + "}";
    }
}
