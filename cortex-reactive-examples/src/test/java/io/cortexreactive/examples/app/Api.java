package io.cortexreactive.examples.app;

import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The application as its callers see it, and the simulated model behind it. */
final class Api {

    /** Generous: a test that needs it has failed. */
    static final Duration SOON = Duration.ofSeconds(30);

    private final WebServerApplicationContext context;
    private final Backends backends;

    Api(WebServerApplicationContext context, Backends backends) {
        this.context = context;
        this.backends = backends;
    }

    String address() {
        return "http://localhost:"
                + Objects.requireNonNull(context.getWebServer()).getPort();
    }

    SimulatedModelServer server() {
        return Objects.requireNonNull(backends.server());
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
        return WebTestClient.bindToServer(new JdkClientHttpConnector())
                .baseUrl(address())
                .responseTimeout(SOON)
                .build();
    }

    /** Asks as a tenant; closing leaves in the middle. */
    EventSource ask(String tenant, String question) {
        return ask(tenant, question, Map.of());
    }

    /** Asks as a tenant, with what else a question can say; closing leaves in the middle. */
    EventSource ask(String tenant, String question, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("messages", List.of(Map.of("role", "user", "text", question)));
        return EventSource.post(address() + "/api/chat", SOON, Map.of(CallerFilter.TENANT, tenant), body);
    }

    /** Asks as a tenant, and reads the answer to its end. */
    List<EventSource.Event> answer(String tenant) {
        try (EventSource answer = ask(tenant, "Hello?")) {
            return answer.rest();
        }
    }

    /** Watches the event stream; returns when it stands. */
    EventSource watch(String query) {
        EventSource events = EventSource.get(address() + "/api/events?" + query, SOON);
        events.take(event -> "status".equals(event.name()));
        return events;
    }
}
