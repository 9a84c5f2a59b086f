package io.cortexreactive.durable;

import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Watch;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Waits for single runs that this process has to do with. Where no rounds are made, a run goes on with nobody's help
 * but this. Thread-safe.
 */
public final class Settling {

    private final RunLog log;
    private final Worker worker;
    private final Rounds rounds;
    private final Function<RunKey, ? extends Throwable> missing;

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

    /** The run once it has ended, or has paused. */
    public Mono<RunRecord> settled(Awaited awaited) {
        Mono<RunRecord> settled = Mono.using(
                () -> worker.watch(awaited.key()),
                watch -> Mono.defer(() -> look(watch, awaited)).repeat().next(),
                Watch::close);
        return rounds.isStarted() ? settled : worker.detached(settled);
    }

    /** Makes sure that a run goes on which this process has to look after. */
    public void attend(Awaited awaited) {
        rounds.wake();
        if (!rounds.isStarted()) {
            worker.background(settled(awaited).then().onErrorResume(rounds::outage));
        }
    }

    /** A run that is worked on here has not settled, and tells when it has. */
    private Mono<RunRecord> look(Watch watch, Awaited awaited) {
        Mono<Void> next = watch.next();
        return worker.owns(awaited.key()) ? next.then(Mono.empty()) : loaded(next, awaited);
    }

    private Mono<RunRecord> loaded(Mono<Void> next, Awaited awaited) {
        RunKey key = awaited.key();
        return log.load(key)
                .doOnNext(run -> rounds.answered())
                .switchIfEmpty(Mono.error(() -> missing.apply(key)))
                .flatMap(run -> awaited.isSettled(run)
                        ? Mono.just(run)
                        : lookAfter(awaited).then(rounds.lull(key, next)).then(Mono.<RunRecord>empty()))
                .onErrorResume(
                        StoreUnavailableException.class,
                        error -> rounds.outage(error)
                                .then(rounds.delay(rounds.pause()))
                                .then(Mono.empty()));
    }

    private Mono<Void> lookAfter(Awaited awaited) {
        boolean cared = rounds.isStarted() || worker.holds(awaited.key());
        return cared ? Mono.empty() : rounds.sweep().then(rounds.take(awaited.key(), awaited.work()));
    }
}
