package io.cortexreactive.event;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets one thread at a time do work that any thread may ask for, without anybody waiting. Who asks first does the work
 * or hands it on; who asks meanwhile leaves a mark, and the work is gone through once more.
 */
final class Baton {

    private static final int FREE = 0;
    private static final int HELD = 1;
    private static final int ASKED_AGAIN = 2;

    private final AtomicInteger state = new AtomicInteger(FREE);

    /** Call after adding work. True if the caller now holds the baton and must see to it that the work is done. */
    boolean ask() {
        return state.get() != ASKED_AGAIN && state.getAndSet(ASKED_AGAIN) == FREE;
    }

    /** Call before each look for work. */
    void begin() {
        state.set(HELD);
    }

    /** Call when no work was found. False if somebody asked meanwhile: then the baton is still held. */
    boolean release() {
        return state.compareAndSet(HELD, FREE);
    }
}
