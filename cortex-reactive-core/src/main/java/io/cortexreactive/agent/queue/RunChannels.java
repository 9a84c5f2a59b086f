package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelBusyException;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.ChannelTrimmedException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells runs on channels. Thread-safe. */
final class RunChannels {

    private static final Logger LOG = LoggerFactory.getLogger(RunChannels.class);

    /** By then, a channel is no dead worker's any more: publications have a lease of half as long. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** What a channel ends with whose run has not completed. */
    private static final String RUN_ENDED_EARLY = "channel_failed";

    private final Broadcaster broadcaster;
    private final AgentRunQueue queue;
    private final Scheduler timer;
    private final Map<RunKey, Object> telling = new ConcurrentHashMap<>();

    RunChannels(Broadcaster broadcaster, AgentRunQueue queue, Scheduler timer) {
        this.broadcaster = broadcaster;
        this.queue = queue;
        this.timer = timer;
    }

    /**
     * Tells a run from its beginning until it has ended; nothing happens while that is done here already. A channel of
     * somebody else is waited for, as that may be a dead worker's.
     *
     * @return never fails
     */
    Mono<Void> tell(RunKey run, String channel, Flux<ChannelMessage> messages) {
        return Mono.defer(() -> {
            Object own = new Object();
            if (telling.putIfAbsent(run, own) != null) {
                return Mono.empty();
            }
            Flux<AgentStep> steps =
                    ChannelMessage.items(messages, AgentStep.class).doFinally(end -> telling.remove(run, own));
            return published(run, channel, steps).doFinally(end -> telling.remove(run, own));
        });
    }

    private Mono<Void> published(RunKey run, String channel, Flux<AgentStep> steps) {
        Mono<Void> publication = Mono.defer(() -> broadcaster.publish(channel, steps));
        return publication
                .onErrorResume(
                        ChannelBusyException.class,
                        busy -> isToldByOthers(run, channel).flatMap(told -> told ? Mono.empty() : publication))
                .onErrorResume(error -> {
                    LOG.warn("Run {} cannot be told on channel {}", run.runId(), channel, error);
                    return Mono.empty();
                });
    }

    /** Whether somebody else has told the run to its end; false once the channel may be free. */
    private Mono<Boolean> isToldByOthers(RunKey run, String channel) {
        return end(channel, null)
                .timeout(PATIENCE, Mono.empty(), timer)
                .filter(end -> end.error() == null || end.error().code().equals(RUN_ENDED_EARLY))
                .flatMap(end -> queue.load(run))
                .map(RunRecord::status)
                .map(status -> status.isTerminal())
                .defaultIfEmpty(false);
    }

    /** The channel's last message, once it is there; none if the channel is another publication's meanwhile. */
    private Mono<ChannelMessage> end(String channel, @Nullable String after) {
        return broadcaster
                .follow(channel, after)
                .filter(ChannelMessage::last)
                .next()
                .onErrorResume(
                        ChannelTrimmedException.class,
                        trimmed -> Mono.justOrEmpty(trimmed.resumeId()).flatMap(id -> end(channel, id)));
    }
}
