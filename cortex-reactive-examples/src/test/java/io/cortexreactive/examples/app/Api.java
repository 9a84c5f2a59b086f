package io.cortexreactive.examples.app;

import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/** The application as its callers see it, and the simulated model behind it. */
final class Api {

    /** Generous: a test that needs it has failed. */
    static final Duration SOON = Duration.ofSeconds(30);

    private final WebServerApplicationContext context;
    private final ModelBackend backend;
    /** The JDK's, so that each Netty buffer in the process is the application's. */
    private final ClientHttpConnector connector = new JdkClientHttpConnector();

    private final WebClient client =
            WebClient.builder().clientConnector(connector).build();

    Api(WebServerApplicationContext context, ModelBackend backend) {
        this.context = context;
        this.backend = backend;
    }

    String address() {
        return "http://localhost:"
                + Objects.requireNonNull(context.getWebServer()).getPort();
    }

    SimulatedModelServer server() {
        return Objects.requireNonNull(backend.server());
    }

    /** Queues the answer to the next call, and gives that call's number. */
    int next(ScriptedReply reply) {
        server().enqueue(reply);
        return callsSoFar() + 1;
    }

    int callsSoFar() {
        List<WireCall> calls = server().calls();
        return calls.isEmpty() ? 0 : calls.get(calls.size() - 1).number();
    }

    WireCall call(int number) {
        return Objects.requireNonNull(server().call(number).block(SOON));
    }

    WebTestClient http() {
        return WebTestClient.bindToServer(connector)
                .baseUrl(address())
                .responseTimeout(SOON)
                .build();
    }

    /** Asks as a tenant; a cancel closes the connection. */
    Flux<ServerSentEvent<Map<String, Object>>> ask(String tenant, String question) {
        return client.post()
                .uri(address() + "/api/chat")
                .header(CallerFilter.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .bodyValue(Map.of("messages", List.of(Map.of("role", "user", "text", question))))
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<>() {});
    }

    /** Watches the event stream. */
    Flux<ServerSentEvent<Map<String, Object>>> watch(String query) {
        return client.get()
                .uri(address() + "/api/events?" + query)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<>() {});
    }
}
