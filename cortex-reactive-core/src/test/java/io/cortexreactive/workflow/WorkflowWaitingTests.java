package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cortexreactive.durable.EngineStoppedException;
import io.cortexreactive.durable.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

class WorkflowWaitingTests extends WorkflowFixture {

    /** How long a store may be away before those who wait are told, and a beat. */
    private static final Duration PATIENCE = Duration.ofSeconds(66);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.cortexreactive.durable.Outage");
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();
    private Line line;
    private DefaultWorkflowEngine here;

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(told);
    }

    @BeforeEach
    void connect() {
        told.start();
        logger.addAppender(told);
        line = new Line(log);
        here = engine(line.store());
    }

    private List<String> warnings() {
        return told.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("who waits"))
                .toList();
    }

    private WorkflowDefinition taking(Duration time) {
        return Workflow.define("w")
                .callback(
                        "a",
                        context -> Mono.delay(time)
                                .then(Mono.defer(() -> gives("a").apply(context))))
                .callback("b", gives("b"))
                .edge("a", "b")
                .startAt("a")
                .endAt("b")
                .build();
    }

    private WorkflowDefinition delaying(Duration time) {
        return Workflow.define("d")
                .delay("d", time)
                .callback("b", gives("b"))
                .edge("d", "b")
                .startAt("d")
                .endAt("b")
                .build();
    }

    private WorkflowDefinition askingAndDelaying() {
        return Workflow.define("q")
                .humanInput("h", "ok?", null, null, OnTimeout.fail())
                .delay("d", Duration.ofMinutes(2))
                .edge("h", "d")
                .startAt("h")
                .endAt("d")
                .build();
    }

    private static void assertUnavailable(Begun<?> waiting, String runId) {
        assertThat(waiting.error.get())
                .isInstanceOfSatisfying(
                        StoreUnavailableException.class,
                        error -> assertThat(error.runId()).isEqualTo(runId));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoWaitsIsToldThatTheStoreIsAwayAndTheRunIsNotHurt(boolean started) {
        if (started) {
            await(here.start());
        }
        Begun<WorkflowResult> waiting =
                begin(here.bind(delaying(Duration.ofMinutes(2))).run(NOTHING));
        line.cutAll();
        pass(Duration.ofSeconds(50));
        assertThat(waiting.end.get()).isNull();
        pass(PATIENCE);

        assertUnavailable(waiting, onlyRun());
        line.mend();
        pass(Duration.ofMinutes(2));
        assertThat(stored(onlyRun()).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(here.worker().watched()).isZero();
    }

    @Test
    void whoWaitsForARunThatIsWorkedOnHereIsToldToo() {
        Begun<WorkflowResult> waiting =
                begin(here.bind(taking(Duration.ofSeconds(25))).run(NOTHING));
        line.cut("beat", "load");
        pass(PATIENCE);

        assertUnavailable(waiting, onlyRun());
        line.mend();
        pass(Duration.ofMinutes(3));
        assertThat(stored(onlyRun()).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void whoResumesIsToldThatTheStoreIsAway() {
        Workflow workflow = here.bind(askingAndDelaying());
        String runId = await(workflow.run(NOTHING)).runId();
        Begun<WorkflowResult> waiting = begin(workflow.resume(runId, NOTHING));
        line.cutAll();
        pass(Duration.ofMinutes(2));

        assertUnavailable(waiting, runId);
    }

    @Test
    void whoFollowsIsToldThatTheStoreIsAwayAndGoesOnLater() {
        Workflow workflow = here.bind(delaying(Duration.ofMinutes(2)));
        begin(workflow.withoutWaiting().run(NOTHING));
        List<WorkflowEvent> seen = new ArrayList<>();
        Begun<Void> following =
                begin(workflow.follow(onlyRun(), null).doOnNext(seen::add).then());
        line.cutAll();
        pass(Duration.ofSeconds(50));
        assertThat(following.end.get()).isNull();
        pass(PATIENCE);

        assertUnavailable(following, onlyRun());
        line.mend();
        String last = String.valueOf(seen.get(seen.size() - 1).meta().metadata().get("position"));
        List<WorkflowEvent> rest = await(workflow.follow(onlyRun(), last).collectList(), Duration.ofMinutes(3));
        assertThat(rest).last().isInstanceOf(WorkflowEvent.WorkflowCompleted.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shortOutagesAreRiddenOut(boolean started) {
        if (started) {
            await(here.start());
        }
        Workflow workflow = here.bind(delaying(Duration.ofMinutes(5)));
        Begun<WorkflowResult> waiting = begin(workflow.run(NOTHING));
        Begun<List<WorkflowEvent>> following =
                begin(workflow.follow(onlyRun(), null).collectList());
        for (int i = 0; i < 4; i++) {
            line.cutAll();
            pass(Duration.ofSeconds(40));
            line.mend();
            pass(Duration.ofSeconds(40));
        }

        assertThat(waiting.await(Duration.ofMinutes(1)).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(following.await(SCAN)).last().isInstanceOf(WorkflowEvent.WorkflowCompleted.class);
    }

    @Test
    void howeverManyWaitAnOutageIsWarnedOfOnce() {
        Workflow workflow = here.bind(delaying(Duration.ofMinutes(10)));
        for (int i = 0; i < 10; i++) {
            begin(workflow.run(NOTHING));
        }
        for (int i = 0; i < 2; i++) {
            line.cutAll();
            pass(Duration.ofSeconds(40));
            line.mend();
            pass(Duration.ofSeconds(40));
        }

        assertThat(warnings()).hasSize(2);
    }

    @Test
    void anOutageThatComesWhenNobodyWaitsAnyMoreIsWarnedOfAgain() {
        Workflow workflow = here.bind(delaying(Duration.ofSeconds(20)));
        for (int i = 0; i < 2; i++) {
            Begun<WorkflowResult> waiting = begin(workflow.run(NOTHING));
            line.cutAll();
            pass(Duration.ofSeconds(40));
            line.mend();
            assertThat(waiting.await(Duration.ofMinutes(1)).status()).isEqualTo(WorkflowStatus.COMPLETED);
        }

        assertThat(warnings()).hasSize(2);
    }

    @Test
    void resultThatCannotBeReadNamesItsRun() {
        Begun<WorkflowResult> waiting =
                begin(here.bind(taking(Duration.ofSeconds(1))).run(NOTHING));
        line.cut("journal");
        pass(Duration.ofSeconds(2));

        assertUnavailable(waiting, onlyRun());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void howeverManyWaitTheStoreIsSweptOnceAScan(boolean started) {
        if (started) {
            await(here.start());
        }
        Workflow workflow = here.bind(delaying(Duration.ofMinutes(1)));
        List<Begun<WorkflowResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pass(Duration.ofMillis(7));
            waiting.add(begin(workflow.run(NOTHING)));
        }
        int before = line.sent("sweep");
        pass(SCAN.multipliedBy(30));

        assertThat(line.sent("sweep") - before).isBetween(20, 40);
        pass(Duration.ofSeconds(35));
        assertThat(waiting).extracting(run -> run.await(SCAN).status()).containsOnly(WorkflowStatus.COMPLETED);
    }

    @Test
    void whatHappensSoonIsNotWaitedForUntilTheNextScan() {
        Workflow soon = here.bind(delaying(Duration.ofMillis(100)));
        begin(here.bind(taking(Duration.ofMinutes(1))).run(NOTHING));

        assertThat(await(soon.run(NOTHING), Duration.ofMillis(200)).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void manyThatBeginWithoutWaitingMakeNoRoundEach() {
        await(here.start());
        Workflow workflow = here.bind(taking(Duration.ofSeconds(30))).withoutWaiting();
        int before = line.sent("sweep");
        for (int i = 0; i < 40; i++) {
            await(workflow.run(NOTHING));
        }

        assertThat(line.sent("sweep") - before).isLessThan(5);
    }

    private static void assertStopped(Begun<?> waiting, @Nullable String runId) {
        assertThat(waiting.error.get())
                .isInstanceOfSatisfying(
                        EngineStoppedException.class,
                        error -> assertThat(error.runId()).isEqualTo(runId));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoWaitsWhenTheEngineStopsIsToldSo(boolean started) {
        if (started) {
            await(here.start());
        }
        Workflow workflow = here.bind(delaying(Duration.ofMinutes(2)));
        Begun<WorkflowResult> waiting = begin(workflow.run(NOTHING));
        Begun<Void> following = begin(workflow.follow(onlyRun(), null).then());
        await(here.stop());

        assertStopped(waiting, onlyRun());
        assertStopped(following, onlyRun());
        assertThat(here.worker().watched()).isZero();
    }

    @Test
    void whoWaitsForANodeUnderWayIsToldWhenItsRunIsGivenBack() {
        Workflow workflow = here.bind(taking(Duration.ofSeconds(10)));
        Begun<WorkflowResult> waiting = begin(workflow.run(NOTHING));
        Begun<Void> following = begin(workflow.follow(onlyRun(), null).then());
        Begun<Void> stopping = begin(here.stop());
        pass(Duration.ofSeconds(9));
        assertThat(waiting.end.get()).isNull();
        assertThat(following.end.get()).isNull();
        stopping.await(Duration.ofSeconds(2));

        assertStopped(waiting, onlyRun());
        assertStopped(following, onlyRun());
    }

    @Test
    void runThatEndsWhileTheEngineStopsIsAResult() {
        Workflow workflow = here.bind(WorkflowRunTests.single(WorkflowNode.callback(
                "a", context -> Mono.delay(Duration.ofSeconds(10)).thenReturn(NodeResult.of(1)))));
        Begun<WorkflowResult> waiting = begin(workflow.run(NOTHING));
        Begun<Void> following = begin(workflow.follow(onlyRun(), null).then());
        await(here.stop(), Duration.ofSeconds(12));

        assertThat(waiting.await(SCAN).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(following.end).hasValue(SignalType.ON_COMPLETE);
    }

    @Test
    void whoWaitsIsToldThoughTheStoreIsAwayWhenTheEngineStops() {
        Begun<WorkflowResult> waiting =
                begin(here.bind(taking(Duration.ofSeconds(5))).run(NOTHING));
        line.cut("commit", "load");
        Begun<Void> stopping = begin(here.stop());
        stopping.await(Duration.ofMinutes(1));
        settle();

        assertStopped(waiting, onlyRun());
    }

    @Test
    void whoWaitsIsToldThoughACommitDoesNotEnd() {
        Begun<WorkflowResult> waiting =
                begin(here.bind(taking(Duration.ofSeconds(5))).run(NOTHING));
        line.slow("commit", Duration.ofHours(1));
        await(here.stop(), Duration.ofMinutes(1));
        settle();

        assertStopped(waiting, onlyRun());
    }

    @Test
    void stoppedEngineBeginsNothingThatIsWaitedFor() {
        Workflow workflow = here.bind(askingAndDelaying());
        String paused = await(workflow.run(NOTHING)).runId();
        await(here.stop());

        assertStopped(begin(workflow.run(NOTHING)), null);
        assertStopped(begin(workflow.resume(paused, NOTHING)), paused);
        assertStopped(begin(workflow.fork(paused, 0, NOTHING)), null);
        assertThat(log.page(all()).collectList().block()).hasSize(1);
        assertThat(kinds(paused)).containsExactly("START", "PAUSE");
    }

    @Test
    void stoppedEngineTakesAnswersForOthersAndGoesOnOnceItIsStarted() {
        Workflow workflow = here.bind(askingAndDelaying());
        String runId = await(workflow.run(NOTHING)).runId();
        await(here.stop());
        assertThat(await(workflow.withoutWaiting().resume(runId, NOTHING)).status())
                .isEqualTo(WorkflowStatus.PENDING);
        await(here.start());

        assertThat(await(workflow.follow(runId, null).collectList(), Duration.ofMinutes(3)))
                .last()
                .isInstanceOf(WorkflowEvent.WorkflowCompleted.class);
    }

    @Test
    void whoFollowsOnAStoppedEngineSeesWhatOthersDo() {
        Workflow workflow = here.bind(askingAndDelaying());
        await(here.stop());
        String runId = await(workflow.withoutWaiting().run(NOTHING)).runId();
        Begun<List<WorkflowEvent>> following =
                begin(workflow.follow(runId, null).collectList());
        Workflow elsewhere = engine.bind(askingAndDelaying());
        await(engine.start());
        pass(SCAN.multipliedBy(2));
        begin(elsewhere.resume(runId, NOTHING));

        assertThat(following.await(Duration.ofMinutes(3))).last().isInstanceOf(WorkflowEvent.WorkflowCompleted.class);
    }

    @Test
    void whatHasEndedIsToldByAStoppedEngine() {
        Workflow workflow = here.bind(taking(Duration.ZERO));
        String runId = await(workflow.run(NOTHING)).runId();
        await(here.stop());

        assertThat(await(workflow.follow(runId, null).collectList()))
                .last()
                .isInstanceOf(WorkflowEvent.WorkflowCompleted.class);
    }

    @Test
    void engineThatIsStoppedAndStartedMakesRoundsOnce() {
        line.slow("sweep", Duration.ofMillis(100));
        await(here.start());
        begin(here.stop());
        await(here.start());
        pass(SCAN);
        int before = line.sent("sweep");
        pass(SCAN.multipliedBy(30));

        assertThat(line.sent("sweep") - before).isBetween(20, 40);
    }
}
