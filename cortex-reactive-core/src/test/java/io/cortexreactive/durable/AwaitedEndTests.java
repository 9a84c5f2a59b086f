package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings.Lease;
import io.cortexreactive.durable.Transition.Move;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Those who wait for the end of what others work on. All of it is in virtual time. */
class AwaitedEndTests {

    private static final Duration SCAN = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final VirtualTimeScheduler time = LastingTime.begin();
    private final CountingRunLog log = new CountingRunLog(RunLog.inMemory());
    private final RunSteps steps = new RunSteps(() -> log);
    private final Worker worker =
            new Worker(log, new Lease(PATIENCE.dividedBy(2), Duration.ofSeconds(5), Duration.ofSeconds(10)), time);
    private final Rounds rounds = new Rounds(log, worker, new Rounds.Pace(SCAN, 0, time), new NothingToDo());
    private final Settling settling = new Settling(log, worker, rounds, key -> new IllegalStateException(key.runId()));

    @AfterEach
    void endTime() {
        VirtualTimeScheduler.reset();
    }

    private CompletableFuture<@Nullable RunRecord> await(RunRecord run) {
        return settling.ended(run.key()).toFuture();
    }

    private int asked(Duration in) {
        int before = log.asked.get();
        time.advanceTimeBy(in);
        return log.asked.get() - before;
    }

    @Test
    void theEndComesWithTheNextLook() {
        RunRecord run = steps.start();
        CompletableFuture<@Nullable RunRecord> end = await(run);
        steps.cancel(run.key());

        time.advanceTimeBy(SCAN.multipliedBy(6).dividedBy(5));

        assertThat(end.getNow(run).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(worker.watched()).isZero();
        assertThat(asked(Duration.ofMinutes(1))).isZero();
    }

    @Test
    void anEndThatIsThereIsReadOnce() {
        RunRecord run = steps.start();
        steps.cancel(run.key());
        int before = log.asked.get();

        assertThat(await(run).getNow(run).status()).isEqualTo(RunStatus.CANCELLED);

        assertThat(log.asked.get() - before).isEqualTo(1);
    }

    @Test
    void nobodyReadsWhatIsNoEnd() {
        RunRecord run = steps.startOn(steps.worker());
        CompletableFuture<@Nullable RunRecord> end = await(run);
        RunRecord further = steps.after(run, Move.ADVANCE);
        for (int i = 0; i < 20; i++) {
            further = steps.after(further, Move.ADVANCE);
        }
        assertThat(asked(Duration.ofSeconds(10))).isBetween(33, 50);

        steps.commit(RunSteps.transition(further, Move.COMPLETE));

        assertThat(asked(SCAN.multipliedBy(2))).isEqualTo(2);
        assertThat(end.getNow(run).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void howeverManyWaitThereIsOneLook() {
        List<CompletableFuture<@Nullable RunRecord>> ends =
                Stream.generate(steps::start).limit(1_000).map(this::await).toList();

        assertThat(asked(Duration.ofSeconds(10))).isBetween(33, 50);
        assertThat(ends).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void nobodyLooksForOneWhoHasLeft() {
        await(steps.start()).cancel(true);

        assertThat(asked(Duration.ofMinutes(1))).isLessThan(2);
        assertThat(worker.watched()).isZero();
    }

    @Test
    void aRunThatIsForgottenIsAnError() {
        RunRecord run = steps.start();
        CompletableFuture<@Nullable RunRecord> end = await(run);
        RunSteps.value(log.remove(run.key()));

        time.advanceTimeBy(SCAN.multipliedBy(2));

        assertThat(end).isCompletedExceptionally();
        assertThat(Objects.requireNonNull(error(end)).getMessage())
                .isEqualTo(run.key().runId());
    }

    private static Throwable error(CompletableFuture<@Nullable RunRecord> end) {
        return Objects.requireNonNull(end.handle((run, error) -> error).join());
    }

    @Test
    void aShortOutageIsBorne() {
        RunRecord run = steps.start();
        log.away = new StoreUnavailableException("It is away.", null);
        CompletableFuture<@Nullable RunRecord> end = await(run);
        time.advanceTimeBy(PATIENCE.dividedBy(2));
        log.away = null;
        steps.cancel(run.key());
        time.advanceTimeBy(PATIENCE);

        assertThat(end.getNow(run).status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aLongOutageIsToldOnceAndAtOnce() {
        List<RunRecord> runs = List.of(steps.start(), steps.start());
        List<CompletableFuture<@Nullable RunRecord>> ends =
                runs.stream().map(this::await).toList();
        log.away = new StoreUnavailableException("It is away.", null);

        time.advanceTimeBy(PATIENCE.plus(SCAN.multipliedBy(4)));

        for (int i = 0; i < runs.size(); i++) {
            assertThat(ends.get(i)).isCompletedExceptionally();
            assertThat(error(ends.get(i)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(runs.get(i).key().runId());
        }
        assertThat(worker.watched()).isZero();
    }

    @Test
    void whatIsWorkedOnHereIsToldFromHere() {
        RunRecord run = steps.start();
        RunRecord end = run.completed(1, null, 0, "{}");
        CompletableFuture<@Nullable RunRecord> awaited = await(run);
        RunSteps.value(worker.claim(new Worker.Wanted(steps.queue, List.of(steps.code)), null, 1, hold -> {
            hold.ended(end);
            return Mono.empty();
        }));

        assertThat(awaited.getNow(run)).isSameAs(end);
    }
}
