package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.examples.app.EventSource.Event;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/** A workflow that makes a text and waits for somebody to approve it. */
@RunningApplication
class WorkflowApiIT {

    private static final String TOPIC = "What does a slow event subscriber lose?";

    private final Api api;
    private final WorkflowCaller acme;

    @Autowired
    WorkflowApiIT(Api api) {
        this.api = api;
        this.acme = WorkflowCaller.of(api, "acme");
    }

    private static void assertProblem(ResponseSpec response, int status, String code) {
        response.expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(code);
    }

    @Test
    void whatAPersonApprovesIsPublished() {
        String topic = "When is a fallback asked?"; // no other test publishes it
        String id = acme.begin(topic);
        Event paused = acme.awaitPause(id, "");
        Map<String, Object> waiting = acme.run(id);
        assertThat(waiting).containsEntry("status", "paused").containsEntry("node", "approve");
        String text = String.valueOf(WorkflowCaller.data(waiting).get("write"));
        assertThat(text).startsWith("# " + topic).contains("This comes from docs/");
        assertThat(WorkflowCaller.data(waiting).get("review")).asString().contains("It names its sources: docs/");
        assertThat(acme.list("/published")).extracting(one -> one.get("title")).doesNotContain(topic);

        acme.decide(id, Map.of("token", WorkflowCaller.token(paused), "approved", true))
                .expectStatus()
                .isAccepted();
        Event completed = acme.await(id, "WorkflowCompleted", paused.id());

        assertThat(completed.data().get("output")).isEqualTo(Map.of("published", true, "title", topic));
        assertThat(acme.run(id)).containsEntry("status", "completed");
        assertThat(acme.list("/published"))
                .filteredOn(one -> topic.equals(one.get("title")))
                .extracting(one -> one.get("text"))
                .containsExactly(text);
    }

    @Test
    void aRejectionGoesBackToTheWriterAndNotForEver() {
        String id = acme.begin(TOPIC);
        Event paused = acme.awaitPause(id, "");
        for (int round = 1; round <= 3; round++) {
            reject(id, paused, "Say what cancel does, wish " + round);
            paused = acme.awaitPause(id, paused.id());
            assertThat(WorkflowCaller.data(acme.run(id)).get("write"))
                    .asString()
                    .contains("wish " + round)
                    .doesNotContain("wish " + (round - 1));
        }
        reject(id, paused, "Still not");
        Event completed = acme.await(id, "WorkflowCompleted", paused.id());

        assertThat(completed.data().get("output"))
                .isEqualTo(Map.of("published", false, "round", 4, "comment", "Still not"));
        assertThat(acme.historyOf(id, "node")).filteredOn("write"::equals).hasSize(4);
    }

    private void reject(String id, Event paused, String comment) {
        acme.decide(id, Map.of("token", WorkflowCaller.token(paused), "approved", false, "comment", comment))
                .expectStatus()
                .isAccepted();
    }

    @Test
    void aFollowerGoesOnWhereItWas() {
        String id = acme.begin(TOPIC);
        Event paused = acme.awaitPause(id, "");
        acme.decide(id, Map.of("approved", true)).expectStatus().isAccepted();

        try (EventSource rest = acme.events(id, Map.of("Last-Event-ID", paused.id()))) {
            List<Event> events = rest.rest();
            assertThat(events)
                    .first()
                    .satisfies(event -> assertThat(event.type()).isEqualTo("WorkflowResumed"));
            assertThat(events)
                    .last()
                    .satisfies(event -> assertThat(event.name()).isEqualTo("end"));
            assertThat(events).extracting(Event::type).contains("WorkflowCompleted");
        }
        try (EventSource all = acme.events(id, Map.of())) {
            assertThat(all.rest())
                    .extracting(Event::type)
                    .startsWith("WorkflowStarted", "WorkflowNodeEntered", "WorkflowNodeExited")
                    .contains("WorkflowPaused", "WorkflowResumed", "WorkflowCompleted");
        }
    }

