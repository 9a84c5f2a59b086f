package io.cortexreactive.durable;

import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Wanted;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Makes rounds, as soon as it is started: ends runs that wait for too long, looks after those nobody looks after, takes
 * those that there are to take, and once a minute has the store forget what is old. A store that does not answer is
 * asked again, ever more rarely. Thread-safe.
 */
public final class Rounds {

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private static final Duration LONGEST_OUTAGE_STEP = Duration.ofSeconds(30);
    private static final int SWEPT_AT_ONCE = 100;

    private final RunLog log;
    private final Worker worker;
    private final Pace pace;
    private final Runs runs;
    private final Retention retention;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicInteger starts = new AtomicInteger();
    private volatile boolean stopped;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Outage outage = new Outage("who looks after runs");
    private final Outage waits = new Outage("who waits for runs");
    private volatile Sinks.Empty<Void> wake = Sinks.empty();
    private @Nullable Shared shared;

    /**
     * How it goes about.
     *
     * @param scan how often there is a round; with some jitter
     * @param concurrency how many runs it has under way at most
     * @param timer what counts time
     */
    public record Pace(Duration scan, int concurrency, Scheduler timer) {}

    /** Whose rounds these are. */
    public interface Runs {

        /** Which runs can be taken. */
        Wanted wanted();

        /** Works on a run that was taken. */
        Mono<Void> work(Hold hold);

        /** Hears of a run that was looked after. */
        Mono<Void> swept(Swept swept);

        /** Why a run fails whose deadline has come while it waited. */
        ErrorInfo late();

        /** Cancels a run nobody waits for any more. */
        Mono<Boolean> cancel(RunKey key);
    }

    /** Makes one, which does nothing before it is started. */
    public Rounds(RunLog log, Worker worker, Pace pace, Runs runs) {
        this.log = log;
        this.worker = worker;
        this.pace = pace;
        this.runs = runs;
        retention = new Retention(log, worker, pace.timer());
    }

    /** Begins. Nothing happens if it has begun. */
    public Mono<Void> start() {
        return Mono.fromRunnable(() -> {
            if (started.compareAndSet(false, true)) {
                stopped = false;
                worker.resume();
                int mine = starts.incrementAndGet();
                worker.background(Mono.defer(this::round)
                        .repeat(() -> started.get() && starts.get() == mine)
                        .then());
            }
        });
    }

    /**
     * Takes no more, and completes once the worker has left, which gives its runs some time. Who waits for a run that
     * is not worked on here any more is told with an {@link EngineStoppedException}.
     */
    public Mono<Void> stop(Duration drain) {
        return stop(List.of(this), worker, drain);
    }

    /** The same for all the rounds of a worker. */
    public static Mono<Void> stop(List<Rounds> rounds, Worker worker, Duration drain) {
        return Mono.defer(() -> {
            rounds.forEach(Rounds::halt);
            worker.tellAll();
            return worker.leave(drain).then(Mono.fromRunnable(worker::tellAll));
        });
    }

    private void halt() {
        stopped = true;
        started.set(false);
        retention.stop();
        wake();
    }

    /** Whether it makes rounds. */
    public boolean isStarted() {
        return started.get();
    }

    /** Whether it was stopped, and nothing more is to be begun or taken. */
    public boolean isStopped() {
        return stopped;
    }

    /** Makes the next round at once. */
    public void wake() {
        wake.tryEmitEmpty();
    }

    private Mono<Void> round() {
        Sinks.Empty<Void> next = Sinks.empty();
        wake = next;
        retention.look();
        return sweep().then(orphans())
                .then(Mono.defer(this::claim))
                .then(Mono.<Void>fromRunnable(this::made))
                .onErrorResume(this::outage)
                .then(Mono.defer(() -> Mono.firstWithSignal(next.asMono(), delay(pause(failures.get())))));
    }

    private void made() {
        failures.set(0);
        outage.answered();
    }

    /** Takes an error of the store for an outage, which lasts until a round is made, and completes. */
    public Mono<Void> outage(Throwable error) {
        failures.incrementAndGet();
        if (started.get()) {
            outage.missed(error);
        } else {
            LOG.warn("The store does not answer: {}", error.toString());
        }
        return Mono.empty();
    }

