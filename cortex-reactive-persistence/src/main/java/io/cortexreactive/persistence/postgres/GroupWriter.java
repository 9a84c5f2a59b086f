package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.StoreUnavailableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Sends steps: one at once when none is under way, and those that come while one is, together in the next statement.
 * What must be sent alone does not hold up the others. Holds no thread.
 */
final class GroupWriter<I, O> {

    private static final int MOST_STEPS = 256;
    private static final long MOST_BYTES = 4L * 1024 * 1024;
    private static final int ALONE_AT_A_TIME = 8;

    private final Grouped<I, O> steps;
    private final int capacity;

    /** Guarded by itself, as what is unsettled. */
    @SuppressWarnings("JdkObsolete") // steps are taken out of the middle
    private final Queue<Waiting<I, O>> queue = new LinkedList<>();

    private int unsettled;

    private final AtomicInteger drains = new AtomicInteger();
    private volatile boolean underWay;

    GroupWriter(Grouped<I, O> steps, int capacity) {
        this.steps = steps;
        this.capacity = capacity;
    }

    private record Waiting<I, O>(I step, Sinks.One<O> answer) {}

    /** What becomes of a step, which is taken on with the subscription and goes on without its subscriber. */
    Mono<O> submit(I step) {
        return Mono.defer(() -> {
            Waiting<I, O> waiting = new Waiting<>(step, Sinks.one());
            if (!admit(waiting)) {
                return Mono.error(new StoreUnavailableException(
                        capacity + " steps wait for PostgreSQL already. This one was not sent.", null));
            }
            drain();
            return waiting.answer.asMono();
        });
    }

    private boolean admit(Waiting<I, O> waiting) {
        synchronized (queue) {
            if (unsettled >= capacity) {
                return false;
            }
            unsettled++;
            return queue.add(waiting);
        }
    }

    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            sendNext();
            seen = drains.addAndGet(-seen);
        }
    }

    private void sendNext() {
        if (underWay) {
            return;
        }
        List<Waiting<I, O>> group = nextGroup();
        if (!group.isEmpty()) {
            underWay = true;
            Database.begin(send(group).doFinally(end -> {
                underWay = false;
                drain();
            }));
        }
    }

    private List<Waiting<I, O>> nextGroup() {
        List<Waiting<I, O>> group = new ArrayList<>();
        Set<Object> targets = new HashSet<>();
        long bytes = 0;
        synchronized (queue) {
            Iterator<Waiting<I, O>> first = queue.iterator();
            while (first.hasNext() && group.size() < MOST_STEPS) {
                Waiting<I, O> next = first.next();
                bytes += steps.bytes(next.step);
                if (bytes > MOST_BYTES && !group.isEmpty()) {
                    break;
                }
                if (targets.add(steps.target(next.step))) {
                    group.add(next);
                    first.remove();
                }
            }
        }
        return group;
    }

    private Mono<Void> send(List<Waiting<I, O>> group) {
        return Mono.defer(() -> steps.together(group.stream().map(Waiting::step).toList()))
                .doOnNext(made -> settle(group, made))
                .doOnError(error -> sendAlone(group, true))
                .then();
    }

    private void settle(List<Waiting<I, O>> group, Map<Integer, Mono<O>> made) {
        List<Waiting<I, O>> rest = new ArrayList<>();
        for (int i = 0; i < group.size(); i++) {
            Waiting<I, O> waiting = group.get(i);
            Mono<O> answer = made.get(i);
            if (answer == null) {
                rest.add(waiting);
            } else {
                Database.begin(answer.doOnNext(told -> settle(waiting, told)));
            }
        }
        if (!rest.isEmpty()) {
            sendAlone(rest, false);
        }
    }

    private void sendAlone(List<Waiting<I, O>> group, boolean again) {
        Database.begin(Flux.fromIterable(group)
                .flatMap(
                        waiting -> steps.alone(waiting.step, again)
                                .doOnNext(answer -> settle(waiting, answer))
                                .doOnError(error -> fail(waiting, error))
                                .onErrorComplete(),
                        ALONE_AT_A_TIME)
                .then());
    }

    private void settle(Waiting<I, O> waiting, O answer) {
        release();
        waiting.answer.tryEmitValue(answer);
    }

    private void fail(Waiting<I, O> waiting, Throwable error) {
        release();
        waiting.answer.tryEmitError(error);
    }

    private void release() {
        synchronized (queue) {
            unsettled--;
        }
    }
}
