package io.cortexreactive.chat;

import java.time.Duration;

/**
 * How much a broadcaster keeps. Where there is more, the oldest messages of a channel go, and of all channels those
 * that ended first.
 *
 * @param messages of a channel
 * @param bytes of a channel, as JSON and {@value #OVERHEAD} more for each message; an item may not have more
 * @param age of a message
 * @param bytesInAll of all channels that have ended, together
 */
public record ChannelLimits(int messages, long bytes, Duration age, long bytesInAll) {

    /** 10,000 messages and 4 MiB of a channel, for an hour; 256 MiB in all. */
    public static final ChannelLimits DEFAULTS =
            new ChannelLimits(10_000, 4 * 1024 * 1024, Duration.ofHours(1), 256 * 1024 * 1024);

    /** About what a message takes that says nothing. */
    public static final long OVERHEAD = 200;

    /** @throws IllegalArgumentException if nothing could be kept */
    public ChannelLimits {
        if (messages < 1 || bytes <= OVERHEAD || age.isNegative() || age.isZero() || bytesInAll < bytes) {
            throw new IllegalArgumentException("A channel keeps one message at least, of more than " + OVERHEAD
                    + " bytes, for some time, and all channels no less than one");
        }
    }
}
