package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.examples.app.EventSource.Event;
import io.cortexreactive.examples.tools.Notes;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.test.StepVerifier;

/** Answers that take tools. */
@RunningApplication
class ToolApiIT {

    private static final Map<String, Object> WITH_TOOLS = Map.of("tools", true);
    private static final String NOTE = "Send a note to Ada: lunch at noon?";

    private final Api api;

    @Autowired
    ToolApiIT(Api api) {
        this.api = api;
    }

    private List<Event> answer(String question) {
        return answer(question, WITH_TOOLS);
    }

    private List<Event> answer(String question, Map<String, Object> more) {
        try (EventSource answer = api.ask("acme", question, more)) {
            return answer.rest();
        }
    }

    @Test
    void theAgentIsOnTheEventStream() {
        api.next(ScriptedReply.text("Hi"));

        try (EventSource events = api.watch("types=AgentRunStarted,AgentRunCompleted&tenant=acme")) {
            answer("Hello?");

            assertThat(List.of(
                            events.take(event -> "event".equals(event.name())).type(),
                            events.take(event -> "event".equals(event.name())).type()))
                    .containsExactly("AgentRunStarted", "AgentRunCompleted");
        }
    }

    private static String joined(List<Event> events, String type, String key) {
        return events.stream()
                .filter(event -> event.type().equals(type))
                .map(event -> String.valueOf(event.data().get(key)))
                .collect(Collectors.joining());
    }

