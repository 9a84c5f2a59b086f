package io.cortexreactive.agent.queue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor's own timer, whose clock a test may put forward. Neither timers nor leases notice: these go by nanoseconds,
 * which stay as they are.
 */
final class ShiftedClock implements Scheduler {

    private final Scheduler timer = Schedulers.parallel();
    private final AtomicLong millis = new AtomicLong();

    void pass(Duration time) {
        millis.addAndGet(time.toMillis());
    }

    @Override
    public long now(TimeUnit unit) {
        return timer.now(unit) + (unit == TimeUnit.MILLISECONDS ? millis.get() : 0);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return timer.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return timer.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return timer.schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return timer.createWorker();
    }
}
