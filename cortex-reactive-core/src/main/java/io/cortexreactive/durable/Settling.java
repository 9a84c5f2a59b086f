package io.cortexreactive.durable;

import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Watch;
import io.cortexreactive.resilience.Detached;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Waits for single runs that this process has to do with. Where no rounds are made, a run goes on with nobody's help
 * but this. Thread-safe.
 */
public final class Settling {

    private final RunLog log;
    private final Worker worker;
    private final Rounds rounds;
    private final Function<RunKey, ? extends Throwable> missing;
    private final SharedLooks looks;

    /**
     * Makes one.
     *
     * @param missing the error where a run is not there
     */
    public Settling(RunLog log, Worker worker, Rounds rounds, Function<RunKey, ? extends Throwable> missing) {
        this.log = log;
        this.worker = worker;
        this.rounds = rounds;
        this.missing = missing;
        looks = new SharedLooks(log, worker, rounds);
    }

    /**
     * A run that is waited for.
     *
     * @param key which run
     * @param after a pause counts if it came after this sequence
     * @param work works on the run, should it be taken
     */
    public record Awaited(RunKey key, int after, Function<Hold, Mono<Void>> work) {

        private boolean isSettled(RunRecord run) {
            return run.status().isTerminal()
                    || (run.status() == RunStatus.PAUSED && run.progress().seq() > after);
        }
    }

    /**
     * The run once it has ended, or has paused; {@link StoreUnavailableException} with its id once the store has not
     * answered for {@link Worker#patience()}; {@link EngineStoppedException} once nobody here goes on with it.
     */
    public Mono<RunRecord> settled(Awaited awaited) {
        return Mono.defer(
                () -> rounds.isStarted() ? new Waiting(awaited, Mono::error, false).settled() : lookedAfter(awaited));
    }

    /**
     * The run once it has ended, for one who leaves it to others to work on it; {@link StoreUnavailableException} as
     * above. Nothing of its journal is read, and all who wait share looks, a scan apart.
     */
    public Mono<RunRecord> ended(RunKey key) {
        Awaited end = new Awaited(key, Integer.MAX_VALUE, hold -> Mono.empty());
        return Mono.defer(() -> new Waiting(end, Mono::error, true).settled());
    }

    /** Goes on without who waits, be it that they were told that the store is away. */
    private Mono<RunRecord> lookedAfter(Awaited awaited) {
        Sinks.Empty<RunRecord> away = Sinks.empty();
        Waiting waiting = new Waiting(awaited, error -> Mono.fromRunnable(() -> away.tryEmitError(error)), false);
        return Mono.firstWithSignal(Detached.run(waiting.settled()), away.asMono());
    }

    /** Makes sure that a run goes on which this process has to look after. */
    public void attend(Awaited awaited) {
        if (!worker.holds(awaited.key())) {
            rounds.wake();
        }
        if (!rounds.isStarted()) {
            worker.background(lookedAfter(awaited)
                    .then()
                    .onErrorComplete(EngineStoppedException.class)
                    .onErrorResume(rounds::outage));
        }
    }

    /** Of one who waits. */
    private final class Waiting {

        private final Awaited awaited;
        private final RunKey key;
        private final Patience patience;
        private final Function<StoreUnavailableException, Mono<RunRecord>> tells;
        private final boolean watches;

        /** What the next look waits for: inside of this one, the store's answer would be held meanwhile. */
        private Mono<Void> rest = Mono.empty();

        /**
         * @param tells that the store is away; waits on if that completes
         * @param watches whether it leaves it to others to look after the run
         */
        Waiting(Awaited awaited, Function<StoreUnavailableException, Mono<RunRecord>> tells, boolean watches) {
            this.awaited = awaited;
            this.tells = tells;
            this.watches = watches;
            key = awaited.key();
            patience = new Patience(worker, rounds, key);
        }

        Mono<RunRecord> settled() {
            return Mono.using(
                    () -> worker.watch(key),
                    watch -> Mono.defer(() -> rest)
                            .then(Mono.defer(() -> look(watch)))
                            .repeat()
                            .next(),
                    Watch::close);
        }

        private Mono<RunRecord> look(Watch watch) {
            Mono<Void> next = watch.next();
            RunRecord end = watch.end();
            rest = Mono.empty();
            return end != null ? Mono.just(end) : worker.owns(key) ? worked(next) : loaded(next);
        }

        /** A run that is worked on here has not settled, and tells when it has. */
        private Mono<RunRecord> worked(Mono<Void> next) {
            return told(patience.silent(worker.silence(key))).switchIfEmpty(rested(next));
        }

        private Mono<RunRecord> told(Optional<StoreUnavailableException> away) {
            return Mono.justOrEmpty(away).flatMap(tells);
        }

        private Mono<RunRecord> loaded(Mono<Void> next) {
            return log.load(key)
                    .switchIfEmpty(Mono.error(() -> missing.apply(key)))
                    .flatMap(run -> awaited.isSettled(run) ? answered(run) : waited(run, next))
                    .onErrorResume(
                            StoreUnavailableException.class,
                            error -> rounds.isStopped()
                                    ? stopped()
                                    : told(patience.failed(error)).switchIfEmpty(rested(patience.rest(next))));
        }

        private Mono<RunRecord> answered(RunRecord run) {
            return Mono.fromSupplier(() -> {
                patience.answered();
                return run;
            });
        }

        private Mono<RunRecord> stopped() {
            return Mono.error(() -> new EngineStoppedException(key.runId()));
        }

        private Mono<RunRecord> waited(RunRecord run, Mono<Void> next) {
            return rounds.isStopped()
                    ? stopped()
                    : lookAfter(run).then(Mono.fromRunnable(patience::answered)).then(rested(lull(next)));
        }

        private Mono<RunRecord> rested(Mono<Void> until) {
            return Mono.fromRunnable(() -> rest = until);
        }

        /** Until something may have happened, be it that nobody tells. */
        private Mono<Void> lull(Mono<Void> next) {
            return !watches || worker.owns(key)
                    ? rounds.lull(key, next)
                    : Mono.firstWithSignal(next, looks.news(key, Integer.MAX_VALUE));
        }

        /** One that a sweep makes pending tells so. */
        private Mono<Void> lookAfter(RunRecord run) {
            if (watches || rounds.isStarted() || worker.holds(key)) {
                return Mono.empty();
            }
            Mono<Void> taken = run.status() == RunStatus.PENDING ? rounds.take(key, awaited.work()) : Mono.empty();
            return rounds.sharedSweep().then(taken);
        }
    }
}
