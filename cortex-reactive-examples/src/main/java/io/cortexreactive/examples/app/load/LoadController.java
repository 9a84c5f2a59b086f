package io.cortexreactive.examples.app.load;

import io.cortexreactive.examples.app.Answers;
import io.cortexreactive.examples.app.RejectedException;
import io.cortexreactive.examples.app.ShutdownSignal;
import io.cortexreactive.examples.app.ShuttingDownException;
import io.cortexreactive.examples.backend.Backends;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Generates load for as long as somebody listens to it, and streams what all traffic looks like. */
@RestController
final class LoadController {

    private static final ServerSentEvent<Object> END = event("end", Map.of());

    private final LoadGenerator generator;
    private final Traffic traffic;
    private final Answers answers;
    private final Backends backends;
    private final ShutdownSignal shutdown;
    private final Duration period;

    LoadController(
            LoadGenerator generator,
            Traffic traffic,
            Answers answers,
            Backends backends,
            ShutdownSignal shutdown,
            @Value("${example.sample}") Duration period) {
        this.generator = generator;
        this.traffic = traffic;
        this.answers = answers;
        this.backends = backends;
        this.shutdown = shutdown;
        this.period = period;
    }

    /**
     * A {@code running} event each second with the seconds left, then {@code end}. The load lives as long as the
     * connection: whoever closes it stops the load, and with it every provider's connection. There is one at a time.
     */
    @PostMapping(
            path = "/api/load",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> load(@RequestBody LoadInput input) {
        if (!backends.isSimulated()) {
            throw new RejectedException(
                    HttpStatus.NOT_FOUND, "not_simulated", "The providers are real: load would cost money.");
        }
        Load load = input.toLoad(answers.backend(input.provider()).id());
        return untilShutdown(
                generator.run(load).map(left -> event("running", Map.of("load", load, "secondsLeft", left))));
    }

    /** A {@code sample} event with a {@link TrafficSample} every so often, from the next one on. */
    @GetMapping(path = "/api/traffic", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> traffic() {
        return untilShutdown(Flux.interval(Duration.ZERO, period)
                .onBackpressureDrop()
                .map(tick -> traffic.snapshot())
                .buffer(2, 1)
                .filter(pair -> pair.size() == 2)
                .map(this::sample));
    }

    private ServerSentEvent<Object> sample(List<Traffic.Snapshot> pair) {
        return event("sample", TrafficSample.between(pair.get(0), pair.get(1), generator.running()));
    }

    private Flux<ServerSentEvent<Object>> untilShutdown(Flux<ServerSentEvent<Object>> events) {
        return shutdown.guard(events)
                .onErrorComplete(ShuttingDownException.class)
                .concatWithValues(END);
    }

    private static ServerSentEvent<Object> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }
}
