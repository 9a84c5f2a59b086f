package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings.Lease;
import io.cortexreactive.durable.NewRun.Content;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Wanted;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a worker is given when it leaves already. */
class WorkerDrainTests {

    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Code CODE = new Code("w", "1");
    private static final Lease LEASE =
            new Lease(Duration.ofSeconds(300), Duration.ofSeconds(5), Duration.ofSeconds(200));

    private final List<Hold> worked = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final Sinks.Empty<Void> answer = Sinks.empty();
    private final RunLog log = RunLog.inMemory(Clock.systemUTC(), Duration.ofDays(7));
    private VirtualTimeScheduler time;
    private Worker worker;

    @BeforeEach
    void beginTime() {
        time = LastingTime.begin();
        worker = new Worker(new LateLog(log, answer.asMono()), LEASE, Schedulers.parallel());
    }

    @AfterEach
    void endTime() {
        VirtualTimeScheduler.reset();
    }

    private static NewRun run(@Nullable String worker) {
        Terms terms = new Terms(RunWriter.newCommitId(), "default", 100, null, null, worker);
        return new NewRun(new RunKey("", "r"), CODE, "a", new Content("{}", "{}"), null, Lineage.NONE, terms);
    }

    private RunRecord stored() {
        return Objects.requireNonNull(log.load(new RunKey("", "r")).block());
    }

    private Mono<List<RunKey>> claim() {
        return worker.claim(new Wanted("default", List.of(CODE)), null, 1, hold -> {
            worked.add(hold);
            return hold.cut();
        });
    }

    private void leave() {
        Disposable unused = worker.leave(DRAIN).subscribe(nothing -> {}, error -> {}, () -> left.add("left"));
    }

    private void givenBack() {
        assertThat(worked).isEmpty();
        assertThat(stored().status()).isEqualTo(RunStatus.PENDING);
        assertThat(stored().progress().attempts()).isZero();
    }

    @Test
    void aClaimUnderWayIsWaitedForAndGivenBack() {
        log.start(run(null)).block();
        Disposable unused = claim().subscribe();
        leave();
        assertThat(left).isEmpty();
        assertThat(stored().status()).isEqualTo(RunStatus.RUNNING);

        answer.tryEmitEmpty();

        assertThat(left).hasSize(1);
        givenBack();
    }

    @Test
    void aClaimThatIsAnsweredTooLateIsGivenBackAllTheSame() {
        log.start(run(null)).block();
        Disposable unused = claim().subscribe();
        leave();
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(left).hasSize(1);

        worker.resume();
        answer.tryEmitEmpty();

        givenBack();
    }

    @Test
    void aClaimThatWasAboutToBeginTakesNothing() {
        answer.tryEmitEmpty();
        log.start(run(null)).block();
        Mono<List<RunKey>> claim = claim();
        leave();

        assertThat(left).hasSize(1);
        assertThat(claim.block()).isEmpty();
        assertThat(log.workers().collectList().block()).isEmpty();
        worker.resume();
        assertThat(claim().block()).hasSize(1);
        assertThat(worked).hasSize(1);
    }

    @Test
    void aRunThatIsBegunWhileItLeavesIsForOthers() {
        leave();
        Disposable unused = worker.start(WorkerDrainTests::run, hold -> {
                    worked.add(hold);
                    return hold.cut();
                })
                .subscribe();

        givenBack();
    }

    @Test
    void allWhoWaitForItToLeaveAreTold() {
        answer.tryEmitEmpty();
        Sinks.Empty<Void> end = Sinks.empty();
        Disposable unused =
                worker.start(WorkerDrainTests::run, hold -> end.asMono()).subscribe();
        leave();
        leave();
        assertThat(left).isEmpty();

        end.tryEmitEmpty();

        assertThat(left).hasSize(2);
    }

    /** One whose claims are answered late. */
    private static final class LateLog extends ForwardingRunLog {

        private final Mono<Void> answer;

        LateLog(RunLog log, Mono<Void> answer) {
            super(log);
            this.answer = answer;
        }

        @Override
        public Flux<RunRecord> claim(Claim claim) {
            return runs().claim(claim).collectList().delayUntil(taken -> answer).flatMapIterable(taken -> taken);
        }
    }
}
