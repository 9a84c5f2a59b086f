package io.cortexreactive.examples.app;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Streams answers. When the browser goes away, WebFlux cancels, and that closes the provider's connection. */
@RestController
final class ChatController {

    private final Answers answers;
    private final ToolChat tools;
    private final AnswerStream stream;

    ChatController(Answers answers, ToolChat tools, AnswerStream stream) {
        this.answers = answers;
        this.tools = tools;
        this.stream = stream;
    }

    /**
     * {@code chunk} events with a chunk each, or where the model may call tools {@code step} events as {@link ToolChat}
     * has them; ended as {@link AnswerStream} ends.
     */
    @PostMapping(
            path = "/api/chat",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> chat(@RequestBody ChatInput input) {
        Backend backend = answers.backend(input.provider());
        List<Message> conversation = input.toMessages();
        String model = Answers.model(backend, input.model());
        ChatClient chat = answers.client(backend, input);
        Flux<ServerSentEvent<Object>> answer = isTrue(input.tools())
                ? tools.steps(chat, conversation, model).map(step -> AnswerStream.event("step", step))
                : chat.stream(request(conversation, model)).map(chunk -> AnswerStream.event("chunk", chunk));
        return stream.ended(answer);
    }

    private static ChatRequest request(List<Message> conversation, @Nullable String model) {
        return ChatRequest.builder().messages(conversation).model(model).build();
    }

    private static boolean isTrue(@Nullable Boolean wish) {
        return Boolean.TRUE.equals(wish);
    }
}
