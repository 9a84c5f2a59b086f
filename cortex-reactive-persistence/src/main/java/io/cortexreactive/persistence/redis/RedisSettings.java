package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.StoreFailedException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How a store uses Redis.
 *
 * @param prefix what all its keys begin with, between braces: a store lives in one slot. Letters, digits, {@code .},
 *     {@code _} and {@code -}
 * @param commandTimeout how long an answer may take
 * @param requests the most that may wait for an answer; more are refused
 * @param retention how long runs are kept that have ended
 * @param keepNotices how long notices are kept that nobody takes off
 */
public record RedisSettings(
        String prefix, Duration commandTimeout, int requests, Duration retention, Duration keepNotices) {

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** @throws StoreFailedException if the prefix is none, or a number is not positive */
    public RedisSettings {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new StoreFailedException(
                    "A prefix has 1 to 64 letters, digits, dots, underscores and hyphens.", null);
        }
        if (isNothing(commandTimeout) || isNothing(keepNotices) || requests < 1 || retention.isNegative()) {
            throw new StoreFailedException(
                    "A store needs some time for an answer and for notices, and room for a request; retention is not"
                            + " negative.",
                    null);
        }
    }

    private static boolean isNothing(Duration time) {
        return time.isNegative() || time.isZero();
    }

    /** Keys below {@code cortex}, 5 seconds, 10,000 requests, 7 days, 1 hour. */
    public static RedisSettings defaults() {
        return new RedisSettings("cortex", Duration.ofSeconds(5), 10_000, Duration.ofDays(7), Duration.ofHours(1));
    }

    /** With another prefix. */
    public RedisSettings withPrefix(String value) {
        return new RedisSettings(value, commandTimeout, requests, retention, keepNotices);
    }

    /** With another timeout of commands. */
    public RedisSettings withCommandTimeout(Duration value) {
        return new RedisSettings(prefix, value, requests, retention, keepNotices);
    }

    /** With another bound of requests. */
    public RedisSettings withRequests(int value) {
        return new RedisSettings(prefix, commandTimeout, value, retention, keepNotices);
    }

    /** With another retention. */
    public RedisSettings withRetention(Duration value) {
        return new RedisSettings(prefix, commandTimeout, requests, value, keepNotices);
    }

    /** With notices kept for another time. */
    public RedisSettings withKeepNotices(Duration value) {
        return new RedisSettings(prefix, commandTimeout, requests, retention, value);
    }

    /** The hash tag that begins each key. */
    String tag() {
        return "{" + prefix + "}";
    }
}
