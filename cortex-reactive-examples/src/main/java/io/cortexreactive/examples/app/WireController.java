package io.cortexreactive.examples.app;

import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.examples.backend.CallTag;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the simulated model server saw on the wire. */
@RestController
final class WireController {

    private static final int LATEST = 20;

    private final Backends backends;

    WireController(Backends backends) {
        this.backends = backends;
    }

    /** The latest calls, newest first. */
    @GetMapping(path = "/api/wire", produces = MediaType.APPLICATION_JSON_VALUE)
    Flux<WireLine> calls() {
        SimulatedModelServer server = backends.server();
        if (server == null) {
            throw new RejectedException(
                    HttpStatus.NOT_FOUND,
                    "not_simulated",
                    "The providers are real, and keep their journals to themselves.");
        }
        return Flux.fromStream(server.calls().stream()
                        .sorted(Comparator.comparing(WireCall::number).reversed()))
                .take(LATEST)
                .concatMap(WireLine::of);
    }

    /**
     * One call.
     *
     * @param key the end of the key that came over the wire
     * @param framesWritten event-stream frames handed to the socket
     * @param closed who ended it, or {@code OPEN}
     * @param correlationId of the answer it belongs to
     */
    record WireLine(
            int number,
            String key,
            String model,
            long framesWritten,
            String closed,
            @Nullable String correlationId) {

        private static final int SHOWN = 4;
        private static final int LONG_ENOUGH = 12;

        static Mono<WireLine> of(WireCall call) {
            Mono<String> closed = Mono.firstWithValue(call.closed().map(Enum::name), Mono.just("OPEN"));
            return closed.map(how -> new WireLine(
                    call.number(),
                    masked(call.call().credential()),
                    call.call().model(),
                    call.framesWritten(),
                    how,
                    CallTag.of(call.call()).orElse(null)));
        }

        /** Enough to tell two keys apart, too little to use one. */
        static String masked(String key) {
            return "••••" + (key.length() < LONG_ENOUGH ? "" : key.substring(key.length() - SHOWN));
        }
    }
}
