package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatEvent.ChatBroadcasting;
import io.cortexreactive.event.EventStream;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

/** Answers that go on whoever looks, until they are complete or the application goes down. */
@Component
final class BackgroundAnswers implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundAnswers.class);

    /** By then, what another process has begun has told something. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Disposable.Composite underWay = Disposables.composite();
    private final Set<ChannelKey> channels = ConcurrentHashMap.newKeySet();
    private final EventStream events;
    private final ShutdownSignal shutdown;

    BackgroundAnswers(Cortex cortex, ShutdownSignal shutdown) {
        this.events = cortex.events();
        this.shutdown = shutdown;
    }

    static String channel(String id) {
        return "answers." + id;
    }

    /**
     * Begins to ask, for whom this is subscribed, and gives the id of the answer once it has its channel, which says
     * how it ends.
     */
    Mono<String> begin(ChatClient chat, ChatRequest request) {
        return Mono.deferContextual(context -> {
            String id = Tenancy.newCorrelationId();
            Mono<?> begun = events.on(ChatBroadcasting.class)
                    .filter(broadcasting -> broadcasting.channel().equals(channel(id)))
                    .next();
            Mono<?> ended = Mono.defer(() -> inBackground(chat, request, id, context));
            return Flux.merge(begun, ended).next().thenReturn(id);
        });
    }

    /** Signals when that has ended. */
    private Mono<ChatResponse> inBackground(ChatClient chat, ChatRequest request, String id, ContextView context) {
        ChannelKey channel = ChannelKey.of(channel(id), context);
        Sinks.One<ChatResponse> ended = Sinks.one();
        Disposable.Swap answer = Disposables.swap();
        underWay.add(answer);
        channels.add(channel);
        answer.update(shutdown.guard(Flux.from(chat.broadcast(channel.channel(), request)))
                .contextWrite(context)
                .doOnError(error -> LOG.info("Answer {} has ended: {}", id, error.getMessage()))
                .doFinally(end -> {
                    channels.remove(channel);
                    underWay.remove(answer);
                })
                .subscribe(ended::tryEmitValue, ended::tryEmitError));
        return ended.asMono();
    }

    /** An answer as it is followed. One that is not under way here, and of which nothing comes, is unknown. */
    <T> Flux<T> known(String id, Flux<T> answer) {
        return Flux.deferContextual(context -> channels.contains(ChannelKey.of(channel(id), context))
                ? answer
                : answer.timeout(Mono.delay(PATIENCE), first -> Mono.never(), Mono.error(() -> unknown())));
    }

    private static RejectedException unknown() {
        return new RejectedException(
                HttpStatus.NOT_FOUND,
                "answer_not_found",
                "There is no such answer of this tenant, or what there was of it is kept no longer.");
    }

    @Override
    public void destroy() {
        underWay.dispose();
    }
}
