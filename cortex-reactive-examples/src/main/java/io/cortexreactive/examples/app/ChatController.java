package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.ChatClient;
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

/** Streams answers. When the browser goes away, WebFlux cancels, and that closes the provider's connection. */
@RestController
final class ChatController {

    private static final Logger LOG = LoggerFactory.getLogger(ChatController.class);

    private final ChatClient chat;
    private final ShutdownSignal shutdown;

    ChatController(Cortex cortex, ShutdownSignal shutdown) {
        this.chat = cortex.chat();
        this.shutdown = shutdown;
    }

    /** {@code chunk} events with a chunk each, then {@code done}; or {@code error} with a {@link Failure}. */
    @PostMapping(
            path = "/api/chat",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> chat(@RequestBody ChatInput input) {
        ChatRequest request = ChatRequest.builder().messages(input.toMessages()).build();
        return shutdown.guard(chat.stream(request))
                .map(chunk -> event("chunk", chunk))
                .concatWithValues(event("done", Map.of()))
                .onErrorResume(ChatController::isFailure, error -> Flux.just(failure(error)));
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
