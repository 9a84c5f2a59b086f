package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentCheckpoint;
import io.cortexreactive.durable.BackOff;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter.Unsettled;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Stopping;
import io.cortexreactive.error.Transient;
import io.cortexreactive.tool.ToolRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Works on a run from when it was taken until it has ended, waits, is given back, or is lost. */
final class Attempt {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    static final ErrorInfo LATE =
            new ErrorInfo("deadline_exceeded", "The run had not ended when its deadline had come.", false);

    private final Background background;
    private final Hold hold;
    private final Agent agent;
    private final Job job;
    private final int number;
    private final Checkpoint checkpoint;
    private final @Nullable String lost;

    Attempt(Background background, Hold hold, Agent agent, Job job, History history) {
        this.background = background;
        this.hold = hold;
        this.agent = agent;
        this.job = job;
        number = history.vainAttempts() + hold.run().progress().attempts();
        checkpoint = new Checkpoint(background, hold, job, history);
        lost = history.lost();
    }

    /** It begins on a thread that may be kept waiting. */
    Mono<Void> work() {
        if (number > job.maxAttempts()) {
            return checkpoint.giveUp(exhausted());
        }
        if (lost != null) {
            return checkpoint.fail(lost(lost));
        }
        return hold.assured()
                .then(Mono.defer(() -> hold.yields() ? hold.release() : begun()))
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<Void> begun() {
        return checkpoint
                .open()
                .then(Mono.defer(this::outcome))
                .takeUntilOther(Mono.firstWithSignal(hold.cut(), checkpoint.over()))
                .flatMap(error -> ended(error).thenReturn(true))
                .switchIfEmpty(Mono.defer(this::cut).thenReturn(true))
                .then();
    }

    private ErrorInfo exhausted() {
        return new ErrorInfo(
                "attempts_exhausted",
                "The run was tried as often as it may, which is " + job.maxAttempts()
                        + ", and its workers were gone before it had come further. See whether it is what ends them;"
                        + " if not, re-drive it, or dispatch it with more maxAttempts.",
                false);
    }

    private static ErrorInfo lost(String runId) {
        return new ErrorInfo(
                "history_lost",
                "What run '" + runId + "' had done, which this one was to go on with, is kept no longer, and it is not"
                        + " done again by itself. Dispatch it anew.",
                false);
    }

    /** The error it ends with, if any. */
    private Mono<Optional<Throwable>> outcome() {
        Mono<Optional<Throwable>> done = agent.stream(job.input(), job.context(checkpoint))
                .concatMap(checkpoint::tell, 0)
                .then(Mono.just(Optional.<Throwable>empty()))
                .contextWrite(view ->
                        view.put(AgentCheckpoint.class, checkpoint.root()).put(ToolRun.Journal.class, checkpoint))
                .onErrorResume(error -> Mono.just(Optional.of(error)));
        Duration left = left();
        return left == null ? done : Mono.firstWithSignal(done, Mono.delay(left).thenReturn(Optional.of(new Late())));
    }

    /** How long it may still take; null for as long as it likes. */
    private @Nullable Duration left() {
        Instant end = hold.run().times().deadlineAt();
        return end == null ? null : Duration.between(background.worker().storeTime(), end);
    }

    private Mono<Void> ended(Optional<Throwable> came) {
        if (came.isEmpty()) {
            return checkpoint.complete().onErrorResume(error -> !(error instanceof Unsettled), this::failed);
        }
        Throwable error = came.get();
        if (error instanceof Unsettled) {
            return Mono.error(error);
        }
        return error instanceof Late ? checkpoint.fail(LATE) : failed(error);
    }

    private Mono<Void> failed(Throwable error) {
        if (error instanceof Stopping) {
            return hold.yields() ? checkpoint.release() : leftToOthers(error);
        }
        ErrorInfo info = ErrorInfo.of(error);
        if (!(error instanceof Transient) || number >= job.maxAttempts()) {
            return checkpoint.fail(info);
        }
        Duration delay = BACK_OFF.after(number);
        return checkpoint
                .retry(info, delay)
                .doFinally(end -> background.soon(hold.run().key(), delay));
    }

    /** What the agent runs on is closed, and this worker is not: it would take the run again at once. */
    private Mono<Void> leftToOthers(Throwable error) {
        LOG.warn(
                "Run {} of {} is left to others: {}",
                hold.run().key().runId(),
                hold.run().code(),
                error.getMessage());
        return checkpoint.putOff();
    }

    private Mono<Void> cut() {
        if (checkpoint.isOver()) {
            return checkpoint.isLost() ? lost() : Mono.empty();
        }
        return hold.isLost() ? lost() : checkpoint.release();
    }

    /** What a cancelled run had said is kept. */
    private Mono<Void> lost() {
        return background
                .queue()
                .load(hold.run().key())
                .filter(run -> run.status() == RunStatus.CANCELLED)
                .flatMap(run -> checkpoint.lastWords())
                .onErrorComplete();
    }

    /** Its time is up. */
    private static final class Late extends RuntimeException {

        private static final long serialVersionUID = 1;
    }
}
