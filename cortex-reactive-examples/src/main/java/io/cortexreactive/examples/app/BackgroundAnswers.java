package io.cortexreactive.examples.app;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.Tenancy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers that go on whoever looks, until they are complete or the application goes down. */
@Component
final class BackgroundAnswers implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundAnswers.class);

    private final Disposable.Composite underWay = Disposables.composite();
    private final ShutdownSignal shutdown;

    BackgroundAnswers(ShutdownSignal shutdown) {
        this.shutdown = shutdown;
    }

    static String channel(String id) {
        return "answers." + id;
    }

    /** Begins to ask, for whom this is subscribed, and gives the id of the answer. Its channel says how it ends. */
    Mono<String> begin(ChatClient chat, ChatRequest request) {
        return Mono.deferContextual(context -> {
            String id = Tenancy.newCorrelationId();
            Disposable.Swap answer = Disposables.swap();
            underWay.add(answer);
            answer.update(shutdown.guard(Flux.from(chat.broadcast(channel(id), request)))
                    .contextWrite(context)
                    .doFinally(end -> underWay.remove(answer))
                    .subscribe(whole -> {}, error -> LOG.info("Answer {} has ended: {}", id, error.getMessage())));
            return Mono.just(id);
        });
    }

    @Override
    public void destroy() {
        underWay.dispose();
    }
}
