package io.cortexreactive.chat;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.Tenancy;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One publication, and who waits for it. Its messages are numbered from 1. Guarded by the lock of its
 * {@link InMemoryBroadcaster}.
 */
final class ChannelLog {

    private static final char BEFORE_NUMBER = '-';

    private final ChannelKey key;
    private final ChannelLimits limits;

    /** Tells its ids from those of the publications before and after. */
    private final String publication = Tenancy.newCorrelationId();

    private final Map<Long, Kept> kept = new HashMap<>();
    private final Signals messages = new Signals();
    private final Signals joins = new Signals();
    private long latest;
    private long bytes;
    private boolean begun;
    private boolean ended;
    private int followers;

    private record Kept(ChannelMessage message, long bytes, Instant at) {}

    ChannelLog(ChannelKey key, ChannelLimits limits) {
        this.key = key;
        this.limits = limits;
    }

    ChannelKey key() {
        return key;
    }

    /** What all that is kept counts. */
    long bytes() {
        return bytes;
    }

    /** Whether somebody publishes. */
    boolean isOpen() {
        return begun && !ended;
    }

    boolean hasEnded() {
        return ended;
    }

    void begin() {
        begun = true;
    }

    void add(@Nullable Object item, long size, Instant now) {
        keep(ChannelMessage.of(id(latest + 1), item), size, now);
    }

    void end(@Nullable ErrorInfo error, Instant now) {
        ended = true;
        keep(ChannelMessage.end(id(latest + 1), error), ChannelLimits.OVERHEAD, now);
    }

    private void keep(ChannelMessage message, long size, Instant now) {
        latest++;
        kept.put(latest, new Kept(message, size, now));
        bytes += size;
        trim(now);
        messages.tell();
    }

    private void trim(Instant now) {
        Instant tooOld = now.minus(limits.age());
        for (Kept oldest = kept.get(oldest());
                oldest != null && (exceeds() || !oldest.at().isAfter(tooOld));
                oldest = kept.get(oldest())) {
            kept.remove(oldest());
            bytes -= oldest.bytes();
        }
    }

    private boolean exceeds() {
        return kept.size() > limits.messages() || bytes > limits.bytes();
    }

    /** The number of the oldest message that is kept. */
    private long oldest() {
        return latest - kept.size() + 1;
    }

    /** Gives it up. Who is still behind will see. */
    void clear() {
        kept.clear();
        bytes = 0;
        joins.tell();
    }

    /** Whether nothing is left of it. */
    boolean isOver(Instant now) {
        trim(now);
        return ended && kept.isEmpty();
    }

    /** Whether nobody needs it. */
    boolean isUnused() {
        return !begun && followers == 0 && joins.isEmpty();
    }

    /** The number of a message that there is or was. */
    long number(@Nullable String id) {
        if (id == null) {
            return 0;
        }
        long number = parse(id.substring(id.lastIndexOf(BEFORE_NUMBER) + 1));
        if (number > latest || !id(number).equals(id)) {
            throw new UnknownMessageException(key.channel());
        }
        return number;
    }

    private static long parse(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException garbage) {
            return Long.MAX_VALUE;
        }
    }

    private String id(long number) {
        return publication + BEFORE_NUMBER + number;
    }

    /** The message behind another; null if it has not come. */
    @Nullable
    ChannelMessage after(long number, Instant now) {
        trim(now);
        if (number < latest && number + 1 < oldest()) {
            throw new ChannelTrimmedException(key.channel(), kept.isEmpty() ? null : id(oldest() - 1));
        }
        Kept next = kept.get(number + 1);
        return next == null ? null : next.message();
    }

    /** Told of each message. */
    Signals messages() {
        return messages;
    }

    /** Told when somebody begins or ends to follow, and when the log is given up. */
    Signals joins() {
        return joins;
    }

    int followers() {
        return followers;
    }

    void join() {
        followers++;
        joins.tell();
    }

    void leave() {
        followers--;
        joins.tell();
    }
}
