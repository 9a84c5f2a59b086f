package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.examples.app.EventSource.Event;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Agents that research the documentation. */
@RunningApplication
class ResearchApiIT {

    private static final List<String> LEAD = List.of("research");
    private static final List<String> SEARCHER = List.of("research", "searcher");
    private static final List<String> CHECKER = List.of("research", "fact_checker");

    private final Api api;

    @Autowired
    ResearchApiIT(Api api) {
        this.api = api;
    }

    private EventSource research(String question, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("question", question);
        return EventSource.post(api.address() + "/api/research", SOON, Map.of(CallerFilter.TENANT, "acme"), body);
    }

    private List<Event> steps(String question, Map<String, Object> more) {
        try (EventSource research = research(question, more)) {
            return research.rest();
        }
    }

    private static Stream<Event> of(List<Event> events, List<String> path, String type) {
        return events.stream().filter(event -> path.equals(event.data().get("path")) && type.equals(event.type()));
    }

    private static List<Object> tools(List<Event> events, List<String> path) {
        return of(events, path, "tool_started")
                .map(event -> event.data().get("tool"))
                .toList();
    }

    private static String text(List<Event> events, List<String> path) {
        return of(events, path, "text")
                .map(event -> String.valueOf(event.data().get("text")))
                .collect(Collectors.joining());
    }

    private static Map<String, Object> end(List<Event> events, List<String> path) {
        List<Event> ends = of(events, path, "completed").toList();
        assertThat(ends).as("ends of " + path).hasSize(1);
        return ends.get(0).data();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(Map<String, Object> data, String key) {
        return (List<Map<String, Object>>) Objects.requireNonNull(data.get(key));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Event event, String key) {
        return (Map<String, Object>) Objects.requireNonNull(event.data().get(key));
    }

    private static ScriptedReply asksTheSearcher() {
        return ScriptedReply.toolCall("c1", "searcher", Map.of("input", "Look it up"));
    }

    /** Side by side, since each takes its time. */
    @Test
    void aTeamFindsOutOverEveryProtocol() {
        String question = "What does a slow event subscriber lose?";
        List<String> providers = List.of("bedrock", "anthropic", "openai");
        List<EventSource> running = providers.stream()
                .map(provider -> research(question, Map.of("provider", provider)))
                .toList();

        for (int i = 0; i < providers.size(); i++) {
            try (EventSource research = running.get(i)) {
                List<Event> events = research.rest();
                assertFoundOut(events);
                assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
                assertThat(events.get(events.size() - 1).data()).containsEntry("provider", providers.get(i));
            }
        }
    }

    private static void assertFoundOut(List<Event> events) {
        assertThat(events.get(0).type()).isEqualTo("retrieved");
        assertThat(objects(object(events.get(0), "content"), "items"))
                .isNotEmpty()
                .allSatisfy(item -> assertThat(item).containsKeys("content", "score", "metadata"));
        assertThat(tools(events, LEAD)).containsExactly("searcher", "fact_checker");
        assertThat(tools(events, SEARCHER)).containsExactly("search_documentation");
        assertThat(tools(events, CHECKER)).containsExactly("search_documentation");
        assertThat(of(events, SEARCHER, "tool_progressed")
                        .map(event -> String.valueOf(event.data().get("value"))))
                .first()
                .asString()
                .startsWith("Looks through ");
        assertThat(text(events, SEARCHER)).contains(".md**");
        assertThat(text(events, CHECKER)).contains("Confirmed: “");
        assertThat(end(events, SEARCHER)).containsEntry("stopReason", "completed");
        assertThat(of(events, LEAD, "iteration_completed")).hasSize(2);
        assertEnd(end(events, LEAD));
    }

    private static void assertEnd(Map<String, Object> end) {
        assertThat(end).containsEntry("stopReason", "completed").containsEntry("iteration", 2);
        assertThat(String.valueOf(end.get("output"))).contains(".md**", "Confirmed: “", "This comes from docs/");
        assertThat(objects(end, "sources"))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(String.valueOf(source.get("source")))
                        .matches("(docs/[\\w/-]+|README)\\.md(#[\\w-]+)?"))
                .allSatisfy(source -> assertThat(source).containsKeys("title", "score"));
    }

    @Test
    void whatIsNotThereIsLookedForWithOtherWordsAndSaidSo() {
        List<Event> events = steps("Which submarines dive?", Map.of());

        assertThat(events).noneMatch(event -> event.type().equals("retrieved"));
        assertThat(tools(events, LEAD)).containsExactly("searcher");
        assertThat(tools(events, SEARCHER)).containsExactly("search_documentation", "search_documentation");
        assertThat(String.valueOf(end(events, LEAD).get("output"))).startsWith("Nothing in the documentation");
        assertThat(objects(end(events, LEAD), "sources")).isEmpty();
    }

    @Test
    void whatFailsInTheChatFailsHere() {
        List<Event> events = steps("Simulate a refused key", Map.of());

        Event last = events.get(events.size() - 1);
        assertThat(last.name()).isEqualTo("error");
        assertThat(last.data()).containsEntry("code", "authentication").containsEntry("transient", false);
    }

