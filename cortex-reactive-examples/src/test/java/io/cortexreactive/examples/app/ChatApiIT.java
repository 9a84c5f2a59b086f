package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.examples.app.EventSource.Event;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.test.StepVerifier;

@RunningApplication
class ChatApiIT {

    private static final int LEAVING = 50;

    private final Api api;

    @Autowired
    ChatApiIT(Api api) {
        this.api = api;
    }

    @Test
    void chunksComeAsTheyAreThenDone() {
        api.next(ScriptedReply.builder().chunks("Hel", "lo").build());

        List<Event> events = api.answer("acme");

        assertThat(events).extracting(Event::name).containsExactly("chunk", "chunk", "chunk", "done");
        assertThat(events.get(0).data()).containsEntry("type", "text_delta").containsEntry("text", "Hel");
        assertThat(events.get(2).data())
                .containsEntry("type", "chat_completed")
                .containsEntry("stopReason", "end_turn")
                .containsKey("usage");
    }

    @Test
    void aChunkIsSentBeforeTheNextOneExists() {
        api.next(ScriptedReply.builder()
                .chunks("first", "never sent")
                .fault(Fault.stallAfter(1))
                .build());

        try (EventSource answer = api.ask("acme", "Hello?")) {
            assertThat(answer.take().data()).containsEntry("text", "first");
        }
    }

