package io.cortexreactive.durable;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Counts what a worker has under way: runs, and questions to the store that may give it some. Once it drains, nothing
 * is added that a wait for the end could miss. Thread-safe.
 */
final class Drain {

    private int open;
    private int waits;
    private boolean over;
    private volatile boolean on;
    private Sinks.Empty<Void> idle = Sinks.empty();

    /** Whether nothing new is to be begun: since the worker began to leave, until it is to work again. */
    boolean isOn() {
        return on;
    }

    /** Adds something unless this is on; whether it did. */
    synchronized boolean enter() {
        if (!on) {
            open++;
        }
        return !on;
    }

    /** Adds something that cannot be refused. */
    synchronized void add() {
        open++;
    }

    /** Something has ended. */
    void done() {
        Sinks.Empty<Void> told;
        synchronized (this) {
            open--;
            if (open > 0) {
                return;
            }
            told = idle;
            idle = Sinks.empty();
        }
        told.tryEmitEmpty();
    }

    /** Completes once nothing is under way. */
    synchronized Mono<Void> idle() {
        return open == 0 ? Mono.empty() : idle.asMono();
    }

    /** Somebody begins to wait for the worker to have left. */
    synchronized void begin() {
        waits++;
        over = true;
        on = true;
    }

    /** The same has ended. */
    synchronized void end() {
        waits--;
        on = over || waits > 0;
    }

    /** Work is to be taken again, as soon as nobody waits for the worker to have left. */
    synchronized void resume() {
        over = false;
        on = waits > 0;
    }
}
