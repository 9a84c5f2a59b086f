package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelBusyException;
import io.cortexreactive.chat.ChannelFailedException;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.ChannelTrimmedException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
     * somebody else is waited for, be it a dead worker's or another run's.
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
            Mono<Boolean> told = isToldByOthers(run, channel, messages);
            return published(run, channel, steps, told).doFinally(end -> telling.remove(run, own));
        });
    }

    private Mono<Void> published(RunKey run, String channel, Flux<AgentStep> steps, Mono<Boolean> told) {
        Mono<Void> publication = Mono.defer(() -> broadcaster.publish(channel, steps));
        return publication
                .onErrorResume(
                        ChannelBusyException.class, busy -> told.flatMap(done -> done ? Mono.empty() : publication))
                .onErrorResume(error -> {
                    LOG.warn("Run {} cannot be told on channel {}", run.runId(), channel, error);
                    return Mono.empty();
                });
    }

    /** Whether somebody else has told this run to its end; false once the channel may be free. */
    private Mono<Boolean> isToldByOthers(RunKey run, String channel, Flux<ChannelMessage> messages) {
        return ending(channel, null)
                .timeout(PATIENCE, Mono.empty(), timer)
                .flatMap(theirs -> ending(theirs, ChannelFailedException::error))
                .filterWhen(theirs -> queue.load(run).map(RunRecord::status).map(RunStatus::isTerminal))
                .flatMap(theirs -> messages.takeLast(2)
                        .collectList()
                        .flatMap(own -> ending(own, ErrorInfo::of))
                        .map(theirs::equals))
                .defaultIfEmpty(false);
    }

    /** The channel's last messages, once they are there; none if the channel is another publication's meanwhile. */
    private Mono<List<ChannelMessage>> ending(String channel, @Nullable String after) {
        return broadcaster
                .follow(channel, after)
                .takeLast(2)
                .collectList()
                .onErrorResume(
                        ChannelTrimmedException.class,
                        trimmed -> Mono.justOrEmpty(trimmed.resumeId()).flatMap(id -> ending(channel, id)));
    }

    /** What tells one run's end from another's: its last step, and its error. None of what is no run's. */
    private static Mono<List<Object>> ending(
            List<ChannelMessage> last, Function<ChannelFailedException, ErrorInfo> error) {
        return ChannelMessage.items(Flux.fromIterable(last), AgentStep.class)
                .cast(Object.class)
                .onErrorResume(ChannelFailedException.class, failed -> Mono.just(error.apply(failed)))
                .collectList()
                .onErrorComplete();
    }
}
