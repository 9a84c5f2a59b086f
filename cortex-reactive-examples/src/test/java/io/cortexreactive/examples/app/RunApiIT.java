package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.ScriptedReply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Runs of agents in the background, as programs ask about them. */
@RunningApplication
class RunApiIT {

    private static final String QUESTION = "What does a slow event subscriber lose?";

    private final Api api;

    @Autowired
    RunApiIT(Api api) {
        this.api = api;
    }

    private WebTestClient.ResponseSpec post(Map<String, ?> input) {
        return api.http()
                .post()
                .uri("/api/runs")
                .header(CallerFilter.TENANT, "acme")
                .bodyValue(input)
                .exchange();
    }

    private String begin(Map<String, ?> more) {
        Map<String, Object> input = new HashMap<>(more);
        input.put("question", QUESTION);
        Map<?, ?> begun = post(input)
                .expectStatus()
                .isAccepted()
                .expectBody(Map.class)
                .returnResult()
                .getResponseBody();
        return String.valueOf(Objects.requireNonNull(begun).get("id"));
    }

    private WebTestClient.ResponseSpec get(String path) {
        return api.http()
                .get()
                .uri("/api/runs" + path)
                .header(CallerFilter.TENANT, "acme")
                .exchange();
    }

    private List<EventSource.Event> events(String id) {
        String address = api.address() + "/api/runs/" + id + "/events";
        try (EventSource events = EventSource.get(address, SOON, Map.of(CallerFilter.TENANT, "acme"))) {
            return events.rest();
        }
    }

    private WebTestClient.ResponseSpec follow(String id, String lastEventId) {
        return api.http()
                .get()
                .uri("/api/runs/" + id + "/events")
                .header(CallerFilter.TENANT, "acme")
                .header("Last-Event-ID", lastEventId)
                .exchange();
    }

    @Test
    void whoeverHasSeenTheEndIsToldThatNothingFollows() {
        api.server().enqueue(ScriptedReply.text("The oldest."));
        String id = begin(Map.of());
        List<EventSource.Event> events = events(id);

        follow(id, events.get(events.size() - 1).id()).expectStatus().isNoContent();
        follow(id, events.get(events.size() - 2).id()).expectStatus().isOk();
        follow(id, "").expectStatus().isBadRequest();
    }

    @Test
    void aChosenModelIsAskedByTheWorker() {
        int call = api.next(ScriptedReply.text("The oldest."));
        events(begin(Map.of("provider", "openai", "model", "simulated-extract-brief")));

        assertThat(api.call(call).path()).isEqualTo("/v1/chat/completions");
        assertThat(api.call(call).body()).contains("\"model\":\"simulated-extract-brief\"");
    }

    @Test
    void aSearcherAsksTheChosenModelToo() {
        int call = api.callsSoFar() + 1;
        api.server()
                .enqueue(
                        ScriptedReply.toolCall("c1", "searcher", Map.of("input", QUESTION)),
                        ScriptedReply.text("The oldest are dropped."),
                        ScriptedReply.text("The oldest."));
        events(begin(Map.of("provider", "openai", "model", "simulated-extract-brief")));

        assertThat(api.call(call + 1).body()).contains("\"model\":\"simulated-extract-brief\"");
    }

    @Test
    void withoutAModelTheDefaultIsAsked() {
        int call = api.next(ScriptedReply.text("The oldest."));
        events(begin(Map.of("provider", "anthropic")));

        assertThat(api.call(call).body()).contains("\"model\":\"simulated-extract-1\"");
    }

    @Test
    void aModelThatIsNotThereIsRefusedAtOnce() {
        post(Map.of("question", QUESTION, "provider", "openai", "model", "nobody"))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("unknown_model");
    }

    @Test
    void halfACharacterIsRefusedAtOnce() {
        api.http()
                .post()
                .uri("/api/runs")
                .header(CallerFilter.TENANT, "acme")
                .header("Content-Type", "application/json")
                .bodyValue("{\"question\":\"Why \\ud83d?\"}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("agent_input");
    }

    @Test
    void aRunTellsItsQuestionAndItsFirstAttempt() {
        api.server().enqueue(ScriptedReply.text("The oldest."));
        String id = begin(Map.of());
        events(id);

        get("/" + id + "/question").expectBody().jsonPath("$.question").isEqualTo(QUESTION);
        get("/" + id).expectBody().jsonPath("$.attempt").isEqualTo(1);
        get("/nobody/question").expectStatus().isEqualTo(HttpStatus.NOT_FOUND);
    }

    @Test
    void aPageBeginsBehindTheLastRunOfTheOneBefore() {
        List<String> begun = IntStream.range(0, 21)
                .mapToObj(i -> {
                    api.server().enqueue(ScriptedReply.text("The oldest."));
                    String id = begin(Map.of());
                    events(id);
                    return id;
                })
                .toList();

        get("?status=completed").expectBody().jsonPath("$.length()").isEqualTo(20);
        get("?status=completed&after=" + begun.get(1))
                .expectBody()
                .jsonPath("$[0].id")
                .isEqualTo(begun.get(0));
        get("?after=nobody").expectStatus().isEqualTo(HttpStatus.NOT_FOUND);
    }
}
