package io.cortexreactive.durable;

import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.resilience.Detached;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Owns runs on behalf of this process, whatever they run. It lives by beats, under an id that is used once: a new one
 * is taken where the store holds the old for dead, or where nobody knows what a lost answer has given to the old one.
 * Work belongs to it and not to who asks for it. Thread-safe.
 */
public final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** What is left of nodes after their cancel takes no longer, or is left to itself. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** How long a run is left that cannot be run here; another process may be able to. */
    public static final Duration ASIDE = Duration.ofSeconds(30);

    private final RunLog log;
    private final EngineSettings.Lease lease;
    private final Scheduler timer;
    private final Map<String, Incarnation> living = new ConcurrentHashMap<>();
    private final Map<RunKey, Hold> held = new ConcurrentHashMap<>();
    private final Map<RunKey, Set<Watch>> watches = new ConcurrentHashMap<>();

    private final Drain drain = new Drain();
    private volatile @Nullable StoreTime known;
    private @Nullable Incarnation current;
    private @Nullable Scheduler beats;

    /**
     * Makes one. The store hears of it when it is used first.
     *
     * @param timer what counts time; Reactor's own gets a thread beside it for the beats, which nothing holds up, from
     *     its first run until it leaves
     */
    public Worker(RunLog log, EngineSettings.Lease lease, Scheduler timer) {
        this.log = log;
        this.lease = lease;
        this.timer = timer;
    }

    /**
     * Begins a run, and works on it if it is a fresh one that names this worker.
     *
     * @param run is given this worker's id; null where it leaves, and others are to take the run
     */
    public Mono<Started> start(Function<@Nullable String, NewRun> run, Function<Hold, Mono<Void>> work) {
        Mono<Started> own = incarnation()
                .flatMap(life -> log.start(run.apply(life.id()))
                        .doOnError(error -> life.retire())
                        .doOnNext(started -> {
                            if (started.fresh() && started.run().status() == RunStatus.RUNNING) {
                                take(life, started.run(), work);
                            }
                        }));
        return asked(own, Mono.defer(() -> log.start(run.apply(null))));
    }

    /** Asks for something that may give it runs, which {@link #leave} waits for. */
    private <T> Mono<T> asked(Mono<T> question, Mono<T> whileDraining) {
        return Detached.run(Mono.using(drain::enter, open -> open ? question : whileDraining, open -> {
            if (open) {
                drain.done();
            }
        }));
    }

    /**
     * Takes pending runs, and works on them; what it is given when it leaves already, it gives back.
     *
     * @param only this one, if it is not null
     * @return those it took
     */
    public Mono<List<RunKey>> claim(Wanted wanted, @Nullable RunKey only, int limit, Function<Hold, Mono<Void>> work) {
        Mono<List<RunKey>> claimed = incarnation()
                .flatMap(own -> log.claim(
                                new Claim(own.id(), wanted.queue(), wanted.codes(), only, limit, wanted.fairness()))
                        .doOnError(error -> own.retire())
                        .doOnNext(run -> take(own, run, hold -> hold.yields() ? hold.release() : work.apply(hold)))
                        .map(RunRecord::key)
                        .collectList());
        return asked(claimed, Mono.just(List.of()));
    }

    /** Begins what nobody looks at, and which cannot fail. */
    public void background(Mono<Void> work) {
        Disposable unused = work.subscribe(nothing -> {}, error -> LOG.error("Work in the background failed", error));
    }

    /** Whether it claims no more. */
    public boolean isDraining() {
        return drain.isOn();
    }

    /** Whether it works on this run. */
    public boolean holds(RunKey key) {
        return held.containsKey(key);
    }

    /** The same, unless the run is somebody else's by now. */
    boolean owns(RunKey key) {
        Hold hold = held.get(key);
        return hold != null && !hold.lost;
    }

    /** How many runs it works on. */
    public int load() {
        return held.size();
    }

    /** How many runs are watched. */
    public int watched() {
        return watches.size();
    }

    /** Ends what is under way of a run, which is somebody else's from here on. */
    public void lose(RunKey key) {
        Optional.ofNullable(held.get(key)).ifPresent(Hold::lose);
    }

    /** Wakes whoever watches this run; not yet those who wait for its end while it is worked on. */
    public void tell(RunKey key) {
        boolean worked = owns(key);
        watches.getOrDefault(key, Set.of()).stream()
                .filter(watch -> watch.each || !worked)
                .forEach(Watch::tell);
    }

    /** Wakes whoever watches any run. */
    void tellAll() {
        watches.keySet().forEach(this::doubt);
    }

    /** Wakes whoever watches this run, for the store does not say that it is still worked on. */
    void doubt(RunKey key) {
        watches.getOrDefault(key, Set.of()).forEach(Watch::tell);
    }

    /** How long ago the store said last that a run is worked on here; none for one that isn't. */
    Duration silence(RunKey key) {
        Hold hold = held.get(key);
        return hold == null ? Duration.ZERO : hold.owner.silence();
    }

    /** How long those who wait bear with a store that does not answer: by then, others could have taken over. */
    public Duration patience() {
        return lease.ttl().multipliedBy(2);
    }

    /** Begins to watch a run for when work on it here has ended, and for what happens elsewhere; to be closed. */
    public Watch watch(RunKey key) {
        return watch(key, false);
    }

    /** The same for each thing that happens with it. */
    public Watch watchEach(RunKey key) {
        return watch(key, true);
    }

    private Watch watch(RunKey key, boolean each) {
        Watch watch = new Watch(key, each);
        watches.compute(key, (same, others) -> {
            Set<Watch> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(watch);
            return all;
        });
        return watch;
    }

    /**
     * Waits until all work has ended, or ends it after some time, and takes itself out of the store. It takes nothing
     * from then on until it is to {@link #resume}.
     */
    public Mono<Void> leave(Duration time) {
        Mono<Void> cut = Mono.fromRunnable(() -> held.values().forEach(Hold::giveBack))
                .then(Mono.defer(drain::idle).timeout(LAST_WORDS, Mono.empty(), timer));
        Mono<Void> left = Mono.defer(drain::idle)
                .timeout(time, cut, timer)
                .thenMany(Flux.defer(() -> Flux.fromIterable(List.copyOf(living.values()))))
                .concatMap(Incarnation::leave)
                .then(Mono.fromRunnable(this::stopBeats));
        return Mono.using(
                () -> {
                    drain.begin();
                    return drain;
                },
                begun -> left,
                Drain::end);
    }

    /** Takes runs again, once it has left. */
    void resume() {
        drain.resume();
    }

    private Mono<Incarnation> incarnation() {
        return Mono.defer(() -> {
            Incarnation own = current();
            return own != null ? Mono.just(own) : register(new Incarnation(this, log, lease));
        });
    }

    private synchronized @Nullable Incarnation current() {
        return current;
    }

    /** Of two that are registered at once, the first counts. */
    private Mono<Incarnation> register(Incarnation fresh) {
        return fresh.register().then(Mono.defer(() -> {
            Incarnation first = first(fresh);
            return first == fresh
                    ? Mono.just(fresh)
                    : log.leave(fresh.id()).onErrorComplete().thenReturn(first);
        }));
    }

    private synchronized Incarnation first(Incarnation fresh) {
        if (current == null) {
            current = fresh;
            living.put(fresh.id(), fresh);
            fresh.begin(beats());
        }
        return current;
    }

    private synchronized Scheduler beats() {
        Scheduler own = beats != null
                ? beats
                : timer == Schedulers.parallel() ? Schedulers.newSingle("cortex-beat", true) : timer;
        beats = own;
        return own;
    }

    /**
     * Without interrupting what may run there; a life that has begun meanwhile beats on. Elsewhere, since the thread
     * that ends and who ends it meet at locks.
     */
    private synchronized void stopBeats() {
        Scheduler own = beats;
        if (own != null && own != timer && living.isEmpty()) {
            background(own.disposeGracefully().subscribeOn(Schedulers.boundedElastic()));
            beats = null;
        }
    }

    /** Nothing is taken in that life any more. */
    synchronized void forget(Incarnation old) {
        if (current == old) {
            current = null;
        }
    }

    /** A life is over. */
    void bury(Incarnation old) {
        living.remove(old.id());
    }

    /** The runs that it took in a life, and works on. */
    Map<RunKey, Hold> heldBy(Incarnation life) {
        Map<RunKey, Hold> own = new HashMap<>();
        held.forEach((key, hold) -> {
            if (hold.owner == life) {
                own.put(key, hold);
            }
        });
        return own;
    }

    /** Nanoseconds since some moment, whatever is done to the clock of this process. */
    long now() {
        return timer.now(TimeUnit.NANOSECONDS);
    }

    /** The store's time, as far as that is known here. */
    public Instant storeTime() {
        StoreTime last = known;
        return last == null
                ? Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS))
                : last.at().plusNanos(now() - last.heard());
    }

    /** Hears what time it is in the store. */
    public void hear(Instant storeTime) {
        known = new StoreTime(storeTime, now());
    }

    /** @param heard when that was, by {@link #now()} */
    private record StoreTime(Instant at, long heard) {}

    /**
     * Which runs it can take.
     *
     * @param queue of which queue
     * @param codes what it can run
     * @param fairness between tenants; null for the most urgent first
     */
    public record Wanted(String queue, Collection<RunRecord.Code> codes, RunLog.@Nullable Fairness fairness) {

        /** The most urgent first, whosever they are. */
        public Wanted(String queue, Collection<RunRecord.Code> codes) {
            this(queue, codes, null);
        }
    }

    /** Learns that something was told of a run. */
    public final class Watch implements AutoCloseable {

        private final RunKey key;
        private final boolean each;
        private volatile Sinks.Empty<Void> told = Sinks.empty();
        private volatile @Nullable RunRecord end;

        private Watch(RunKey key, boolean each) {
            this.key = key;
            this.each = each;
        }

        /** What completes once something is told from now on. Asked for before looking, nothing is missed. */
        public Mono<Void> next() {
            told = Sinks.empty();
            return told.asMono();
        }

        /** The run as it has ended, if that is known here; see {@link Hold#ended}. */
        @Nullable
        RunRecord end() {
            return end;
        }

        private void tell() {
            told.tryEmitEmpty();
        }

        @Override
        public void close() {
            watches.computeIfPresent(key, (same, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }

    /** A run that it works on, in one epoch. */
    public final class Hold {

        private final RunRecord run;
        private final Incarnation owner;
        private final Sinks.Empty<Void> cut = Sinks.empty();
        private volatile boolean lost;
        private volatile @Nullable RunRecord end;

        private Hold(RunRecord run, Incarnation owner) {
            this.run = run;
            this.owner = owner;
        }

        /** As it was when it was taken. */
        public RunRecord run() {
            return run;
        }

        /** Completes when what is under way must end: the run is lost, or the worker leaves. */
        public Mono<Void> cut() {
            return cut.asMono().publishOn(Schedulers.boundedElastic());
        }

        /** Whether it is somebody else's. */
        public boolean isLost() {
            return lost;
        }

        /** Whether the run is to be given back before anything else of it begins. */
        public boolean yields() {
            return drain.isOn() || owner.isRetired() || owner.isOver();
        }

        /** Forgets the run without knowing whose it is; it is recovered once the id it was taken under is gone. */
        public void abandon() {
            owner.retire();
        }

        /** Completes once the worker can be sure that it lives; nothing may begin before. */
        public Mono<Void> assured() {
            return Mono.defer(() ->
                            owner.isDoubtful() ? Mono.delay(lease.beat(), timer).then() : Mono.<Void>empty())
                    .repeat(() -> owner.isDoubtful() && !lost && !yields())
                    .then();
        }

        /** Leaves the run to others for a while, as it cannot be run here. */
        public Mono<Void> putOff() {
            return give(Move.RETRY, ASIDE);
        }

        /** Gives the run to whoever takes it next; this was no attempt at it. */
        public Mono<Void> release() {
            return give(Move.RELEASE, Duration.ZERO);
        }

        private Mono<Void> give(Move move, Duration delay) {
            Guard guard =
                    new Guard(run.key(), run.progress().epoch(), run.progress().seq());
            Schedule schedule = new Schedule(delay, null, null);
            return log.commit(new Transition(guard, RunWriter.newCommitId(), move, null, null, Body.NONE, schedule))
                    .then();
        }

        /** Says as what the store has ended the run, so that who waits for that need not ask it. */
        public void ended(RunRecord as) {
            end = as;
        }

        void lose() {
            lost = true;
            cut.tryEmitEmpty();
        }

        private void giveBack() {
            cut.tryEmitEmpty();
        }
    }

    /** Works on a run, of which it is sure only while that life lasts. */
    private void take(Incarnation own, RunRecord run, Function<Hold, Mono<Void>> work) {
        Hold hold = new Hold(run, own);
        held.put(run.key(), hold);
        drain.add();
        Disposable unused = Mono.defer(() -> work.apply(hold))
                .onErrorResume(error -> {
                    LOG.warn(
                            "Run {} is dropped, and will be recovered",
                            run.key().runId(),
                            error);
                    hold.abandon();
                    return Mono.empty();
                })
                .subscribe(nothing -> {}, error -> {}, () -> ended(hold));
    }

    private void ended(Hold hold) {
        RunKey key = hold.run.key();
        watches.getOrDefault(key, Set.of()).forEach(watch -> watch.end = hold.end);
        held.remove(key, hold);
        tell(key);
        drain.done();
    }
}