    @Test
    void aFailureInTheMiddleIsToldAfterWhatCameBefore() {
        api.next(ScriptedReply.builder()
                .chunks("half", "of it", "lost")
                .fault(Fault.cutAfter(2))
                .build());

        List<Event> events = steps("What happens when I cancel a stream?", Map.of());

        assertThat(events).extracting(Event::type).startsWith("retrieved", "text", "text");
        assertThat(events.get(events.size() - 1).data()).containsEntry("code", "stream_interrupted");
    }

    @Test
    void anAgentThatFailsIsAnAnswerToWhoCalledIt() {
        api.server()
                .enqueue(
                        asksTheSearcher(),
                        ScriptedReply.builder()
                                .chunks("half", "lost")
                                .fault(Fault.cutAfter(1))
                                .build(),
                        ScriptedReply.text("It does not work today."));

        List<Event> events = steps("What happens when I cancel a stream?", Map.of());

        Event finished = of(events, LEAD, "tool_finished").findFirst().orElseThrow();
        assertThat(object(finished, "result")).containsEntry("success", false);
        assertThat(end(events, LEAD)).containsEntry("output", "It does not work today.");
    }

    @Test
    void anAnswerThatBreaksOffBeginsAgainIfItMay() {
        api.server()
                .enqueue(
                        ScriptedReply.builder()
                                .chunks("half", "lost")
                                .fault(Fault.cutAfter(1))
                                .build(),
                        ScriptedReply.text("Whole."));

        List<Event> events = steps("What happens when I cancel a stream?", Map.of("restart", true));

        assertThat(of(events, LEAD, "restarted")).hasSize(1);
        assertThat(end(events, LEAD)).containsEntry("output", "Whole.");
    }

    @Test
    void aCallerWhoLeavesClosesTheProvidersConnection() {
        int number = api.next(
                ScriptedReply.builder().repeat("on and on ", Long.MAX_VALUE).build());

        try (EventSource research = research("What happens when I cancel a stream?", Map.of())) {
            research.take(event -> event.type().equals("text"));
        }

        assertThat(api.call(number).closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void aCallerWhoLeavesClosesTheConnectionOfTheAgentThatIsCalled() {
        int number = api.next(asksTheSearcher());
        api.server()
                .enqueue(ScriptedReply.builder()
                        .repeat("on and on ", Long.MAX_VALUE)
                        .build());

        try (EventSource research = research("What happens when I cancel a stream?", Map.of())) {
            research.take(event ->
                    SEARCHER.equals(event.data().get("path")) && event.type().equals("text"));
        }

        assertThat(api.call(number + 1).closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    private WebTestClient.ResponseSpec post(String body, String... tenant) {
        return api.http()
                .post()
                .uri("/api/research")
                .headers(headers -> headers.addAll(CallerFilter.TENANT, List.of(tenant)))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                            | no_question
                    {"question":" "}                              | no_question
                    {"question":"Why?","provider":"nobody"}       | unknown_provider
                    {"question":"Why?","model":"nothing"}         | unknown_model
                    {"question":["Why?"]}                         | malformed_json
                    {"question":5}                                | malformed_json
                    {"question":1.5}                              | malformed_json
                    {"question":true}                             | malformed_json
                    {"question":"Why?","depth":3}                 | malformed_json
                    """)
    void aRequestThatCannotBeIsRefusedWithItsReason(String body, String code) {
        post(body, "acme")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(code);
    }

    @Test
    void aMalformedRequestIsToldHowItShouldBe() {
        post("{\"question\":", "acme")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).endsWith(ResearchInput.FORM));
    }

    @Test
    void aQuestionThatIsTooLongIsRefused() {
        post("{\"question\":\"" + "x".repeat(ChatInput.MAX_CHARS + 1) + "\"}", "acme")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("too_long");
    }

    @Test
    void theAgentsAreOnTheEventStream() {
        try (EventSource events = api.watch("types=AgentRunStarted&tenant=acme")) {
            steps("What does a slow event subscriber lose?", Map.of());

            assertThat(Stream.generate(() -> events.take(event -> "event".equals(event.name())))
                            .limit(3)
                            .map(event -> String.valueOf(event.data().get("summary"))))
                    .containsExactlyInAnyOrder("research", "searcher", "fact_checker");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Why?", "What does a slow event subscriber lose?"})
    void withoutATenantNothingIsAsked(String question) {
        int before = api.callsSoFar();

        post("{\"question\":\"" + question + "\"}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("tenant_missing");

        assertThat(api.callsSoFar()).isEqualTo(before);
    }

    @Test
    void thePagesOfTheDocumentationAreThere() {
        api.http()
                .get()
                .uri("/api/documentation/docs/plugins/events.md")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_MARKDOWN)
                .expectBody(String.class)
                .value(page -> assertThat(page).startsWith("# "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/none.md", "pom.xml", "docs/../application.yml", ""})
    void nothingElseIs(String name) {
        api.http()
                .get()
                .uri("/api/documentation/" + name)
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("unknown_page");
    }
}