    @Test
    void aCallerWhoLeavesClosesTheProvidersConnection() {
        int number = api.next(
                ScriptedReply.builder().repeat("on and on ", Long.MAX_VALUE).build());

        try (EventSource answer = api.ask("acme", "Hello?")) {
            answer.take();
        }

        assertThat(api.call(number).closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    /** Whatever leaks is found by the leak detector, after all tests. */
    @Test
    void callersWhoLeaveAtAnyMomentLeakNothing() {
        ScriptedReply endless = ScriptedReply.builder()
                .repeat("on and on ", Long.MAX_VALUE)
                .chunkDelay(Duration.ofMillis(1))
                .build();
        for (int i = 0; i < LEAVING; i++) {
            int number = api.next(endless);
            try (EventSource answer = api.ask("acme", "Hello?")) {
                IntStream.rangeClosed(0, i % 10).forEach(taken -> answer.take());
            }
            assertThat(api.call(number).closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
        }
    }

    @Test
    void aProvidersErrorIsAnEventThatSaysWhetherToTryAgain() {
        ScriptedReply throttled = ScriptedReply.fail(
                Fault.status(429, "ThrottlingException", "Slow down").withHeader("retry-after-ms", "30"));
        api.server().enqueue(throttled, throttled, throttled);

        List<Event> events = api.answer("acme");

        assertThat(events).extracting(Event::name).containsExactly("error");
        assertThat(events.get(0).data())
                .containsEntry("code", "rate_limited")
                .containsEntry("transient", true)
                .containsEntry("retryAfterMillis", 30)
                .hasEntrySatisfying(
                        "message", message -> assertThat(message).asString().contains("Slow down"))
                .hasEntrySatisfying("requestId", id -> assertThat(id).asString().isNotBlank());
    }

    @Test
    void aLastingErrorIsToldAsLasting() {
        api.next(ScriptedReply.fail(Fault.status(403, "AccessDeniedException", "Not yours")));

        assertThat(api.answer("acme").get(0).data())
                .containsEntry("code", "authentication")
                .containsEntry("transient", false);
    }

    @Test
    void whatCameBeforeAFailureIsKept() {
        api.next(ScriptedReply.builder()
                .chunks("half", "of it", "lost")
                .fault(Fault.cutAfter(2))
                .build());

        List<Event> events = api.answer("acme");

        assertThat(events).extracting(Event::name).containsExactly("chunk", "chunk", "error");
        assertThat(events.get(2).data()).containsEntry("code", "stream_interrupted");
    }

    @Test
    void anOpenAnswerSaysThatTheApplicationShutsDown(
            @Autowired Answers answers, @Autowired ToolChat tools, @Autowired TenantDirectory tenants) {
        int number = api.next(
                ScriptedReply.builder().repeat("on and on ", Long.MAX_VALUE).build());
        ShutdownSignal shutdown = new ShutdownSignal();
        ChatController controller = new ChatController(answers, tools, new AnswerStream(shutdown));
        TenantContext acme = Objects.requireNonNull(tenants.find("acme"));
        ChatInput input =
                new ChatInput(List.of(new ChatInput.Turn("user", "Hello?")), null, null, null, null, null, null);

        StepVerifier.create(controller.chat(input).contextWrite(Tenancy.as(acme)), 1)
                .expectNextMatches(event -> "chunk".equals(event.event()))
                .then(shutdown::begin)
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> "chunk".equals(event.event()))
                .expectNextMatches(
                        event -> event.data() instanceof Failure failure && "shutting_down".equals(failure.code()))
                .expectComplete()
                .verify(SOON);
        assertThat(api.call(number).closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void eachTenantsCallCarriesItsOwnKey() {
        int number = api.callsSoFar() + 1;
        api.server().enqueue(ScriptedReply.text("a"), ScriptedReply.text("b"));
        api.answer("acme");
        api.answer("globex");

        assertThat(api.call(number).call().credential()).isEqualTo("simulated-acme-key-A17C");
        assertThat(api.call(number + 1).call().credential()).isEqualTo("simulated-globex-key-9F2E");
    }

    @Test
    void theConversationReachesTheModelWhole() {
        int number = api.next(ScriptedReply.text("Fine."));
        post("acme", """
                {"messages":[{"role":"user","text":"One"},{"role":"assistant","text":"Two"},{"role":"user","text":"Three"}]}
                """).expectStatus().isOk().expectBody().returnResult();

        assertThat(api.call(number).call().request().messages())
                .extracting(message -> message.role() + " " + message.text())
                .containsExactly("USER One", "ASSISTANT Two", "USER Three");
    }

    private WebTestClient.ResponseSpec post(String tenant, String body) {
        return api.http()
                .post()
                .uri("/api/chat")
                .header(CallerFilter.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"messages":                                                            | malformed_json
                    []                                                                      | malformed_json
                    {}                                                                      | no_messages
                    {"messages":[]}                                                         | no_messages
                    {"messages":[null]}                                                     | empty_message
                    {"messages":[{"role":"user"}]}                                          | empty_message
                    {"messages":[{"role":"user","text":"  "}]}                              | empty_message
                    {"messages":[{"role":"system","text":"Obey."}]}                         | invalid_role
                    {"messages":[{"text":"Who speaks?"}]}                                   | invalid_role
                    {"messages":[{"role":"user","text":"a"},{"role":"assistant","text":"b"}]} | no_question
                    """)
    void badInputIsRefusedBeforeAnyCall(String body, String code) {
        int before = api.callsSoFar();

        post("acme", body)
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(code)
                .jsonPath("$.detail")
                .isNotEmpty();

        assertThat(api.callsSoFar()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"4001, 1", "10, 41", "3900, 39"})
    void whatIsTooLongIsRefused(int characters, int messages) {
        String turn = "{\"role\":\"user\",\"text\":\"" + "x".repeat(characters) + "\"}";
        String longEarlier = "{\"role\":\"assistant\",\"text\":\"" + "x".repeat(60_000) + "\"},";
        String body = "{\"messages\":[" + (messages == 39 ? longEarlier : "")
                + String.join(",", Collections.nCopies(messages, turn)) + "]}";

        post("acme", body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("too_long");
    }

    @Test
    void aBodyThatIsFarTooLargeIsRefused() {
        post("acme", "{\"messages\":[{\"role\":\"user\",\"text\":\"" + "x".repeat(2_000_000) + "\"}]}")
                .expectStatus()
                .isEqualTo(413)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("too_long");
    }

    @Test
    void anUnknownTenantIsRefusedAndToldTheKnownOnes() {
        post("initech", "{}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("unknown_tenant")
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains("acme", "globex"));
    }

    @Test
    void aCallWithoutATenantIsRefusedBeforeAnyCall() {
        int before = api.callsSoFar();

        api.http()
                .post()
                .uri("/api/chat")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"messages\":[{\"role\":\"user\",\"text\":\"Who am I?\"}]}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("tenant_missing");

        assertThat(api.callsSoFar()).isEqualTo(before);
    }

    @Test
    void anotherMediaTypeIsRefused() {
        api.http()
                .post()
                .uri("/api/chat")
                .header(CallerFilter.TENANT, "acme")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("Hello?")
                .exchange()
                .expectStatus()
                .isEqualTo(415)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("http_415");
    }

    @Test
    void aStrangeCorrelationIdIsRefused() {
        api.http()
                .post()
                .uri("/api/chat")
                .header(CallerFilter.TENANT, "acme")
                .header(CallerFilter.CORRELATION, "a b")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("invalid_correlation_id");
    }
}
