package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.Transition.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What those cost who follow what others do. All of it is in virtual time. */
class SharedLooksTests {

    private static final Duration SCAN = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final VirtualTimeScheduler time = LastingTime.begin();
    private final CountingRunLog log = new CountingRunLog(RunLog.inMemory());
    private final RunSteps steps = new RunSteps(() -> log);
    private final Worker worker = new Worker(
            log, new EngineSettings.Lease(PATIENCE.dividedBy(2), Duration.ofSeconds(5), Duration.ofSeconds(10)), time);
    private final Journals journals = followers(log, worker, new Rounds.Pace(SCAN, 0, time));

    static Journals followers(RunLog log, Worker worker, Rounds.Pace pace) {
        Rounds rounds = new Rounds(log, worker, pace, new NothingToDo());
        return new Journals(log, worker, rounds, key -> new IllegalStateException(key.runId()));
    }

    @AfterEach
    void endTime() {
        VirtualTimeScheduler.reset();
    }

    /** Gets what it asks for. */
    private static final class Follower extends BaseSubscriber<JournalEntry> {

        private final List<Integer> seen = new ArrayList<>();
        private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(JournalEntry entry) {
            seen.add(entry.seq());
        }

        @Override
        protected void hookOnError(Throwable failure) {
            error.set(failure);
        }

        Follower asking(long count) {
            request(count);
            return this;
        }
    }

    private Follower follow(RunRecord run) {
        Follower follower = new Follower();
        journals.follow(run.key(), -1).subscribe(follower);
        return follower;
    }

    private List<Follower> follow(RunRecord run, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> follow(run).asking(Long.MAX_VALUE))
                .toList();
    }

    private int asked(Duration in) {
        int before = log.asked.get();
        time.advanceTimeBy(in);
        return log.asked.get() - before;
    }

    @Test
    void lookIsSharedByAllWhoFollowARun() {
        follow(steps.start(), 1_000);

        assertThat(asked(Duration.ofSeconds(10))).isBetween(33, 50);
    }

    @Test
    void lookIsForManyRuns() {
        for (int i = 0; i < 2_500; i++) {
            follow(steps.start(), 1);
        }

        assertThat(asked(Duration.ofSeconds(10))).isBetween(3 * 33, 3 * 50);
    }

    @Test
    void newsComeWithTheNextLook() {
        RunRecord run = steps.startOn(steps.worker());
        List<Follower> followers = follow(run, 3);
        steps.after(run, Move.ADVANCE);

        time.advanceTimeBy(SCAN.multipliedBy(6).dividedBy(5));

        assertThat(followers).extracting(follower -> follower.seen).containsOnly(List.of(0, 1));
    }

    @Test
    void endIsTold() {
        RunRecord run = steps.start();
        Follower follower = follow(run).asking(9);
        steps.cancel(run.key());

        time.advanceTimeBy(SCAN.multipliedBy(2));

        assertThat(follower.seen).containsExactly(0, 1);
        assertThat(follower.isDisposed()).isTrue();
    }

    @Test
    void runThatIsForgottenIsAnError() {
        RunRecord run = steps.start();
        Follower follower = follow(run).asking(9);
        RunSteps.value(log.remove(run.key()));

        time.advanceTimeBy(SCAN.multipliedBy(2));

        assertThat(follower.error.get()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nobodyLooksForOneWhoWantsNothing() {
        RunRecord run = steps.startOn(steps.worker());
        int before = log.asked.get();
        Follower follower = follow(run);
        assertThat(asked(Duration.ofMinutes(1))).isZero();

        follower.request(1);

        assertThat(follower.seen).containsExactly(0);
        assertThat(log.asked.get() - before).isEqualTo(1);
        assertThat(asked(Duration.ofMinutes(1))).isZero();
        follower.request(1);
        steps.after(run, Move.ADVANCE);
        time.advanceTimeBy(SCAN.multipliedBy(2));
        assertThat(follower.seen).containsExactly(0, 1);
        assertThat(asked(Duration.ofMinutes(1))).isZero();
    }

    @Test
    void nobodyLooksWhenAllHaveLeft() {
        List<Follower> followers = follow(steps.start(), 10);
        assertThat(asked(Duration.ofSeconds(1))).isPositive();

        followers.forEach(Follower::cancel);

        assertThat(asked(Duration.ofMinutes(1))).isZero();
        assertThat(worker.watched()).isZero();
        follow(steps.start(), 1);
        assertThat(asked(Duration.ofSeconds(10))).isBetween(33, 50);
    }

    @Test
    void outageIsBorneTogether() {
        RunRecord run = steps.startOn(steps.worker());
        List<Follower> followers = follow(run, 100);
        log.away = new StoreUnavailableException("It is away.", null);
        assertThat(asked(PATIENCE.dividedBy(2))).isLessThan(10);

        log.away = null;
        steps.after(run, Move.ADVANCE);
        time.advanceTimeBy(PATIENCE);

        assertThat(followers).extracting(follower -> follower.seen).containsOnly(List.of(0, 1));
    }

    @Test
    void outageIsToldWhenItLasts() {
        List<RunRecord> runs = List.of(steps.start(), steps.start());
        List<Follower> followers =
                runs.stream().map(run -> follow(run).asking(9)).toList();
        log.away = new StoreUnavailableException("It is away.", null);

        time.advanceTimeBy(PATIENCE.plus(SCAN.multipliedBy(4)));

        for (int i = 0; i < 2; i++) {
            StoreUnavailableException error = (StoreUnavailableException)
                    Objects.requireNonNull(followers.get(i).error.get());
            assertThat(error.getMessage()).contains(runs.get(i).key().runId());
        }
        assertThat(asked(Duration.ofMinutes(1))).isZero();
    }
}
