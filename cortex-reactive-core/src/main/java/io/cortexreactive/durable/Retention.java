package io.cortexreactive.durable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Has a store forget what is old, once a minute, beside whatever else is done. Thread-safe. */
final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

    private final RunLog log;
    private final Worker worker;
    private final Scheduler timer;
    private final Outage outage = new Outage("who has it forget what is old");
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile Sinks.Empty<Void> over = Sinks.empty();
    private volatile long last;

    Retention(RunLog log, Worker worker, Scheduler timer) {
        this.log = log;
        this.worker = worker;
        this.timer = timer;
        last = now();
    }

    private long now() {
        return timer.now(TimeUnit.NANOSECONDS);
    }

    /** Begins to forget if it is time. */
    void look() {
        if (now() - last >= INTERVAL && underWay.compareAndSet(false, true)) {
            last = now();
            over = Sinks.empty();
            worker.background(forget().takeUntilOther(over.asMono()).doFinally(end -> underWay.set(false)));
        }
    }

    private Mono<Void> forget() {
        return log.purge()
                .doOnNext(count -> LOG.debug("{} runs were forgotten that had ended long ago", count))
                .doOnNext(count -> outage.answered())
                .then()
                .onErrorResume(error -> Mono.fromRunnable(() -> outage.missed(error)));
    }

    /** Forgets no more for now. */
    void stop() {
        over.tryEmitEmpty();
    }
}
