package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cortexreactive.durable.RunLog.Beat;
import io.cortexreactive.durable.RunLog.Swept;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A store that is away is told of when it goes and when it comes, however often it is asked meanwhile. */
class OutageTests {

    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.cortexreactive.durable");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Level before = logger.getLevel();
    private VirtualTimeScheduler time;
    private boolean away;
    private int asked;

    private final RunLog log = new ForwardingRunLog(RunLog.inMemory()) {
        @Override
        public Flux<Swept> sweep(int limit) {
            return Flux.defer(() -> away ? Flux.error(gone()) : super.sweep(limit));
        }

        @Override
        public Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
            return Mono.defer(() -> away ? Mono.error(gone()) : super.beat(worker, ttl, draining, held));
        }
    };

    private StoreUnavailableException gone() {
        asked++;
        return new StoreUnavailableException("The line is cut.", null);
    }

    @BeforeEach
    void begin() {
        time = VirtualTimeScheduler.getOrSet();
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void end() {
        logger.detachAppender(lines);
        logger.setLevel(before);
        VirtualTimeScheduler.reset();
    }

    private Worker worker() {
        Duration ttl = Duration.ofHours(9);
        return new Worker(log, new EngineSettings.Lease(ttl, BEAT, ttl.dividedBy(2)), Schedulers.parallel());
    }

    private Rounds rounds() {
        return new Rounds(
                log, worker(), new Rounds.Pace(Duration.ofSeconds(1), 1, Schedulers.parallel()), new NothingToDo());
    }

    private void goesAndComes() {
        time.advanceTimeBy(LONG);
        away = true;
        time.advanceTimeBy(LONG);
        away = false;
        time.advanceTimeBy(LONG);
    }

    private List<Level> levels() {
        return lines.list.stream().map(ILoggingEvent::getLevel).toList();
    }

    @Test
    void roundsTellOnceThatItGoesAndOnceThatItComes() {
        rounds().start().block();

        goesAndComes();
        assertThat(asked).isGreaterThan(5);
        assertThat(levels()).containsExactly(Level.WARN, Level.INFO);

        goesAndComes();
        assertThat(levels()).containsExactly(Level.WARN, Level.INFO, Level.WARN, Level.INFO);
    }

    @Test
    void soDoBeats() {
        Worker worker = worker();
        RunSteps steps = new RunSteps(() -> log);
        NewRun run = steps.run(steps.key(), null, RunRecord.Lineage.NONE, steps.terms(null, null));
        worker.start(
                        own -> new NewRun(
                                run.key(),
                                run.code(),
                                run.node(),
                                run.content(),
                                null,
                                run.lineage(),
                                steps.terms(null, own)),
                        hold -> Mono.never())
                .block();

        goesAndComes();

        assertThat(asked).isGreaterThan(5);
        assertThat(levels()).containsExactly(Level.WARN, Level.INFO);
    }

    @Test
    void whatFailsWhereNoRoundsAreMadeIsToldEachTime() {
        Rounds rounds = rounds();

        rounds.outage(gone()).block();
        rounds.outage(gone()).block();

        assertThat(levels()).containsExactly(Level.WARN, Level.WARN);
    }
}
