package io.cortexreactive.durable;

import static io.cortexreactive.durable.RunSteps.LONG;
import static io.cortexreactive.durable.RunSteps.transition;
import static io.cortexreactive.durable.RunSteps.value;
import static io.cortexreactive.durable.RunSteps.values;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Move;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * What every store of runs outside this process must keep when it has one that cannot be read: it costs no other run
 * anything. A damage is a number from 0 to 1.
 */
public abstract class UnreadableRunsContract {

    private static final int MENDABLE = 0;

    final RunSteps steps = new RunSteps(this::log);
    private final Logger logger = (Logger) LoggerFactory.getLogger(UnreadableRuns.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    /** The store. */
    protected abstract RunLog log();

    /** Damages what is stored of a run itself. */
    protected abstract Mono<Void> damage(RunKey run, int how);

    /** Damages the first entry of its journal. */
    protected abstract Mono<Void> damageJournal(RunKey run);

    /** Mends the damage 0. */
    protected abstract Mono<Void> mend(RunKey run);

    /** Completes when a minute is over for runs that are put off. */
    protected abstract Mono<Void> afterAMinute();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(logged);
    }

    private RunKey damaged(RunRecord run, int how) {
        damage(run.key(), how).block(LONG);
        return run.key();
    }

    private void assertUnreadable(RunKey run) {
        StepVerifier.create(log().load(run))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining(run.runId()))
                .verify(LONG);
    }

    private List<RunKey> claim(String worker) {
        return values(log().claim(steps.claimOf(worker, null)).map(RunRecord::key));
    }

    private List<Swept> sweep(RunKey... runs) {
        return values(log().sweep(RunOwnershipContract.ALL)
                .filter(swept -> List.of(runs).contains(swept.key())));
    }

    private long timesLogged(RunKey run) {
        return logged.list.stream()
                .filter(event -> event.getFormattedMessage().contains(run.runId()))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    public void theOthersAreClaimedAndItIsPutOff(int how) {
        RunKey before = steps.start().key();
        RunKey damaged = damaged(steps.start(), how);
        RunKey after = steps.start().key();
        String worker = steps.worker();
        long counted = log().unreadable();

        assertThat(claim(worker)).containsExactlyInAnyOrder(before, after);
        assertThat(claim(worker)).isEmpty();
        assertThat(values(log().claim(steps.claimOf(worker, damaged)))).isEmpty();

        assertUnreadable(damaged);
        assertThat(timesLogged(damaged)).isOne();
        assertThat(log().unreadable()).isEqualTo(counted + 1);
    }

    @Test
    public void itIsTriedAgainNowAndThenAndGoesOnOnceItIsMended() {
        RunKey damaged = damaged(steps.start(), MENDABLE);
        String worker = steps.worker();
        assertThat(claim(worker)).isEmpty();

        afterAMinute().block(LONG);
        assertThat(sweep(damaged)).extracting(Swept::change).containsExactly(Change.WOKEN);
        assertThat(claim(worker)).isEmpty();
        assertThat(sweep(damaged)).isEmpty();
        assertThat(timesLogged(damaged)).isOne();

        mend(damaged).block(LONG);
        afterAMinute().block(LONG);
        sweep(damaged);
        assertThat(claim(worker)).containsExactly(damaged);
        assertThat(steps.load(damaged).progress().attempts()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    public void theOthersAreListedInFullPages(int how) {
        RunKey first = steps.start().key();
        damaged(steps.start(), how);
        RunKey second = steps.start().key();
        damaged(steps.start(), how);
        damaged(steps.start(), how);
        RunKey third = steps.start().key();

        List<RunRecord> page = values(log().page(query(null, 2)));
        assertThat(page).extracting(RunRecord::key).containsExactly(third, second);
        Cursor last =
                new Cursor(page.get(1).times().createdAt(), page.get(1).key().runId());
        assertThat(values(log().page(query(last, 2))))
                .extracting(RunRecord::key)
                .containsExactly(first);
        assertThat(values(log().page(query(null, 100))))
                .extracting(RunRecord::key)
                .containsExactly(third, second, first);
    }

    private Query query(@Nullable Cursor before, int limit) {
        return new Query(steps.tenant, steps.code.definition(), RunStatus.PENDING, before, limit);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    public void theOthersAreLookedAfter(int how) {
        String worker = steps.worker();
        RunRecord ofAGoneWorker = steps.startOn(worker);
        RunRecord due = steps.after(
                transition(steps.startOn(worker), Move.TIMER, Body.NONE, RunSteps.in(Duration.ofMillis(1))));
        RunRecord over =
                steps.after(transition(steps.startOn(worker), Move.PAUSE, Body.NONE, RunSteps.asked(Duration.ZERO)));
        damaged(steps.startOn(worker), how);
        damaged(steps.after(transition(steps.startOn(worker), Move.TIMER, Body.NONE, RunSteps.in(Duration.ZERO))), how);
        damaged(
                steps.after(transition(steps.startOn(worker), Move.PAUSE, Body.NONE, RunSteps.asked(Duration.ZERO))),
                how);
        log().leave(worker).block(LONG);
        afterAMinute().block(LONG);

        Map<RunKey, Change> changes = sweep(ofAGoneWorker.key(), due.key(), over.key()).stream()
                .collect(Collectors.toMap(Swept::key, Swept::change));

        assertThat(changes)
                .containsOnly(
                        Map.entry(ofAGoneWorker.key(), Change.RECOVERED),
                        Map.entry(due.key(), Change.WOKEN),
                        Map.entry(over.key(), Change.TIMED_OUT));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    public void whatHappensToTheOthersIsTold(int how) {
        RunKey before = steps.start().key();
        damaged(steps.start(), how);
        RunKey after = steps.start().key();

        List<Notice> told = values(log().notices(RunSteps.id("reader"), RunOwnershipContract.ALL));

        assertThat(told).extracting(Notice::key).contains(before, after);
        log().settle(told).block(LONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    public void itIsRemovedUnlessItIsUnderWay(int how) {
        RunKey pending = damaged(steps.start(), how);
        RunKey ended = damaged(steps.after(steps.startOn(steps.worker()), Move.COMPLETE), how);
        RunKey running = damaged(steps.startOn(steps.worker()), how);

        assertThat(value(log().remove(pending))).isTrue();
        assertThat(value(log().remove(ended))).isTrue();
        assertThat(value(log().remove(running))).isFalse();
        assertThat(log().load(pending).blockOptional(LONG)).isEmpty();
        assertThat(log().load(ended).blockOptional(LONG)).isEmpty();
        assertUnreadable(running);
    }

    @Test
    public void aParentThatCannotBeReadHoldsUpNoChild() {
        RunRecord parent = steps.startOn(steps.worker());
        RunRecord child = steps.startChild(parent, "");
        damaged(parent, 1);

        RunRecord held = steps.claim(child.key());

        assertThat(steps.after(held, Move.COMPLETE).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    public void aJournalThatCannotBeReadIsItsRunsAlone() {
        RunRecord damaged = steps.start();
        RunRecord other = steps.start();
        damageJournal(damaged.key()).block(LONG);

        StepVerifier.create(log().journal(damaged.key(), -1, 10))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining(damaged.key().runId()))
                .verify(LONG);
        assertThat(steps.journal(other.key())).hasSize(1);
        assertThat(claim(steps.worker())).containsExactlyInAnyOrder(damaged.key(), other.key());
    }
}
