package io.cortexreactive.examples.app;

import io.cortexreactive.examples.backend.AskedProvider;
import io.cortexreactive.tenant.TenantMissingException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How an answer goes to a page: as server-sent events, the last of which says how it ended. */
@Component
final class AnswerStream {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);

    private final ShutdownSignal shutdown;

    AnswerStream(ShutdownSignal shutdown) {
        this.shutdown = shutdown;
    }

    /** The answer, then {@code done} with the provider that answered, or {@code error} with a {@link Failure}. */
    Flux<ServerSentEvent<Object>> ended(Flux<ServerSentEvent<Object>> answer) {
        AskedProvider asked = new AskedProvider();
        return shutdown.guard(answer)
                .concatWith(Mono.fromSupplier(() -> event("done", Map.of("provider", String.valueOf(asked.id())))))
                .onErrorResume(AnswerStream::isFailure, error -> Flux.just(failure(error)))
                .contextWrite(asked.write());
    }

    /** A call without a tenant never began: that is the caller's mistake, and becomes a status. */
    private static boolean isFailure(Throwable error) {
        return !(error instanceof TenantMissingException);
    }

    private static ServerSentEvent<Object> failure(Throwable error) {
        Failure failure = Failure.of(error);
        if ("internal".equals(failure.code())) {
            LOG.error("An answer failed", error);
        }
        return event("error", failure);
    }

    static ServerSentEvent<Object> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }
}
