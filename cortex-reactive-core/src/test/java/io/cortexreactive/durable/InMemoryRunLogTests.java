package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The contract, and the times that only a clock of the test's own can tell exactly. */
class InMemoryRunLogTests extends RunStoreContract {

    private static final Duration RETENTION = Duration.ofDays(7);

    /** So that a run may be old whose notices are not. */
    private static final Duration KEEP_NOTICES = RETENTION.multipliedBy(2);

    private final TestClock clock = new TestClock();
    private static final Duration KEEP_PAUSED = RETENTION.multipliedBy(100);

    private final RunLog log = RunLog.inMemory(clock, RETENTION, KEEP_NOTICES, KEEP_PAUSED);

    @Override
    protected RunLog log() {
        return log;
    }

    @Override
    protected Mono<Void> forget() {
        return Mono.fromRunnable(() -> clock.advance(RETENTION.plusMillis(1)))
                .then(log.purge())
                .then();
    }

    @Override
    protected Mono<Void> giveUpPauses() {
        return Mono.fromRunnable(() -> clock.advance(KEEP_PAUSED.plusMillis(1)))
                .thenMany(log.expire(ALL, LATE))
                .then();
    }

    @Override
    protected Duration shortTime() {
        return Duration.ofHours(1);
    }

    @Override
    protected Mono<Void> afterShortTime() {
        return Mono.fromRunnable(() -> clock.advance(shortTime()));
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return Mono.fromRunnable(() -> clock.advance(Duration.ofMinutes(1)));
    }

    @Override
    protected Mono<Void> afterNoticesAreOld() {
        return Mono.fromRunnable(() -> clock.advance(KEEP_NOTICES.plusMillis(1)));
    }

    private void passes(Duration time) {
        clock.advance(time);
    }

    private List<Change> sweep() {
        return RunSteps.values(log.sweep(9).map(Swept::change));
    }