    @Test
    void anAnswerThatWillNotDoLeavesTheRunPaused() {
        String id = acme.begin(TOPIC);
        String token = WorkflowCaller.token(acme.awaitPause(id, ""));

        assertProblem(acme.decide(id, Map.of("token", token)), 400, "invalid_input");
        assertProblem(
                acme.decide(id, Map.of("token", token, "approved", false, "comment", "x".repeat(2_001))),
                400,
                "invalid_input");
        assertProblem(acme.decide(id, Map.of("token", "another", "approved", true)), 409, "workflow_not_paused");
        assertProblem(acme.decide(id, Map.of("token", token, "approved", "perhaps")), 400, "malformed_json");

        assertThat(acme.run(id)).containsEntry("status", "paused");
        acme.decide(id, Map.of("token", token, "approved", true)).expectStatus().isAccepted();
        acme.await(id, "WorkflowCompleted", "");
        assertProblem(acme.decide(id, Map.of("token", token, "approved", true)), 409, "workflow_not_paused");
    }

    @Test
    void ofTwoWhoDecideOneIsToldThatItWasTooLate() {
        String id = acme.begin(TOPIC);
        Event paused = acme.awaitPause(id, "");
        Map<String, Object> approval = Map.of("token", WorkflowCaller.token(paused), "approved", true);
        reject(id, paused, "Say what cancel does");

        assertProblem(acme.decide(id, approval), 409, "workflow_not_paused");

        acme.awaitPause(id, paused.id());
        acme.decide(id, approval)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("Run '" + id + "' waits for the answer to another question. Look at its pause again.");
    }

