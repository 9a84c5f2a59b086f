package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/** One part of a policy at work, with what it remembers, and the calls under way that rely on it. */
abstract class Part implements Recent.Value {

    private final AtomicInteger calls = new AtomicInteger();

    final void enter() {
        calls.incrementAndGet();
    }

    final void leave() {
        calls.decrementAndGet();
    }

    @Override
    public final boolean inUse() {
        return calls.get() > 0;
    }
}
