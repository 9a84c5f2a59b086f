package io.cortexreactive.durable;

import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Virtual time that outlives those who dispose of it: Reactor hands it out where somebody asks for a scheduler of their
 * own.
 */
public final class LastingTime extends VirtualTimeScheduler {

    private LastingTime() {
        super(false);
    }

    /** Makes it the time of all, until {@link VirtualTimeScheduler#reset()}. */
    public static VirtualTimeScheduler begin() {
        return getOrSet(new LastingTime());
    }

    @Override
    public void dispose() {}
}
