package io.cortexreactive.examples.app;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.backend.AskedProvider;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.TenantMissingException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streams answers. When the browser goes away, WebFlux cancels, and that closes the provider's connection. */
@RestController
final class ChatController {

    private static final Logger LOG = LoggerFactory.getLogger(ChatController.class);

    private final Answers answers;
    private final ShutdownSignal shutdown;

    ChatController(Answers answers, ShutdownSignal shutdown) {
        this.answers = answers;
        this.shutdown = shutdown;
    }

    /**
     * {@code chunk} events with a chunk each, then {@code done} with the provider that answered; or {@code error} with
     * a {@link Failure}.
     */
    @PostMapping(
            path = "/api/chat",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> chat(@RequestBody ChatInput input) {
        Backend backend = answers.backend(input.provider());
        ChatRequest request = ChatRequest.builder()
                .messages(input.toMessages())
                .model(Answers.model(backend, input.model()))
                .build();
        ChatClient chat =
                answers.client(backend, Boolean.TRUE.equals(input.fallback()), Boolean.TRUE.equals(input.restart()));
        AskedProvider asked = new AskedProvider();
        return shutdown.guard(chat.stream(request))
                .map(chunk -> event("chunk", chunk))
                .concatWith(Mono.fromSupplier(() -> event("done", Map.of("provider", String.valueOf(asked.id())))))
                .onErrorResume(ChatController::isFailure, error -> Flux.just(failure(error)))
                .contextWrite(asked.write());
    }

    /** A call without a tenant never began: that is the caller's mistake, and becomes a status. */
    private static boolean isFailure(Throwable error) {
        return !(error instanceof TenantMissingException);
    }

    private static ServerSentEvent<Object> failure(Throwable error) {
        Failure failure = Failure.of(error);
        if ("internal".equals(failure.code())) {
            LOG.error("A chat failed", error);
        }
        return event("error", failure);
    }

    private static ServerSentEvent<Object> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }
}
