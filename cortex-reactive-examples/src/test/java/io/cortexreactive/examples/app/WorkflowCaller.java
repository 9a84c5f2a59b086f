package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;

import io.cortexreactive.examples.app.EventSource.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/**
 * Somebody who uses the content pipeline.
 *
 * @param http the application
 * @param address of it
 * @param tenant for whom
 */
record WorkflowCaller(WebTestClient http, String address, String tenant) {

    private static final String PATH = "/api/workflows/content";
    private static final ParameterizedTypeReference<Map<String, Object>> OBJECT = new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<List<Map<String, Object>>> OBJECTS =
            new ParameterizedTypeReference<>() {};

    static WorkflowCaller of(Api api, String tenant) {
        return new WorkflowCaller(api.http(), api.address(), tenant);
    }

    ResponseSpec post(String path, Object body) {
        return http.post()
                .uri(PATH + path)
                .header(CallerFilter.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    ResponseSpec get(String path) {
        return http.get().uri(PATH + path).header(CallerFilter.TENANT, tenant).exchange();
    }

    private static Map<String, Object> object(ResponseSpec response) {
        return Objects.requireNonNull(response.expectStatus()
                .is2xxSuccessful()
                .expectBody(OBJECT)
                .returnResult()
                .getResponseBody());
    }

    private static String id(ResponseSpec begun) {
        begun.expectStatus().isAccepted();
        return String.valueOf(object(begun).get("id"));
    }

    /** Begins a run, and gives its id. */
    String begin(String topic) {
        return id(post("", Map.of("topic", topic)));
    }

    String fork(String id, Map<String, Object> body) {
        return id(post("/runs/" + id + "/fork", body));
    }

    Map<String, Object> run(String id) {
        return object(get("/runs/" + id));
    }

    List<Map<String, Object>> list(String path) {
        return Objects.requireNonNull(get(path)
                .expectStatus()
                .isOk()
                .expectBody(OBJECTS)
                .returnResult()
                .getResponseBody());
    }

    List<Object> historyOf(String id, String column) {
        return list("/runs/" + id + "/history").stream()
                .map(entry -> Objects.requireNonNullElse(entry.get(column), ""))
                .toList();
    }

    /** Follows a run. */
    EventSource events(String id, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put(CallerFilter.TENANT, tenant);
        return EventSource.get(address + PATH + "/runs/" + id + "/events", SOON, headers);
    }

    /** Waits until a run has come to such an event, from its beginning or after one. */
    Event await(String id, String type, String after) {
        try (EventSource events = events(id, after.isEmpty() ? Map.of() : Map.of("Last-Event-ID", after))) {
            return events.take(event -> type.equals(event.type()));
        }
    }

    /** Waits until a run has paused, and gives that event. */
    Event awaitPause(String id, String after) {
        return await(id, "WorkflowPaused", after);
    }

    @SuppressWarnings("unchecked")
    static String token(Event paused) {
        return String.valueOf(
                ((Map<String, Object>) Objects.requireNonNull(paused.data().get("pause"))).get("token"));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> data(Map<String, Object> run) {
        return (Map<String, Object>) Objects.requireNonNull(run.get("data"));
    }

    ResponseSpec decide(String id, Map<String, Object> decision) {
        return post("/runs/" + id + "/resume", decision);
    }
}
