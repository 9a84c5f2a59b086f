package io.cortexreactive.durable;

import io.cortexreactive.durable.RunLog.Beat;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A life of a worker, under an id of its own. */
final class Incarnation {

    private static final Logger LOG = LoggerFactory.getLogger(Incarnation.class);

    private final String id = host() + ":" + ProcessHandle.current().pid() + ":" + Tenancy.newCorrelationId();
    private final Worker worker;
    private final RunLog log;
    private final EngineSettings.Lease lease;
    private final Outage outage = new Outage("worker " + id);
    private final Disposable.Swap beating = Disposables.swap();
    private volatile long good;
    private volatile boolean retired;
    private volatile boolean over;

    Incarnation(Worker worker, RunLog log, EngineSettings.Lease lease) {
        this.worker = worker;
        this.log = log;
        this.lease = lease;
    }

    private static String host() {
        return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("host");
    }

    String id() {
        return id;
    }

    Mono<Void> register() {
        return Mono.defer(() -> {
                    good = worker.now();
                    return log.register(id, lease.ttl());
                })
                .doOnNext(worker::hear)
                .then();
    }

    /** @param beats where it beats, until it is over */
    void begin(Scheduler beats) {
        beating.update(Mono.delay(lease.beat(), beats)
                .then(Mono.defer(() -> beat(beats)))
                .repeat(() -> !over)
                .subscribe());
    }

    boolean isDoubtful() {
        return silence().compareTo(lease.doubt()) > 0;
    }

    /** Since the last good beat was sent. */
    Duration silence() {
        return Duration.ofNanos(worker.now() - good);
    }

    boolean isRetired() {
        return retired;
    }

    /** Whether the store knows it no more. */
    boolean isOver() {
        return over;
    }

    /** Another life begins for what comes. This one goes on for what it has, gives that back, and leaves. */
    void retire() {
        retired = true;
        worker.forget(this);
    }

    private Mono<Void> beat(Scheduler beats) {
        long sent = worker.now();
        Map<RunKey, Hold> asked = worker.heldBy(this);
        Map<RunKey, Long> epochs = new HashMap<>();
        asked.forEach((key, hold) -> epochs.put(key, hold.run().progress().epoch()));
        return retired && asked.isEmpty()
                ? leave()
                : log.beat(id, lease.ttl(), worker.isDraining(), epochs)
                        .timeout(lease.beat(), beats)
                        .doOnNext(answer -> heard(answer, asked, sent))
                        .then()
                        .onErrorResume(error ->
                                missed(error).doFinally(end -> asked.keySet().forEach(worker::doubt)));
    }

    private void heard(Beat answer, Map<RunKey, Hold> asked, long sent) {
        outage.answered();
        if (answer.alive()) {
            good = sent;
            answer.lost().forEach(key -> Optional.ofNullable(asked.get(key)).ifPresent(Hold::lose));
        } else {
            LOG.warn("Worker {} was silent for too long, and begins anew", id);
            retire();
            end();
            asked.values().forEach(Hold::lose);
        }
    }

    Mono<Void> leave() {
        return log.leave(id).onErrorResume(this::missed).then(Mono.fromRunnable(() -> {
            worker.forget(this);
            worker.heldBy(this).values().forEach(Hold::lose);
            end();
            beating.dispose();
        }));
    }

    private void end() {
        over = true;
        worker.bury(this);
    }

    private Mono<Void> missed(Throwable error) {
        outage.missed(error);
        return Mono.empty();
    }
}
