package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.Journals;
import io.cortexreactive.durable.Rounds;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.Settling;
import io.cortexreactive.durable.Worker;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What all that is done with runs of agents in this process goes through. Thread-safe. */
final class Background {

    private final AgentRunEngine.Parts parts;
    private final Worker worker;
    private final List<Rounds> rounds;
    private final Journals journals;
    private final Settling settling;
    private final Telling telling;

    Background(AgentRunEngine.Parts parts) {
        this.parts = parts;
        worker = new Worker(parts.queue(), parts.settings().lease(), timer());
        rounds = parts.settings().queues().stream().map(this::rounds).toList();
        Rounds watch = watch();
        Function<RunKey, AgentRunNotFoundException> missing = key -> new AgentRunNotFoundException(key.runId());
        journals = new Journals(parts.queue(), worker, watch, missing);
        settling = new Settling(parts.queue(), worker, watch, missing);
        telling = new Telling(this);
    }

    private Rounds rounds(AgentRunSettings.Queue queue) {
        Rounds.Pace pace = new Rounds.Pace(settings().scan(), queue.concurrency(), timer());
        return new Rounds(parts.queue(), worker, pace, new QueueRuns(this, queue));
    }

    /** The pace at which who waits looks; these rounds are never made. */
    private Rounds watch() {
        Rounds.Pace pace = new Rounds.Pace(settings().watch(), 0, timer());
        return new Rounds(parts.queue(), worker, pace, new QueueRuns(this, AgentRunSettings.Queue.of("none")));
    }

    AgentRunQueue queue() {
        return parts.queue();
    }

    AgentRunEngine.Callees agents() {
        return parts.agents();
    }

    AgentRunEngine.Around around() {
        return parts.around();
    }

    AgentRunSettings settings() {
        return parts.settings();
    }

    Scheduler timer() {
        return parts.around().timer();
    }

    Worker worker() {
        return worker;
    }

    Journals journals() {
        return journals;
    }

    Settling settling() {
        return settling;
    }

    Telling telling() {
        return telling;
    }

    /** What a run tells behind a place in it, until it has ended. */
    Flux<ChannelMessage> messages(RunKey run, Position after) {
        return journals.follow(run, after.seq() - 1, entry -> after.behind(entry, run));
    }

    /** Looks for a run once it can be taken again. */
    void soon(RunKey key, Duration delay) {
        rounds.forEach(each -> each.wakeFor(key, delay));
    }

    /** Looks for runs now. */
    void wake() {
        rounds.forEach(Rounds::wake);
    }

    Mono<Void> start() {
        return Flux.fromIterable(rounds).concatMap(Rounds::start).then();
    }

    Mono<Void> stop() {
        return Rounds.stop(rounds, worker, settings().drain());
    }
}
