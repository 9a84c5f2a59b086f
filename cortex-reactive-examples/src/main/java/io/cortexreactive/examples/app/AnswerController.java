package io.cortexreactive.examples.app;

import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.message.ChatRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers that go on without whoever asked, and can be followed from anywhere. */
@RestController
@RequestMapping("/api/answers")
final class AnswerController {

    private final Answers answers;
    private final BackgroundAnswers background;
    private final ChannelEvents events;

    AnswerController(Answers answers, BackgroundAnswers background, ChannelEvents events) {
        this.answers = answers;
        this.background = background;
        this.events = events;
    }

    /** Begins one, without tools, and gives its {@code id}. */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<Map<String, String>> begin(@RequestBody ChatInput input) {
        Backend backend = answers.backend(input.provider());
        ChatRequest request = ChatRequest.builder()
                .messages(input.toMessages())
                .model(Answers.model(backend, input.model()))
                .build();
        return background.begin(answers.client(backend, input), request).map(id -> Map.of("id", id));
    }

    /** Its chunks, from the beginning or behind one. */
    @GetMapping(path = "/{id}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> follow(
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            ServerHttpResponse response) {
        return background.known(id, events.of(BackgroundAnswers.channel(id), lastEventId, response));
    }
}
