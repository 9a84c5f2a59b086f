package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings.Lease;
import io.cortexreactive.durable.NewRun.Content;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The thread of the beats lives as long as there is something to beat for. */
class WorkerThreadTests {

    private static final String WATCH = "worker-threads";
    private static final Lease LEASE = new Lease(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(20));

    private final List<ExecutorService> threads = new CopyOnWriteArrayList<>();
    private final Worker worker =
            new Worker(RunLog.inMemory(Clock.systemUTC(), Duration.ofDays(7)), LEASE, Schedulers.parallel());

    @BeforeEach
    void watch() {
        Schedulers.addExecutorServiceDecorator(WATCH, (scheduler, service) -> {
            if (scheduler.toString().contains("cortex-beat")) {
                threads.add(service);
            }
            return service;
        });
    }

    @AfterEach
    void watchNoMore() {
        Schedulers.removeExecutorServiceDecorator(WATCH);
    }

    private void run() {
        worker.start(WorkerThreadTests::run, hold -> Mono.empty()).block(RunSteps.LONG);
    }

    private static NewRun run(@Nullable String worker) {
        Terms terms = new Terms(RunWriter.newCommitId(), "default", 100, null, null, worker);
        RunKey key = new RunKey("", RunWriter.newCommitId().toString());
        return new NewRun(key, new Code("w", "1"), "a", new Content("{}", "{}"), null, Lineage.NONE, terms);
    }

    private void leave() {
        worker.leave(Duration.ofSeconds(10)).block(RunSteps.LONG);
    }

    private static boolean hasEnded(ExecutorService thread) throws InterruptedException {
        return thread.awaitTermination(RunSteps.LONG.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void whoDoesNothingHasNone() {
        leave();

        assertThat(threads).isEmpty();
    }

    @Test
    void itEndsWhenTheWorkerHasLeft() throws InterruptedException {
        run();
        run();
        assertThat(threads).hasSize(1);
        leave();

        assertThat(hasEnded(threads.get(0))).isTrue();
    }

    @Test
    void whoGoesOnAfterwardsHasAnother() throws InterruptedException {
        run();
        leave();
        worker.resume();
        run();
        assertThat(threads).hasSize(2);
        assertThat(threads.get(1).isShutdown()).isFalse();
        leave();

        assertThat(hasEnded(threads.get(1))).isTrue();
    }
}