    /** One who waits had no answer; there may be thousands. */
    void missed(Throwable error) {
        waits.missed(error);
    }

    /** One who waits had an answer. */
    void answered() {
        waits.answered();
    }

    /** How long to wait before the store is asked again, which has not answered so often. */
    Duration pause(int failed) {
        if (failed > 0) {
            Duration longer = pace.scan().multipliedBy(1L << Math.min(failed, 10));
            return longer.compareTo(LONGEST_OUTAGE_STEP) < 0 ? longer : LONGEST_OUTAGE_STEP;
        }
        return Duration.ofNanos(
                (long) (pace.scan().toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }

    Mono<Void> delay(Duration time) {
        return Mono.delay(time, pace.timer()).then();
    }

    private Mono<Integer> claim() {
        int free = pace.concurrency() - taken.get();
        Wanted wanted = runs.wanted();
        return free <= 0 || wanted.codes().isEmpty() || stopped
                ? Mono.just(0)
                : worker.claim(wanted, null, free, this::counted).map(List::size);
    }

    /** Takes this run at once, if it can be taken. */
    public Mono<Void> take(RunKey key, Function<Hold, Mono<Void>> work) {
        return stopped
                ? Mono.empty()
                : worker.claim(runs.wanted(), key, 1, work).then();
    }

    private Mono<Void> counted(Hold hold) {
        return Mono.defer(() -> {
                    taken.incrementAndGet();
                    return runs.work(hold);
                })
                .doFinally(end -> {
                    taken.decrementAndGet();
                    wake();
                });
    }

    /** Looks after runs nobody looks after. */
    private Mono<Void> sweep() {
        return Flux.concat(log.expire(SWEPT_AT_ONCE, runs.late()), log.sweep(SWEPT_AT_ONCE))
                .concatMap(runs::swept)
                .then();
    }

    /** For any number of those who wait: one is made a scan, and one more where something is {@linkplain #due}. */
    Mono<Void> sharedSweep() {
        return Mono.defer(() -> {
            Shared fresh = new Shared(worker.now(), Sinks.empty());
            Shared latest = latest(fresh);
            return latest.equals(fresh)
                    ? sweep().doOnEach(fresh::told)
                    : latest.done().asMono();
        });
    }

    private synchronized Shared latest(Shared fresh) {
        Shared last = shared;
        if (last != null && fresh.begun() - last.begun() < pace.scan().toNanos()) {
            return last;
        }
        shared = fresh;
        return fresh;
    }

    private record Shared(long begun, Sinks.Empty<Void> done) {

        /** Who makes it is never cancelled: a run is looked after whoever waits for it. */
        private void told(Signal<Void> signal) {
            Throwable error = signal.getThrowable();
            if (error != null) {
                done.tryEmitError(error);
            } else {
                done.tryEmitEmpty();
            }
        }
    }

    /** Something of a run may be due by now, or a run of its own has ended. */
    public void due(RunKey key) {
        synchronized (this) {
            shared = null;
        }
        worker.tell(key);
        wake();
    }

    /** Cancels runs nobody waits for, without being waited for. */
    public void cancelOrphans() {
        worker.background(orphans().onErrorResume(this::outage));
    }

    private Mono<Void> orphans() {
        return log.orphans(SWEPT_AT_ONCE).concatMap(runs::cancel).then();
    }

    /** Makes a round after some time, if that comes before the next one, for a run that can be taken then. */
    public void wakeFor(RunKey key, Duration soon) {
        if (soon.compareTo(pace.scan()) <= 0) {
            worker.background(delay(soon).then(Mono.fromRunnable(() -> due(key))));
        }
    }

    /** Waits until something may have happened with a run, be it that nobody tells. */
    public Mono<Void> lull(RunKey key, Mono<Void> told) {
        return Mono.defer(() -> worker.owns(key) ? told : Mono.firstWithSignal(told, delay(pace.scan())));
    }
}
