package io.cortexreactive.event;

import java.time.Duration;
import java.util.Deque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Daemon threads that are started only when all others are busy, up to a limit; beyond it tasks wait for whichever
 * thread is free first. So a stuck task costs one thread, and delays none of those that a fixed assignment would have
 * put behind it. Handing over a task takes no lock, as that of a {@code ThreadPoolExecutor} does.
 *
 * <p>Waking a thread costs the one who hands over more than most tasks do. So a thread that has run out of tasks may
 * take a nap first, after which it looks again by itself, and nobody is woken meanwhile.
 *
 * <p>No task is left lying: who adds one looks for a napping or idle thread afterwards, and a thread says that it is
 * idle, or naps no longer, before it looks for tasks a last time.
 */
final class EventThreads implements Executor {

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final int limit;
    private final long napNanos;
    private final long idleNanos;
    private final ThreadFactory factory;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Deque<Thread> idle = new ConcurrentLinkedDeque<>();
    private final AtomicReference<@Nullable Thread> napping = new AtomicReference<>();
    private final Set<Thread> alive = ConcurrentHashMap.newKeySet();
    private final AtomicInteger started = new AtomicInteger();
    private volatile boolean ending;

    EventThreads(String name, int limit) {
        this(name, limit, Duration.ZERO);
    }

    /** @param nap how long a task may wait when a thread has just run out of tasks; zero for no nap */
    EventThreads(String name, int limit, Duration nap) {
        this(limit, nap, IDLE, named(name));
    }

    EventThreads(int limit, Duration nap, Duration idle, ThreadFactory factory) {
        this.limit = limit;
        this.napNanos = nap.toNanos();
        this.idleNanos = idle.toNanos();
        this.factory = factory;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + '-' + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Never waits and never fails: where the system gives no further thread, the task waits for one that exists. */
    @Override
    public void execute(Runnable task) {
        waiting.add(task);
        if (napping.get() == null) {
            callForHelp();
        }
    }

    /** Ends a nap, for a task that must not wait for it. */
    void hurry() {
        Thread sleeper = napping.get();
        if (sleeper != null && napping.compareAndSet(sleeper, null)) {
            LockSupport.unpark(sleeper);
        }
    }

    /** Puts a running task behind those that wait; false if none do, and the task should just go on. */
    boolean yieldTo(Runnable task) {
        return !waiting.isEmpty() && waiting.add(task);
    }

    /** Lets the threads finish what they were given, and end. */
    void end() {
        ending = true;
        hurry();
        for (Thread sleeper = idle.poll(); sleeper != null; sleeper = idle.poll()) {
            LockSupport.unpark(sleeper);
        }
    }

    /** Interrupts what runs, forgets what waits, and ends the threads. */
    void endNow() {
        waiting.clear();
        end();
        alive.forEach(Thread::interrupt);
    }

    private void callForHelp() {
        Thread sleeper = idle.poll();
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        } else if (started.getAndUpdate(count -> Math.min(count + 1, limit)) < limit) {
            start();
        }
    }

    private void start() {
        try {
            factory.newThread(this::live).start();
        } catch (OutOfMemoryError noThread) {
            started.decrementAndGet();
        }
    }

    private void live() {
        alive.add(Thread.currentThread());
        try {
            work();
        } finally {
            alive.remove(Thread.currentThread());
            started.decrementAndGet();
            if (!waiting.isEmpty()) {
                callForHelp();
            }
        }
    }

    private void work() {
        do {
            for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
                task.run();
            }
        } while (!ending && (nap() || mayBeNeededAgain()));
    }

    /** Sleeps for a moment, and lets others help with what has come meanwhile; false if that is nothing. */
    private boolean nap() {
        Thread self = Thread.currentThread();
        if (napNanos == 0 || !napping.compareAndSet(null, self)) {
            return false;
        }
        forgetInterruptOfATask();
        if (waiting.isEmpty() && !ending) {
            LockSupport.parkNanos(this, napNanos);
        }
        napping.compareAndSet(self, null);
        waiting.stream().skip(1).forEach(task -> callForHelp());
        return !waiting.isEmpty();
    }

    /** Sleeps; false if for so long that this thread should end. */
    private boolean mayBeNeededAgain() {
        forgetInterruptOfATask();
        long since = System.nanoTime();
        idle.push(Thread.currentThread());
        if (waiting.isEmpty() && !ending) {
            LockSupport.parkNanos(this, idleNanos);
        }
        boolean called = !idle.remove(Thread.currentThread());
        return called || System.nanoTime() - since < idleNanos;
    }

    private static void forgetInterruptOfATask() {
        Thread.interrupted();
    }
}
