package io.cortexreactive.memory;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;

/** Tells the time of a scheduler. */
final class VirtualClock extends Clock {

    private final Scheduler time;

    VirtualClock(Scheduler time) {
        this.time = time;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS));
    }
}
