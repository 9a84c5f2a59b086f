package io.cortexreactive.examples.app.queue;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.examples.app.Answers;
import io.cortexreactive.examples.app.NothingMore;
import io.cortexreactive.examples.app.ShutdownSignal;
import io.cortexreactive.examples.app.ShuttingDownException;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.research.ShownSteps;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Runs of agents in the background, those of the caller's tenant. */
@RestController
@RequestMapping("/api/runs")
final class RunController {

    private static final int PAGE = 20;

    private final Answers answers;
    private final BackgroundAgents agents;
    private final AgentRuns runs;
    private final ShutdownSignal shutdown;

    RunController(Answers answers, BackgroundAgents agents, Cortex cortex, ShutdownSignal shutdown) {
        this.answers = answers;
        this.agents = agents;
        this.runs = cortex.agentRuns();
        this.shutdown = shutdown;
    }

    /** Begins research, which goes on whoever looks, on any worker; gives its {@code id}. */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<Map<String, String>> begin(@RequestBody RunInput input) {
        String question = input.checkedQuestion();
        Backend backend = answers.backend(input.provider());
        return agents.begin(backend, Answers.model(backend, input.model()), question)
                .map(id -> Map.of("id", id));
    }

    /** {@value PAGE} runs at most, the newest first; those behind {@code after}, the last one of the page before. */
    @GetMapping
    Mono<List<RunLine>> list(
            @RequestParam(required = false) @Nullable String status,
            @RequestParam(required = false) @Nullable String after) {
        return runs.list(new AgentRuns.Filter(null, status == null ? null : status(status)), after)
                .take(PAGE)
                .map(RunLine::of)
                .collectList();
    }

    private static AgentRunStatus status(String name) {
        return Arrays.stream(AgentRunStatus.values())
                .filter(status -> status.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> invalid("unknown_status", "There is no such status of a run."));
    }

    @GetMapping("/{id}")
    Mono<RunLine> find(@PathVariable String id) {
        return runs.info(id).map(RunLine::of).switchIfEmpty(Mono.error(() -> new AgentRunNotFoundException(id)));
    }

    /** What the run was to find out. */
    @GetMapping("/{id}/question")
    Mono<Map<String, String>> question(@PathVariable String id) {
        return runs.input(id)
                .map(input -> Map.of("question", input.text()))
                .switchIfEmpty(Mono.error(() -> new AgentRunNotFoundException(id)));
    }

    /**
     * {@code step} events as {@link ShownSteps} has them, from the beginning or after one, then live; their ids tell
     * where to go on. At last {@code end}, or {@code failed} with the error. A stream without either was broken off,
     * and can be resumed. Behind the last event there is nothing, which is said so that nobody asks again.
     */
    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> events(
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String after,
            ServerHttpResponse response) {
        Flux<ServerSentEvent<Object>> events = runs.messages(id, after).map(RunController::event);
        return shutdown.guard(events.switchIfEmpty(NothingMore.toTell(response)))
                .onErrorComplete(ShuttingDownException.class);
    }

    static ServerSentEvent<Object> event(ChannelMessage message) {
        if (!message.last()) {
            AgentStep step = JsonMapper.shared().convertValue(message.item(), AgentStep.class);
            return event(message, "step", ShownSteps.of(step));
        }
        return message.error() == null
                ? event(message, "end", Map.of())
                : event(message, "failed", message.error().shown());
    }

    private static ServerSentEvent<Object> event(ChannelMessage message, String name, Object data) {
        return ServerSentEvent.builder(data).event(name).id(message.id()).build();
    }

    /** The calls that the run waits with. */
    @GetMapping("/{id}/approvals")
    Flux<AgentStep.ApprovalRequested> approvals(@PathVariable String id) {
        return runs.approvals(id);
    }

    /** Decides on a call, once; the run goes on. */
    @PostMapping(path = "/{id}/approvals/{call}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> decide(@PathVariable String id, @PathVariable String call, @RequestBody Decision decision) {
        return runs.approve(id, call, decision.toApproval());
    }

    /** Whether it was this that ended it. */
    @PostMapping("/{id}/cancel")
    Mono<Map<String, Boolean>> cancel(@PathVariable String id) {
        return runs.cancel(id).map(cancelled -> Map.of("cancelled", cancelled));
    }

    /** Begins a failed run anew, with what it had kept; gives the {@code id} of the new one. */
    @PostMapping("/{id}/redrive")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<Map<String, String>> redrive(@PathVariable String id) {
        return runs.redrive(id).map(fresh -> Map.of("id", fresh));
    }
}
