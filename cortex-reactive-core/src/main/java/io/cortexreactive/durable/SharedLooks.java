package io.cortexreactive.durable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Looks whether others have come further with runs, for all who wait for that here: for all of these runs at once, one
 * look after the other, and only while anybody waits. Thread-safe.
 */
final class SharedLooks {

    /** Runs that one step asks for. */
    private static final int AT_ONCE = 1_000;

    private final RunLog log;
    private final Worker worker;
    private final Rounds rounds;

    /** Guarded by this, as all below. */
    private final Map<RunKey, Set<Waiting>> waiting = new HashMap<>();

    private boolean looking;

    SharedLooks(RunLog log, Worker worker, Rounds rounds) {
        this.log = log;
        this.worker = worker;
        this.rounds = rounds;
    }

    /**
     * Completes when there is more of a run than was seen, or nothing more will come. It is a
     * {@link StoreUnavailableException} with the run's id when the store has not answered for
     * {@link Worker#patience()}.
     *
     * @param seen the sequence up to which the journal was read
     */
    Mono<Void> news(RunKey key, int seen) {
        return Mono.using(() -> join(key, seen), waiter -> waiter.told.asMono(), this::leave);
    }

    private Waiting join(RunKey key, int seen) {
        Waiting waiter = new Waiting(key, seen);
        boolean first;
        synchronized (this) {
            waiting.computeIfAbsent(key, unknown -> new HashSet<>()).add(waiter);
            first = !looking;
            looking = true;
        }
        if (first) {
            Patience patience = new Patience(worker, rounds, key);
            worker.background(
                    Mono.defer(() -> look(patience)).repeat(this::isWaitedFor).then());
        }
        return waiter;
    }

    private synchronized void leave(Waiting waiter) {
        waiting.computeIfPresent(waiter.key, (key, all) -> {
            all.remove(waiter);
            return all.isEmpty() ? null : all;
        });
    }

    private synchronized boolean isWaitedFor() {
        looking = !waiting.isEmpty();
        return looking;
    }

    private Mono<Void> look(Patience patience) {
        return patience.rest(Mono.never())
                .thenMany(Flux.defer(() -> Flux.fromIterable(seen())))
                .concatMap(seen -> log.changed(seen).doOnNext(key -> tell(key, seen.getOrDefault(key, -1))))
                .then(Mono.fromRunnable(patience::answered))
                .onErrorResume(error -> Mono.fromRunnable(() -> failed(error, patience)))
                .then();
    }

    /** How far the one that is least far has seen each run; of those that are worked on here, each step is told. */
    private synchronized List<Map<RunKey, Integer>> seen() {
        List<Map<RunKey, Integer>> parts = new ArrayList<>();
        waiting.forEach((key, all) -> {
            if (!worker.owns(key)) {
                if (parts.isEmpty() || parts.get(parts.size() - 1).size() == AT_ONCE) {
                    parts.add(new HashMap<>());
                }
                int least = all.stream().mapToInt(waiter -> waiter.seen).min().orElse(-1);
                parts.get(parts.size() - 1).put(key, least);
            }
        });
        return parts;
    }

    /** Those who have seen more than was asked for wait for the next look. */
    private void tell(RunKey key, int asked) {
        List<Waiting> told = new ArrayList<>();
        synchronized (this) {
            waiting.getOrDefault(key, Set.of()).stream()
                    .filter(waiter -> waiter.seen <= asked)
                    .forEach(told::add);
        }
        told.forEach(waiter -> waiter.told.tryEmitEmpty());
    }

    private void failed(Throwable error, Patience patience) {
        if (!(error instanceof StoreUnavailableException away)) {
            all().forEach(waiter -> waiter.told.tryEmitError(error));
        } else if (patience.failed(away).isPresent()) {
            all().forEach(waiter -> waiter.told.tryEmitError(patience.over(waiter.key, away)));
        }
    }

    private synchronized List<Waiting> all() {
        return waiting.values().stream().flatMap(Set::stream).toList();
    }

    /** One who waits; there may be several who have seen as much. */
    private static final class Waiting {

        private final RunKey key;
        private final int seen;
        private final Sinks.Empty<Void> told = Sinks.empty();

        Waiting(RunKey key, int seen) {
            this.key = key;
            this.seen = seen;
        }
    }
}
