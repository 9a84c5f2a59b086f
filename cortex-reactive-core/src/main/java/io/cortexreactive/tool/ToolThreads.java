package io.cortexreactive.tool;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Where tools run. Threads of their own, so that a tool which hangs keeps no timer waiting, and one that blocks keeps
 * none of the library's other work waiting.
 */
final class ToolThreads {

    private static final int MAX_WAITING = 10_000;

    private final Scheduler quick;
    private final Scheduler blocking;
    private final boolean own;

    private ToolThreads(Scheduler quick, Scheduler blocking, boolean own) {
        this.quick = quick;
        this.blocking = blocking;
        this.own = own;
    }

    static ToolThreads own(ToolConfig config) {
        return new ToolThreads(
                Schedulers.newParallel("cortex-tools", Schedulers.DEFAULT_POOL_SIZE, true),
                Schedulers.newBoundedElastic(config.blockingThreads(), MAX_WAITING, "cortex-tools-blocking", 60, true),
                true);
    }

    static ToolThreads on(Scheduler scheduler) {
        return new ToolThreads(scheduler, scheduler, false);
    }

    Scheduler of(boolean isBlocking) {
        return isBlocking ? blocking : quick;
    }

    /** Off the caller's thread: who stops a pool waits for a lock that its threads take when they end. */
    Mono<Void> close() {
        return own ? Mono.<Void>fromRunnable(this::dispose).subscribeOn(Schedulers.boundedElastic()) : Mono.empty();
    }

    private void dispose() {
        quick.dispose();
        blocking.dispose();
    }
}
