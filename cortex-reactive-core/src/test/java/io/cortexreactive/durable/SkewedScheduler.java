package io.cortexreactive.durable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** Counts time as another one does, in a process whose clock is not the store's. */
public final class SkewedScheduler implements Scheduler {

    private final Scheduler time;
    private volatile Duration ahead;

    /** @param ahead how far the clock is ahead */
    public SkewedScheduler(Scheduler time, Duration ahead) {
        this.time = time;
        this.ahead = ahead;
    }

    /** Puts the clock so far ahead from now on. */
    public void set(Duration value) {
        ahead = value;
    }

    /** The clock, or what no clock changes: as Reactor's own. */
    @Override
    public long now(TimeUnit unit) {
        return unit.compareTo(TimeUnit.MILLISECONDS) < 0 ? time.now(unit) : time.now(unit) + unit.convert(ahead);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return time.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return time.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long first, long period, TimeUnit unit) {
        return time.schedulePeriodically(task, first, period, unit);
    }

    @Override
    public Worker createWorker() {
        return time.createWorker();
    }
}