    private static Event only(List<Event> events, String type) {
        List<Event> such =
                events.stream().filter(event -> event.type().equals(type)).toList();
        assertThat(such).as(type).hasSize(1);
        return such.get(0);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Event event, String key) {
        return (Map<String, Object>) Objects.requireNonNull(event.data().get(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bedrock", "anthropic", "openai"})
    void aToolIsCalledOverEveryProtocol(String provider) {
        int before = api.callsSoFar();

        List<Event> events = answer("What is 12 * (3 + 4)?", Map.of("tools", true, "provider", provider));

        assertThat(only(events, "tool_started").data()).containsEntry("tool", "calculator");
        assertThat(events)
                .filteredOn(event -> event.type().equals("tool_arguments"))
                .hasSizeGreaterThan(2);
        assertThat(joined(events, "tool_arguments", "json")).isEqualTo("{\"expression\":\"12 * (3 + 4)\"}");
        Event finished = only(events, "tool_finished");
        assertThat(object(finished, "call")).containsEntry("input", Map.of("expression", "12 * (3 + 4)"));
        assertThat(object(finished, "result")).containsEntry("success", true).containsEntry("output", "84");
        assertThat(joined(events, "text", "text")).endsWith("12 * (3 + 4) = **84**");
        assertThat(only(events, "completed").data())
                .containsEntry("stopReason", "completed")
                .containsKey("usage");
        assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
        assertThat(events.get(events.size() - 1).data()).containsEntry("provider", provider);
        assertThat(api.callsSoFar()).isEqualTo(before + 2);
    }

    @Test
    void severalToolsAreCalledForOneQuestion() {
        List<Event> events = answer("What time is it in Tokyo, and what is 2 ^ 10?");

        assertThat(events)
                .filteredOn(event -> event.type().equals("tool_started"))
                .extracting(event -> event.data().get("tool"))
                .containsExactly("clock", "calculator");
        assertThat(joined(events, "text", "text")).contains("in Asia/Tokyo**", "2 ^ 10 = **1024**");
    }

    @Test
    void whatAToolCannotDoIsToldToTheModelAndThePage() {
        List<Event> events = answer("What is 1 / (2 - 2)?");

        assertThat(object(only(events, "tool_finished"), "result"))
                .containsEntry("success", false)
                .containsEntry("metadata", Map.of("errorKind", "invalid_arguments"));
        assertThat(joined(events, "text", "text")).contains("That did not work.", "divided by zero");
    }

    @Test
    void aToolTellsHowItGetsOn() {
        List<Event> events = answer("Look up how a tool asks for approval");

        assertThat(joined(events, "tool_progressed", "value")).contains("Looks through ", "Finds docs/");
        assertThat(joined(events, "text", "text")).contains(".md**");
    }

    @Test
    void aQuestionForNoToolIsAnsweredAsEver() {
        List<Event> events = answer("What happens when I cancel a stream?");

        assertThat(events).noneMatch(event -> event.type().startsWith("tool_"));
        assertThat(joined(events, "text", "text")).contains(".md**");
    }

    @Test
    void withoutToolsNoneIsOffered() {
        int number = api.next(ScriptedReply.text("84"));

        answer("What is 12 * (3 + 4)?", Map.of());

        assertThat(api.call(number).call().request().tools()).isEmpty();
    }

    @Test
    void theConversationReachesTheModelInEachRound() {
        int number = api.callsSoFar() + 1;
        api.server()
                .enqueue(
                        ScriptedReply.toolCall("c1", "calculator", Map.of("expression", "1+1")),
                        ScriptedReply.text("Two."));
        try (EventSource answer = EventSource.post(
                api.address() + "/api/chat",
                SOON,
                Map.of(CallerFilter.TENANT, "acme"),
                Map.of(
                        "tools",
                        true,
                        "messages",
                        List.of(
                                Map.of("role", "user", "text", "One"),
                                Map.of("role", "assistant", "text", "Two"),
                                Map.of("role", "user", "text", "Three"))))) {
            answer.rest();
        }

        assertThat(api.call(number).call().request().messages())
                .extracting(message -> message.role() + " " + message.text())
                .containsExactly("USER One", "ASSISTANT Two", "USER Three");
        assertThat(api.call(number + 1).call().request().messages())
                .extracting(Message::text)
                .startsWith("One", "Two", "Three");
    }

    @Test
    void aFailureIsToldAsWithoutTools() {
        api.next(ScriptedReply.builder()
                .chunks("half", "of it", "lost")
                .fault(Fault.cutAfter(2))
                .build());

        List<Event> events = answer("Hello?");

        assertThat(events).extracting(Event::name).containsExactly("step", "step", "error");
        assertThat(events.get(2).data()).containsEntry("code", "stream_interrupted");
    }

    @Test
    void aCallerWhoLeavesClosesTheProvidersConnection() {
        int number = api.next(
                ScriptedReply.builder().repeat("on and on ", Long.MAX_VALUE).build());

        try (EventSource answer = api.ask("acme", "Hello?", WITH_TOOLS)) {
            answer.take();
        }

        assertThat(api.call(number).closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void aCallThatIsApprovedRuns(@Autowired Notes notes) {
        int before = notes.of("acme").size();
        try (EventSource answer = api.ask("acme", NOTE, WITH_TOOLS)) {
            decide("acme", asked(answer), true).expectStatus().isNoContent();
            List<Event> rest = answer.rest();

            assertThat(object(only(rest, "tool_finished"), "result")).containsEntry("success", true);
            assertThat(joined(rest, "text", "text")).startsWith("Done. Note ");
        }
        assertThat(notes.of("acme")).hasSize(before + 1);
        assertThat(notes.of("acme").get(before).text()).isEqualTo("lunch at noon?");
    }

    @Test
    void callsOfOneIdAreAskedForAndToldApart() {
        api.next(ScriptedReply.builder()
                .toolCall("same", "send_note", Map.of("to", "Ada", "text", "one"))
                .toolCall("same", "send_note", Map.of("to", "Ada", "text", "two"))
                .build());
        api.server().enqueue(ScriptedReply.text("Done."));
        try (EventSource answer = api.ask("acme", "Twice", WITH_TOOLS)) {
            List<Event> asked = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                asked.add(answer.take(event -> event.type().equals("approval_required")));
            }
            asked.forEach(one -> decide("acme", String.valueOf(one.data().get("approvalId")), false)
                    .expectStatus()
                    .isNoContent());

            assertThat(asked)
                    .extracting(one ->
                            one.data().get("index") + " " + object(one, "input").get("text"))
                    .containsExactlyInAnyOrder("0 one", "1 two");
            assertThat(answer.rest())
                    .filteredOn(event -> event.type().equals("tool_finished"))
                    .extracting(event -> event.data().get("index"))
                    .containsExactlyInAnyOrder(0, 1);
        }
    }

    @Test
    void aCallThatIsRefusedDoesNotRun(@Autowired Notes notes) {
        int before = notes.of("acme").size();
        try (EventSource answer = api.ask("acme", NOTE, WITH_TOOLS)) {
            decide("acme", asked(answer), false).expectStatus().isNoContent();
            List<Event> rest = answer.rest();

            assertThat(object(only(rest, "tool_finished"), "result"))
                    .containsEntry("metadata", Map.of("errorKind", "refused"));
            assertThat(joined(rest, "text", "text")).startsWith("That did not work.");
        }
        assertThat(notes.of("acme")).hasSize(before);
    }

    @Test
    void nobodyDecidesForAnotherTenantNorTwice() {
        try (EventSource answer = api.ask("acme", NOTE, WITH_TOOLS)) {
            String approval = asked(answer);

            isUnknown(decide("globex", approval, true));
            decide("acme", approval, false).expectStatus().isNoContent();
            isUnknown(decide("acme", approval, true));
            answer.rest();
        }
    }

    @Test
    void aDecisionMustBeOne() {
        post("acme", "any", "{}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("no_decision");
        isUnknown(decide("acme", "any", true));
        api.http()
                .post()
                .uri("/api/approvals/any")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"approved\":true}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("tenant_missing");
    }

    @Test
    void aRunThatIsCancelledWaitsForNoApproval(
            @Autowired Answers answers,
            @Autowired ToolChat tools,
            @Autowired Approvals approvals,
            @Autowired TenantDirectory tenants) {
        TenantContext acme = Objects.requireNonNull(tenants.find("acme"));

        StepVerifier.create(tools.steps(
                                answers.client(answers.backend(null), false, false), List.of(Message.user(NOTE)), null)
                        .contextWrite(Tenancy.as(acme)))
                .thenConsumeWhile(step -> !(step instanceof Approvals.Asked))
                .expectNextCount(1)
                .then(() -> assertThat(approvals.waiting()).isEqualTo(1))
                .thenCancel()
                .verify(SOON);

        assertThat(approvals.waiting()).isZero();
    }

    private static String asked(EventSource answer) {
        return String.valueOf(answer.take(event -> event.type().equals("approval_required"))
                .data()
                .get("approvalId"));
    }

    private WebTestClient.ResponseSpec decide(String tenant, String approval, boolean approved) {
        return post(tenant, approval, "{\"approved\":" + approved + "}");
    }

    private WebTestClient.ResponseSpec post(String tenant, String approval, String body) {
        return api.http()
                .post()
                .uri("/api/approvals/{id}", approval)
                .header(CallerFilter.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private static void isUnknown(WebTestClient.ResponseSpec answer) {
        answer.expectStatus().isNotFound().expectBody().jsonPath("$.code").isEqualTo("unknown_approval");
    }

    @Test
    void callsOfToolsAreEvents() {
        try (EventSource events = api.watch("types=BeforeToolExecution,AfterToolExecution,ToolError&tenant=globex")) {
            try (EventSource answer = api.ask("globex", "What is 1 + 1?", WITH_TOOLS)) {
                answer.rest();
            }
            try (EventSource answer = api.ask("globex", "What is 1 / 0?", WITH_TOOLS)) {
                answer.rest();
            }

            assertThat(events.take(event -> "AfterToolExecution".equals(event.type()))
                            .data())
                    .containsEntry("family", "Tool")
                    .hasEntrySatisfying(
                            "summary", text -> assertThat(text).asString().matches("calculator, \\d+ ms"));
            assertThat(events.take(event -> "ToolError".equals(event.type())).data())
                    .containsEntry("summary", "calculator, tool_invalid_arguments");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCardNumberIsMaskedWhileItStreams(boolean tools) {
        try (EventSource events = api.watch("types=GuardrailChecked&tenant=acme")) {
            List<Event> answer = answer("Simulate a leaked card number", Map.of("tools", tools, "guarded", true));

            String text = joined(answer, tools ? "text" : "text_delta", "text");
            assertThat(text).contains("your last order is [CARD], valid until").doesNotContain("11");
            assertThat(answer).hasSizeGreaterThan(10);
            assertThat(events.take(event -> "GuardrailChecked".equals(event.type()))
                            .data())
                    .containsEntry("family", "Guardrail")
                    .containsEntry("replaced", 1)
                    .containsEntry("summary", "card-numbers, 1 found");
        }
    }

    @Test
    void withoutTheGuardrailTheNumberComesAsItIs() {
        List<Event> answer = answer("Simulate a leaked card number", Map.of());

        assertThat(joined(answer, "text_delta", "text")).contains("4111 1111 1111 1111");
    }
}
