package io.cortexreactive.event;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Daemon threads that are started only when all others are busy, up to a limit; beyond it tasks wait for whichever
 * thread is free first. So a stuck task costs one thread, and not the tasks that a fixed assignment would have put
 * behind it. Handing over a task takes no lock where a thread is idle.
 */
final class EventThreads implements Executor {

    private static final long IDLE_SECONDS = 30;

    private final LinkedTransferQueue<Runnable> waiting = new IdleFirstQueue();
    private final ThreadPoolExecutor pool;

    EventThreads(String name, int limit) {
        this(limit, named(name));
    }

    EventThreads(int limit, ThreadFactory factory) {
        pool = new ThreadPoolExecutor(
                1, limit, IDLE_SECONDS, TimeUnit.SECONDS, waiting, factory, (task, full) -> waiting.put(task));
    }

    /** Never fails: where the system gives no further thread, the task waits for one of those that exist. */
    @Override
    public void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (OutOfMemoryError noThread) {
            waiting.put(task);
        }
    }

    /** Puts a running task behind those that wait; false if none do, and the task should just go on. */
    boolean yieldTo(Runnable task) {
        return !waiting.isEmpty() && waiting.add(task);
    }

    /** Lets the threads finish what they were given, and end. */
    void end() {
        pool.shutdown();
    }

    /** Interrupts what runs, forgets what waits, and ends the threads. */
    void endNow() {
        pool.shutdownNow();
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + '-' + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Takes a task only while a thread waits for one; otherwise the pool starts a thread, if it may. */
    private static final class IdleFirstQueue extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }
}
