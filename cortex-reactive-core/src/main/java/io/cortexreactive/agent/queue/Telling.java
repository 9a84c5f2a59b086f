package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.RunRecord;
import reactor.core.publisher.Mono;

/** Tells runs on the channels they were dispatched for, on the side: nobody waits for that. Thread-safe. */
final class Telling {

    private final Background background;
    private final RunChannels channels;

    Telling(Background background) {
        this.background = background;
        channels = new RunChannels(background.around().broadcaster(), background.queue(), background.timer());
    }

    /** Begins to tell a run from its beginning. */
    Mono<Void> begin(Job job, RunRecord run) {
        String channel = job.channel();
        if (channel == null) {
            return Mono.empty();
        }
        Mono<Void> told = channels.tell(run.key(), channel, background.messages(run.key(), Position.START));
        return Mono.deferContextual(
                view -> Mono.fromRunnable(() -> background.worker().background(told.contextWrite(view))));
    }

    /** The same for a run that has ended while nobody worked on it, who would tell that. */
    Mono<Void> end(RunRecord run) {
        return Mono.defer(() -> begin(Job.of(run), run)).onErrorComplete(CorruptStateException.class);
    }
}