    @Test
    void backOffsDoubleUpToAMinute() {
        RunRecord run = steps.start();
        List<Long> waited = new ArrayList<>();
        for (int crash = 0; crash < 9; crash++) {
            String worker = steps.worker();
            steps.claim(worker, run.key());
            log.leave(worker).block(RunSteps.LONG);
            sweep();
            waited.add(secondsUntilWoken(run));
        }
        assertThat(waited).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 60L, 60L, 60L);
    }

    private long secondsUntilWoken(RunRecord run) {
        String worker = steps.worker();
        long seconds = 0;
        while (true) {
            sweep();
            List<RunRecord> claimed = steps.tryClaim(worker, run.key());
            if (!claimed.isEmpty()) {
                steps.after(claimed.get(0), Move.RELEASE);
                return seconds;
            }
            passes(Duration.ofSeconds(1));
            seconds++;
        }
    }

    @Test
    void leasesAndDelaysEndWhenTheirTimeIsOverAndNotBefore() {
        Duration hour = Duration.ofHours(1);
        String worker = steps.worker(hour);
        RunRecord owned = steps.startOn(worker);
        steps.after(RunSteps.transition(steps.startOn(steps.worker()), Move.TIMER, Body.NONE, RunSteps.in(hour)));
        steps.after(RunSteps.transition(steps.startOn(steps.worker()), Move.PAUSE, Body.NONE, RunSteps.asked(hour)));
        steps.start(steps.run(steps.key(), null, Lineage.NONE, steps.terms(hour, steps.worker())));

        passes(hour.minusMillis(1));
        assertThat(sweep()).isEmpty();
        assertThat(steps.commit(RunSteps.transition(owned, Move.ADVANCE, Body.NONE, Schedule.NONE)))
                .isEqualTo(RunLog.Verdict.COMMITTED);

        passes(Duration.ofMillis(1));
        assertThat(sweep())
                .containsExactlyInAnyOrder(Change.RECOVERED, Change.RECOVERED, Change.WOKEN, Change.TIMED_OUT);
        assertThat(sweep()).isEmpty();
    }

    @Test
    void sweepTakesNoMoreOfEachKindThanItShould() {
        String worker = steps.worker();
        steps.startOn(worker);
        steps.startOn(worker);
        log.leave(worker).block(RunSteps.LONG);

        assertThat(RunSteps.values(log.sweep(1))).hasSize(1);
        assertThat(RunSteps.values(log.sweep(1))).hasSize(1);
        assertThat(RunSteps.values(log.sweep(1))).isEmpty();
    }

    @Test
    void readerWhoIsGoneGivesItsRunsUp() {
        RunRecord run = steps.start();
        assertThat(RunSteps.values(log.notices("gone", 9))).hasSize(1);

        passes(Duration.ofSeconds(29));
        assertThat(RunSteps.values(log.notices("next", 9))).isEmpty();
        passes(Duration.ofSeconds(1));

        assertThat(RunSteps.values(log.notices("next", 9)))
                .extracting(RunLog.Notice::key)
                .containsExactly(run.key());
        assertThat(RunSteps.values(log.notices("gone", 9))).isEmpty();
    }

    @Test
    void noticesAreReadInPages() {
        RunRecord run = steps.startOn(steps.worker());
        for (int i = 0; i < 5; i++) {
            run = steps.after(run, Move.ADVANCE);
        }
        List<Integer> seen = new ArrayList<>();
        for (List<RunLog.Notice> page = RunSteps.values(log.notices("r", 4));
                !page.isEmpty();
                page = RunSteps.values(log.notices("r", 4))) {
            page.forEach(notice -> seen.add(notice.seq()));
            log.settle(page).block(RunSteps.LONG);
        }
        assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void endedRunsAreKeptForAsLongAsIsSaid() {
        RunRecord run = ended(Move.COMPLETE);
        log.settle(RunSteps.values(log.notices("r", 9))).block(RunSteps.LONG);

        passes(RETENTION);
        assertThat(RunSteps.value(log.purge())).isZero();
        passes(Duration.ofMillis(1));
        assertThat(RunSteps.value(log.purge())).isEqualTo(1);

        assertThat(log.load(run.key()).blockOptional(RunSteps.LONG)).isEmpty();
        assertThat(steps.page(null, 9)).isEmpty();
        assertThat(RunSteps.value(log.purge())).isZero();
    }

    @Test
    void whatIsOldIsForgottenByItself() {
        RunRecord old = ended(Move.COMPLETE);
        log.settle(RunSteps.values(log.notices("r", 9))).block(RunSteps.LONG);
        passes(Duration.ofMinutes(2));
        RunRecord younger = ended(Move.FAIL);
        RunRecord paused = steps.after(steps.startOn(steps.worker()), Move.PAUSE);
        log.settle(RunSteps.values(log.notices("r", 9))).block(RunSteps.LONG);

        passes(RETENTION.minusMinutes(1));
        assertThat(log.load(old.key()).blockOptional(RunSteps.LONG)).isPresent();
        RunRecord begun = steps.start();

        assertThat(steps.page(null, 9))
                .extracting(RunRecord::key)
                .containsExactlyInAnyOrder(younger.key(), paused.key(), begun.key());
    }

    @Test
    void whatNobodyRelaysKeepsNoRunForEver() {
        RunRecord old = ended(Move.COMPLETE);

        passes(KEEP_NOTICES.plusMillis(1));
        steps.start();

        assertThat(log.load(old.key()).blockOptional(RunSteps.LONG)).isEmpty();
    }

    @Test
    void noticesAreKeptForAsLongAsIsSaid() {
        steps.start();

        passes(KEEP_NOTICES);
        sweep();
        assertThat(RunSteps.values(log.notices("r", 9))).hasSize(1);
        passes(Duration.ofMillis(1));
        sweep();

        assertThat(RunSteps.values(log.notices("r", 9))).isEmpty();
    }

    @Test
    void aPauseMustSayWhatItWaitsFor() {
        RunRecord held = steps.startOn(steps.worker());
        Transition mute = RunSteps.transition(held, Move.PAUSE, Body.NONE, Schedule.NONE);

        assertThatThrownBy(() -> steps.commit(mute)).isInstanceOf(StateNotStorableException.class);
        assertThat(steps.load(held.key())).isEqualTo(held);
    }
}
