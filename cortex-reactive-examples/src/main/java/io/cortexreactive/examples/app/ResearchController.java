package io.cortexreactive.examples.app;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streams research, and gives the pages that it names. */
@RestController
final class ResearchController {

    private final Answers answers;
    private final Research research;
    private final AnswerStream stream;
    private final ExtractiveResponder documentation;

    ResearchController(Answers answers, Research research, AnswerStream stream, ExtractiveResponder documentation) {
        this.answers = answers;
        this.research = research;
        this.stream = stream;
        this.documentation = documentation;
    }

    /** {@code step} events as {@link Research} has them; ended as {@link AnswerStream} ends. */
    @PostMapping(
            path = "/api/research",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> research(@RequestBody ResearchInput input) {
        String question = input.checkedQuestion();
        Backend backend = answers.backend(input.provider());
        String model = Answers.model(backend, input.model());
        ChatClient chat =
                answers.client(backend, Boolean.TRUE.equals(input.fallback()), Boolean.TRUE.equals(input.restart()));
        return stream.ended(research.steps(chat, question, model).map(step -> AnswerStream.event("step", step)));
    }

    /** A page of the documentation, as Markdown. */
    @GetMapping(path = "/api/documentation/{*name}", produces = "text/markdown;charset=UTF-8")
    Mono<String> page(@PathVariable String name) {
        return Mono.fromSupplier(() -> documentation
                .page(name.substring(1))
                .orElseThrow(() -> new RejectedException(
                        HttpStatus.NOT_FOUND, "unknown_page", "The documentation has no such page.")));
    }
}
