package io.cortexreactive.resilience;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Places for calls. Who finds none waits in line; whoever leaves hands the place to the first in line. Thread-safe. */
final class Bulkhead extends Part {

    private final Object service;
    private final BulkheadPolicy policy;
    private final Scheduler timer;
    private final AtomicInteger free;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Queue<Place> line = new ConcurrentLinkedQueue<>();
    private final Set<Thread> serving = ConcurrentHashMap.newKeySet();

    Bulkhead(Object service, BulkheadPolicy policy, Scheduler timer) {
        this.service = service;
        this.policy = policy;
        this.timer = timer;
        free = new AtomicInteger(policy.maxConcurrent());
    }

    <T> Flux<T> protect(Flux<T> call) {
        return Flux.usingWhen(
                Mono.fromSupplier(Place::new),
                place -> enter(place).thenMany(call),
                place -> Mono.fromRunnable(place::leave));
    }

    private Mono<Void> enter(Place place) {
        return Mono.defer(() -> {
            if (take()) {
                place.give();
                return Mono.empty();
            }
            if (waiting.getAndUpdate(count -> Math.min(count + 1, policy.maxWaiting())) >= policy.maxWaiting()) {
                return Mono.error(new BulkheadFullException(service, policy));
            }
            return queue(place);
        });
    }

    private Mono<Void> queue(Place place) {
        line.add(place);
        serveLine();
        return place.given
                .asMono()
                .timeout(policy.maxWait(), Mono.error(() -> new BulkheadFullException(service, policy)), timer)
                .doFinally(signal -> waiting.decrementAndGet());
    }

    /** Only by calls under way. */
    @Override
    public boolean holdsBack() {
        return false;
    }

    private boolean take() {
        return free.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    private void free() {
        free.incrementAndGet();
        serveLine();
    }

    /**
     * Who adds to the line or frees a place looks afterwards, so that neither is left over. A call may end while it is
     * given its place: then the loop further up the stack looks again, so a long line does not make a deep stack. Not a
     * counter for all threads, because then a consumer that is slow on one thread would keep the whole line waiting.
     */
    private void serveLine() {
        Thread here = Thread.currentThread();
        if (!serving.add(here)) {
            return;
        }
        try {
            giveFreePlaces();
        } finally {
            serving.remove(here);
        }
    }

    private void giveFreePlaces() {
        while (!line.isEmpty() && take()) {
            Place first = line.poll();
            if (first == null || !first.give()) {
                free.incrementAndGet();
            }
        }
    }

    /** One call's place, before it has it, while and after. */
    private final class Place {

        private final Sinks.Empty<Void> given = Sinks.empty();
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

        /** False if the call has gone already. */
        boolean give() {
            boolean stillThere = state.compareAndSet(State.WAITING, State.INSIDE);
            if (stillThere) {
                given.tryEmitEmpty();
            }
            return stillThere;
        }

        void leave() {
            State before = state.getAndSet(State.GONE);
            if (before == State.INSIDE) {
                free();
            } else if (before == State.WAITING) {
                line.remove(this);
            }
        }
    }

    private enum State {
        WAITING,
        INSIDE,
        GONE
    }
}
