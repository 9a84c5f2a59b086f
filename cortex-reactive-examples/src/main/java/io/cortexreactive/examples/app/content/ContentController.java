package io.cortexreactive.examples.app.content;

import io.cortexreactive.examples.app.ShutdownSignal;
import io.cortexreactive.examples.app.ShuttingDownException;
import io.cortexreactive.examples.content.Publications.Publication;
import io.cortexreactive.workflow.WorkflowEvent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
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

/** Begins runs of the content pipeline, shows them, and takes what people say to them. */
@RestController
@RequestMapping("/api/workflows/content")
final class ContentController {

    private static final ServerSentEvent<Object> END =
            ServerSentEvent.<Object>builder(Map.of()).event("end").build();

    private final ContentRuns runs;
    private final ShutdownSignal shutdown;

    ContentController(ContentRuns runs, ShutdownSignal shutdown) {
        this.runs = runs;
        this.shutdown = shutdown;
    }

    /** What it is made of. */
    @GetMapping
    Graph graph() {
        return runs.graph();
    }

    /** Begins a run, which goes on whether anybody looks or not. */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<RunView> start(@RequestBody ContentInput input) {
        return runs.start(input.checkedTopic());
    }

    /** The latest, newest first. */
    @GetMapping("/runs")
    Flux<RunLine> latest() {
        return runs.latest();
    }

    @GetMapping("/runs/{id}")
    Mono<RunView> find(@PathVariable String id) {
        return runs.find(id);
    }

    /**
     * {@code step} events with a {@link RunEvent} each, from the beginning or after one, then live; their ids tell
     * where to go on. Once the run has ended, {@code end}. A stream without that was broken off, and can be resumed.
     */
    @GetMapping(path = "/runs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> events(
            @PathVariable String id, @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String after) {
        Flux<ServerSentEvent<Object>> steps = runs.follow(id, after).map(ContentController::step);
        return shutdown.guard(steps.concatWithValues(END)).onErrorComplete(ShuttingDownException.class);
    }

    private static ServerSentEvent<Object> step(WorkflowEvent event) {
        return ServerSentEvent.<Object>builder(RunEvent.of(event))
                .event("step")
                .id(String.valueOf(event.meta().metadata().get("position")))
                .build();
    }

    /** Answers a paused run, once; it goes on. */
    @PostMapping(path = "/runs/{id}/resume", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<RunView> resume(@PathVariable String id, @RequestBody Decision decision) {
        return runs.decide(id, decision);
    }

    /** Whether it was this that ended it. */
    @PostMapping("/runs/{id}/cancel")
    Mono<Map<String, Boolean>> cancel(@PathVariable String id) {
        return runs.cancel(id).map(cancelled -> Map.of("cancelled", cancelled));
    }

    /** Its transitions, oldest first. */
    @GetMapping("/runs/{id}/history")
    Flux<HistoryLine> history(@PathVariable String id) {
        return runs.history(id);
    }

    /** Begins another run, with what a run knew after a transition. */
    @PostMapping(path = "/runs/{id}/fork", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<RunView> fork(@PathVariable String id, @RequestBody ForkInput input) {
        return runs.fork(id, input.checkedSequence(), input.changes());
    }

    /** The texts that were published since the application started, oldest first. */
    @GetMapping("/published")
    Mono<List<Publication>> published() {
        return runs.published();
    }
}