    @Test
    void anAnswerThatWillNotDoIsToldWhy() {
        String id = acme.begin(TOPIC);
        acme.awaitPause(id, "");

        acme.decide(id, Map.of("comment", "Nice"))
                .expectBody()
                .jsonPath("$.detail")
                .value(detail -> assertThat(String.valueOf(detail))
                        .startsWith(
                                "The answer to 'approve' of run '" + id + "' is refused, and the run stays paused: ")
                        .contains("approved"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "null", "{", "[]", "\"x\"", "{\"topic\":1}", "{\"subject\":\"x\"}"})
    void malformedBodiesAreToldTheirForm(String body) {
        acme.post("", body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("The body is not the JSON this takes: {\"topic\":…}");
        assertProblem(acme.post("/runs/none/resume", body), 400, "malformed_json");
        assertProblem(acme.post("/runs/none/fork", body), 400, "malformed_json");
    }

    @Test
    void nothingIsNoAnswer() {
        assertProblem(acme.post("/runs/none/resume", ""), 400, "malformed_json");
    }

    @Test
    void aBodyIsNoBook() {
        acme.post("", Map.of("topic", "x".repeat(2 << 20)))
                .expectStatus()
                .isEqualTo(413)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("The body is too large. Shorten it, or begin anew.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"topic\":\" \"}"})
    void aRunNeedsATopic(String body) {
        assertProblem(acme.post("", body), 400, "no_topic");
    }

    @Test
    void aTopicIsNoText() {
        assertProblem(acme.post("", Map.of("topic", "x".repeat(501))), 400, "too_long");
    }

    @Test
    void aForkSaysWhereToBegin() {
        String id = acme.begin(TOPIC);

        assertProblem(acme.post("/runs/" + id + "/fork", Map.of()), 400, "no_sequence");
        assertProblem(acme.post("/runs/" + id + "/fork", Map.of("sequence", -1)), 400, "invalid_position");
        acme.post("/runs/" + id + "/fork", Map.of("sequence", 99))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo(
                        "'99' is no position of the run. Take one from the metadata of an event, or the sequence of a"
                                + " transition that something came after.");
    }

    @Test
    void nothingComesAfterTheEnd() {
        String id = acme.begin("Simulate a refused key");
        acme.await(id, "WorkflowFailed", "");

        List<Object> sequences = acme.historyOf(id, "sequence");
        Object last = sequences.get(sequences.size() - 1);

        assertProblem(acme.post("/runs/" + id + "/fork", Map.of("sequence", last)), 400, "invalid_position");
        assertProblem(acme.decide(id, Map.of("approved", true)), 409, "workflow_not_paused");
        acme.post("/runs/" + id + "/cancel", Map.of()).expectBody().json("{\"cancelled\":false}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"where", "1", "1.0", "-1.0.", "99.0."})
    void aPositionThatIsNoneIsRefused(String position) {
        String id = acme.begin(TOPIC);

        assertProblem(
                api.http()
                        .get()
                        .uri("/api/workflows/content/runs/" + id + "/events")
                        .header("X-Tenant", "acme")
                        .header("Last-Event-ID", position)
                        .exchange(),
                400,
                "invalid_position");
    }

    @ParameterizedTest
    @CsvSource({"resume, '{\"approved\":true}'", "cancel, '{}'", "fork, '{\"sequence\":1}'"})
    void aRunThatThereIsNotIsNotFound(String action, String body) {
        assertProblem(acme.post("/runs/none/" + action, body), 404, "workflow_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/events", "/history"})
    void ofARunThatThereIsNotNothingIsKnown(String what) {
        assertProblem(acme.get("/runs/none" + what), 404, "workflow_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/runs", "/runs/none", "/runs/none/events", "/runs/none/history", "/published"})
    void whoDoesNotSayForWhomIsRefused(String path) {
        assertProblem(api.http().get().uri("/api/workflows/content" + path).exchange(), 400, "tenant_missing");
    }

    @ParameterizedTest
    @CsvSource({
        "'', '{\"topic\":\"x\"}'",
        "/runs/none/resume, '{\"approved\":true}'",
        "/runs/none/cancel, '{}'",
        "/runs/none/fork, '{\"sequence\":1}'"
    })
    void whoDoesNotSayForWhomChangesNothing(String path, String body) {
        assertProblem(
                api.http()
                        .post()
                        .uri("/api/workflows/content" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(body)
                        .exchange(),
                400,
                "tenant_missing");
    }

    @Test
    void cancelEndsARunOnce() {
        String id = acme.begin(TOPIC);
        acme.awaitPause(id, "");

        acme.post("/runs/" + id + "/cancel", Map.of()).expectBody().json("{\"cancelled\":true}");
        acme.await(id, "WorkflowCancelled", "");
        acme.post("/runs/" + id + "/cancel", Map.of()).expectBody().json("{\"cancelled\":false}");

        assertThat(acme.run(id)).containsEntry("status", "cancelled");
        assertProblem(acme.decide(id, Map.of("approved", true)), 409, "workflow_not_paused");
    }

    @Test
    void aForkBeginsWithWhatWasKnown() {
        String id = acme.begin(TOPIC);
        acme.awaitPause(id, "");
        List<Object> nodes = acme.historyOf(id, "node");
        assertThat(nodes).startsWith("research", "write", "review");

        String other = acme.fork(id, Map.of("sequence", 1, "topic", "Another topic"));
        acme.awaitPause(other, "");

        assertThat(other).isNotEqualTo(id);
        assertThat(acme.historyOf(other, "node")).startsWith("write", "review");
        Map<String, Object> known = WorkflowCaller.data(acme.run(other));
        assertThat(known).containsEntry("topic", "Another topic");
        assertThat(known.get("research"))
                .isEqualTo(WorkflowCaller.data(acme.run(id)).get("research"));
        assertThat(known.get("write")).asString().startsWith("# Another topic");
    }

    @Test
    void tenantsDoNotSeeEachOthersRuns() {
        WorkflowCaller globex = WorkflowCaller.of(api, "globex");
        String id = acme.begin(TOPIC);
        acme.awaitPause(id, "");

        assertProblem(globex.get("/runs/" + id), 404, "workflow_not_found");
        assertProblem(globex.get("/runs/" + id + "/events"), 404, "workflow_not_found");
        assertProblem(globex.decide(id, Map.of("approved", true)), 404, "workflow_not_found");
        assertProblem(globex.post("/runs/" + id + "/cancel", Map.of()), 404, "workflow_not_found");
        assertThat(globex.list("/runs")).extracting(run -> run.get("id")).doesNotContain(id);
        assertThat(acme.list("/runs")).extracting(run -> run.get("id")).contains(id);
        assertThat(acme.run(id)).containsEntry("status", "paused");
    }

    @Test
    void aFailureIsTold() {
        String id = acme.begin("Simulate a refused key");
        Event failed = acme.await(id, "WorkflowFailed", "");

        assertThat(failed.data().get("error")).asString().contains("authentication");
        Map<String, Object> run = acme.run(id);
        assertThat(run).containsEntry("status", "failed");
        assertThat(run.get("error")).asString().contains("authentication");
    }

    @Test
    void thePageGetsTheWorkflowAsItIs() {
        acme.get("").expectBody().json("""
                        {"start":"research", "lasting":false, "edges":[{"from":"research","to":"write"}, {"from":"write","to":"review"},
                        {"from":"review","to":"approve"}, {"from":"approve","to":"publish"},
                        {"from":"approve","to":"revise"}, {"from":"revise","to":"write"}]}""");
    }
}
