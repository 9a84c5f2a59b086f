package io.cortexreactive.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** When a run can be taken, and who has it until when. Guarded by the lock of its log. */
final class KeptTurn {

    private @Nullable String owner;
    private @Nullable Duration nodeTimeout;
    private @Nullable Instant nodeDeadline;

    /** Of a pending run; null while it waits until a run of its own has ended. */
    private @Nullable Instant availableAt;

    /** Whether a pending run must be woken before it can be claimed. */
    private boolean parked;

    /** @param nodeTimeout of the first node */
    KeptTurn(Instant availableAt, @Nullable Duration nodeTimeout) {
        this.availableAt = availableAt;
        this.nodeTimeout = nodeTimeout;
    }

    Instant availableAt() {
        return availableAt == null ? Instant.MAX : availableAt;
    }

    boolean isOpen(Instant now) {
        return !parked && isOver(availableAt, now);
    }

    boolean isDue(Instant now) {
        return parked && isOver(availableAt, now);
    }

    @Nullable
    String owner() {
        return owner;
    }

    boolean isOpenEnded() {
        return availableAt == null;
    }

    void take(String worker, Instant now) {
        owner = worker;
        beginNode(now);
    }

    /** How long the node may take that comes next. */
    void allow(@Nullable Duration timeout) {
        nodeTimeout = timeout;
    }

    void beginNode(Instant now) {
        nodeDeadline = after(nodeTimeout, now);
    }

    /** Out of its owner's hands; a pending run can be claimed at once. */
    void giveBack(Instant now) {
        owner = null;
        nodeDeadline = null;
        wake(now);
    }

    void wake(Instant now) {
        parked = false;
        availableAt = now;
    }

    /** @param delay null until a run of its own has ended */
    void putOff(@Nullable Duration delay, Instant now) {
        availableAt = after(delay, now);
        parked = delay == null || delay.compareTo(Duration.ZERO) > 0;
    }

    /** Whether nobody has it who lives, or its node hangs. */
    boolean isLost(Predicate<String> lives, Instant now) {
        return owner == null || !lives.test(owner) || isOver(nodeDeadline, now);
    }

    static @Nullable Instant after(@Nullable Duration time, Instant now) {
        return time == null ? null : now.plus(time);
    }

    static boolean isOver(@Nullable Instant until, Instant now) {
        return until != null && !now.isBefore(until);
    }
}
