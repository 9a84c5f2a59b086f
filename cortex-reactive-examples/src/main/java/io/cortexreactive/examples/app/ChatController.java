package io.cortexreactive.examples.app;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.backend.AskedProvider;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.TenantMissingException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
    private final ToolChat tools;
    private final ShutdownSignal shutdown;

    ChatController(Answers answers, ToolChat tools, ShutdownSignal shutdown) {
        this.answers = answers;
        this.tools = tools;
        this.shutdown = shutdown;
    }

    /**
     * {@code chunk} events with a chunk each, or where the model may call tools {@code step} events as {@link ToolChat}
     * has them; then {@code done} with the provider that answered, or {@code error} with a {@link Failure}.
     */
    @PostMapping(
            path = "/api/chat",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> chat(@RequestBody ChatInput input) {
        Backend backend = answers.backend(input.provider());
        List<Message> conversation = input.toMessages();
        String model = Answers.model(backend, input.model());
        ChatClient chat = client(backend, input);
        AskedProvider asked = new AskedProvider();
        Flux<ServerSentEvent<Object>> answer = isTrue(input.tools())
                ? tools.steps(chat, conversation, model).map(step -> event("step", step))
                : chat.stream(request(conversation, model)).map(chunk -> event("chunk", chunk));
        return shutdown.guard(answer)
                .concatWith(Mono.fromSupplier(() -> event("done", Map.of("provider", String.valueOf(asked.id())))))
                .onErrorResume(ChatController::isFailure, error -> Flux.just(failure(error)))
                .contextWrite(asked.write());
    }

    private ChatClient client(Backend backend, ChatInput input) {
        ChatClient chat = answers.client(backend, isTrue(input.fallback()), isTrue(input.restart()));
        return isTrue(input.guarded()) ? chat.withGuardrails(ModelConfiguration.CARDS) : chat;
    }

    private static ChatRequest request(List<Message> conversation, @Nullable String model) {
        return ChatRequest.builder().messages(conversation).model(model).build();
    }

    private static boolean isTrue(@Nullable Boolean wish) {
        return Boolean.TRUE.equals(wish);
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
