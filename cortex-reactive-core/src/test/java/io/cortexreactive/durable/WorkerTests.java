package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings.Lease;
import io.cortexreactive.durable.NewRun.Content;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.resilience.Detached;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class WorkerTests {

    private static final Code CODE = new Code("w", "1");
    private static final Lease LEASE = new Lease(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(20));

    private final List<Hold> holds = new ArrayList<>();
    private VirtualTimeScheduler time;
    private RunLog log;
    private Worker worker;
    private boolean silent;

    @BeforeEach
    void beginTime() {
        time = LastingTime.begin();
        log = RunLog.inMemory(new VirtualClock(time), Duration.ofDays(7));
        worker = new Worker(new SilentLog(log, () -> silent).view(), LEASE, Schedulers.parallel());
    }

    @AfterEach
    void endTime() {
        VirtualTimeScheduler.reset();
    }

    private Hold begin() {
        Disposable unused = worker.start(id -> run(id), hold -> {
                    holds.add(hold);
                    return hold.cut();
                })
                .subscribe();
        return holds.get(holds.size() - 1);
    }

    private static NewRun run(@Nullable String worker) {
        Terms terms = new Terms(RunWriter.newCommitId(), "default", 100, null, null, worker);
        RunKey key = new RunKey("", RunWriter.newCommitId().toString());
        return new NewRun(key, CODE, "a", new Content("{}", "{}"), null, Lineage.NONE, terms);
    }

    @Test
    void runStaysItsOwnWhileItBeats() {
        Hold hold = begin();
        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(log.sweep(10).collectList().block()).isEmpty();
        assertThat(hold.isLost()).isFalse();
        assertThat(worker.holds(hold.run().key())).isTrue();
    }

    @Test
    void cancelledRunIsLostWithTheNextBeat() {
        Hold hold = begin();
        log.cancel(hold.run().key(), RunWriter.newCommitId()).block();
        time.advanceTimeBy(Duration.ofSeconds(6));

        assertThat(hold.isLost()).isTrue();
        assertThat(worker.load()).isZero();
    }

    @Test
    void nothingBeginsAfterTheLastGoodBeatIsOld() {
        Hold hold = begin();
        silent = true;
        time.advanceTimeBy(Duration.ofSeconds(27));
        List<String> assured = new ArrayList<>();
        Disposable unused = hold.assured().subscribe(nothing -> {}, error -> {}, () -> assured.add("yes"));
        assertThat(assured).isEmpty();
        silent = false;
        time.advanceTimeBy(Duration.ofSeconds(6));

        assertThat(assured).hasSize(1);
    }

    @Test
    void clockThatIsSetBackMakesNoBeatYounger() {
        SkewedScheduler skewed = new SkewedScheduler(time, Duration.ZERO);
        worker = new Worker(new SilentLog(log, () -> silent).view(), LEASE, skewed);
        Hold hold = begin();
        silent = true;
        skewed.set(Duration.ofMinutes(-10));
        time.advanceTimeBy(Duration.ofSeconds(27));
        List<String> assured = new ArrayList<>();
        Disposable unused = hold.assured().subscribe(nothing -> {}, error -> {}, () -> assured.add("yes"));

        assertThat(assured).isEmpty();
    }

    @Test
    void timeOfTheStoreIsKnownWhateverTheClockSays() {
        SkewedScheduler skewed = new SkewedScheduler(time, Duration.ofMinutes(10));
        worker = new Worker(log, LEASE, skewed);
        begin();
        time.advanceTimeBy(Duration.ofSeconds(27));
        skewed.set(Duration.ofMinutes(-10));

        assertThat(worker.storeTime()).isEqualTo(Instant.ofEpochSecond(27));
    }

    @Test
    void whatWasSilentTooLongHasLostAllAndBeginsAnew() {
        Hold hold = begin();
        silent = true;
        time.advanceTimeBy(Duration.ofMinutes(1));
        silent = false;
        time.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(hold.isLost()).isTrue();
        Hold next = begin();
        assertThat(next.run().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(next.yields()).isFalse();
    }

    @Test
    void abandonedRunIsRecoveredAndTheOthersAreGivenBack() {
        Hold first = begin();
        Hold second = begin();
        first.abandon();

        assertThat(second.yields()).isTrue();
        assertThat(begin().yields()).isFalse();
    }

    @Test
    void leavingEndsWhatIsLeftAfterItsTime() {
        Hold hold = begin();
        List<String> left = new ArrayList<>();
        Disposable unused =
                worker.leave(Duration.ofSeconds(10)).subscribe(nothing -> {}, error -> {}, () -> left.add("yes"));
        time.advanceTimeBy(Duration.ofSeconds(9));
        assertThat(left).isEmpty();
        assertThat(hold.yields()).isTrue();
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(left).hasSize(1);
        assertThat(log.sweep(10).map(RunLog.Swept::change).collectList().block())
                .containsExactly(RunLog.Change.RECOVERED);
    }

    @Test
    void workGoesOnWithoutWhoAskedForIt() {
        List<String> done = new ArrayList<>();
        Disposable asker = Detached.run(Mono.delay(Duration.ofSeconds(1)).doOnNext(tick -> done.add("yes")))
                .subscribe();
        asker.dispose();
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(done).hasSize(1);
    }

    @Test
    void watchMissesNothingBetweenLookingAndWaiting() {
        RunKey key = new RunKey("", "r");
        try (Worker.Watch watch = worker.watch(key)) {
            Mono<Void> next = watch.next();
            worker.tell(key);
            List<String> told = new ArrayList<>();
            Disposable unused = next.subscribe(nothing -> {}, error -> {}, () -> told.add("yes"));
            assertThat(told).hasSize(1);
        }
        assertThat(worker.watched()).isZero();
    }

    @Test
    void whoWaitsForAnEndIsNotWokenByEachStepOnTheWay() {
        Hold hold = begin();
        RunKey key = hold.run().key();
        List<String> told = new ArrayList<>();
        try (Worker.Watch end = worker.watch(key);
                Worker.Watch each = worker.watchEach(key)) {
            Disposable unusedEnd = end.next().subscribe(nothing -> {}, error -> {}, () -> told.add("end"));
            Disposable unusedEach = each.next().subscribe(nothing -> {}, error -> {}, () -> told.add("each"));
            worker.tell(key);
            assertThat(told).containsExactly("each");
            worker.lose(key);
            time.advanceTimeBy(Duration.ofMillis(1));
        }
        assertThat(told).containsExactly("each", "end");
    }

    /** The store's clock is the timer of the test. */
    private static final class VirtualClock extends Clock {

        private final VirtualTimeScheduler time;

        VirtualClock(VirtualTimeScheduler time) {
            this.time = time;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS));
        }
    }

    /** A log whose beats fail while it is silent. */
    private record SilentLog(RunLog log, java.util.function.BooleanSupplier silent) {

        RunLog view() {
            return (RunLog) java.lang.reflect.Proxy.newProxyInstance(
                    WorkerTests.class.getClassLoader(),
                    new Class<?>[] {RunLog.class},
                    (proxy, method, arguments) -> method.getName().equals("beat") && silent.getAsBoolean()
                            ? Mono.error(new StoreUnavailableException("silent", null))
                            : method.invoke(log, arguments));
        }
    }
}
