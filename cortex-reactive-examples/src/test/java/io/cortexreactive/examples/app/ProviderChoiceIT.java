package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.examples.app.EventSource.Event;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;

/** Whom a question goes to, and what is done when that fails. */
@RunningApplication
class ProviderChoiceIT {

    private static final ScriptedReply DOWN = ScriptedReply.fail(
            Fault.status(503, "ServiceUnavailableException", "Down.").withHeader("retry-after-ms", "10"));
    private static final ScriptedReply CUT = ScriptedReply.builder()
            .chunks("half", "lost")
            .fault(Fault.cutAfter(1))
            .build();

    private final Api api;

    @Autowired
    ProviderChoiceIT(Api api) {
        this.api = api;
    }

    private List<Event> answer(String tenant, Map<String, Object> how) {
        try (EventSource answer = api.ask(tenant, "Hello?", how)) {
            return answer.rest();
        }
    }

    private static Map<String, Object> last(List<Event> events) {
        return events.get(events.size() - 1).data();
    }

    @ParameterizedTest
    @CsvSource({
        "bedrock, /model/simulated.extract-v1%3A0/converse-stream",
        "anthropic, /v1/messages",
        "openai, /v1/chat/completions"
    })
    void theProviderThatIsNamedAnswersInItsOwnProtocol(String provider, String path) {
        int number = api.next(ScriptedReply.text("Hi"));

        List<Event> events = answer("acme", Map.of("provider", provider));

        assertThat(last(events)).containsEntry("provider", provider);
        assertThat(api.call(number).path()).isEqualTo(path);
    }

    @Test
    void theModelThatIsNamedAnswers() {
        int number = api.next(ScriptedReply.text("Hi"));

        answer("acme", Map.of("provider", "openai", "model", "simulated-extract-brief"));

        assertThat(api.call(number).call().model()).isEqualTo("simulated-extract-brief");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bedrock", "anthropic", "openai"})
    void eachTenantHasItsOwnKeyAtEachProvider(String provider) {
        int number = api.callsSoFar() + 1;
        api.server().enqueue(ScriptedReply.text("a"), ScriptedReply.text("b"));

        answer("acme", Map.of("provider", provider));
        answer("globex", Map.of("provider", provider));

        assertThat(api.call(number).call().credential()).isEqualTo("simulated-acme-key-A17C");
        assertThat(api.call(number + 1).call().credential()).isEqualTo("simulated-globex-key-9F2E");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "provider":"nobody"                         | unknown_provider
                    "provider":""                               | unknown_provider
                    "provider":"openai","model":"gpt-nowhere"   | unknown_model
                    "provider":"openai","model":"a b"           | invalid_model
                    "model":""                                  | invalid_model
                    "fallback":"perhaps"                        | malformed_json
                    """)
    void aChoiceThatThereIsNotIsRefusedBeforeAnyCall(String choice, String code) {
        int before = api.callsSoFar();

        api.http()
                .post()
                .uri("/api/chat")
                .header(CallerFilter.TENANT, "acme")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{" + choice + ",\"messages\":[{\"role\":\"user\",\"text\":\"Hi\"}]}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(code);

        assertThat(api.callsSoFar()).isEqualTo(before);
    }

    @Test
    void aProvidersModelsAreListed() {
        api.http()
                .get()
                .uri("/api/providers/openai/models")
                .header(CallerFilter.TENANT, "acme")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("[\"simulated-extract\",\"simulated-extract-brief\"]");
    }

    @Test
    void ofAnUnknownProviderThereAreNoModels() {
        api.http()
                .get()
                .uri("/api/providers/nobody/models")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains("bedrock", "openai"));
    }

    @Test
    void anotherProviderIsAskedWhereAFallbackIsWanted() {
        int number = api.callsSoFar() + 1;
        api.server().enqueue(DOWN, DOWN, DOWN, ScriptedReply.text("Hi"));

        List<Event> events = answer("acme", Map.of("provider", "openai", "fallback", true));

        assertThat(last(events)).containsEntry("provider", "bedrock");
        assertThat(api.call(number + 2).path()).isEqualTo("/v1/chat/completions");
        assertThat(api.call(number + 3).path()).endsWith("/converse-stream");
    }

    @Test
    void nobodyElseIsAskedWhereNoFallbackIsWanted() {
        api.server().enqueue(DOWN, DOWN, DOWN);
        int before = api.callsSoFar();

        assertThat(last(answer("acme", Map.of("provider", "openai")))).containsEntry("code", "provider_unavailable");
        assertThat(api.callsSoFar()).isEqualTo(before + 3);
    }

    @Test
    void anAnswerThatBreaksOffBeginsAgainWhereThatIsWanted() {
        api.server().enqueue(CUT, ScriptedReply.text("whole"));

        List<Event> events = answer("acme", Map.of("restart", true));

        assertThat(events).extracting(Event::type).startsWith("text_delta", "stream_restarted", "text_delta");
        assertThat(events).extracting(Event::name).endsWith("done");
    }

    @Test
    void eachAttemptIsToldAsAnEventOfTheSameQuestion() {
        api.server().enqueue(DOWN, DOWN, DOWN, ScriptedReply.text("Hi"));

        try (EventSource events = api.watch("types=BeforeProviderRequest,ChatFallback")) {
            answer("acme", Map.of("fallback", true));

            List<Event> told = List.of(take(events), take(events), take(events), take(events), take(events));
            assertThat(told.stream().map(ProviderChoiceIT::correlation).distinct())
                    .hasSize(1)
                    .doesNotContain("null");
            assertThat(told)
                    .filteredOn(event -> "ChatFallback".equals(event.type()))
                    .extracting(event -> event.data().get("step"))
                    .first()
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsEntry("provider", "bedrock")
                    .containsEntry("to", "anthropic")
                    .containsEntry("code", "provider_unavailable");
        }
    }

    private static String correlation(Event event) {
        return event.data().get("meta") instanceof Map<?, ?> meta ? String.valueOf(meta.get("correlationId")) : "null";
    }

    private static Event take(EventSource events) {
        return events.take(event -> "event".equals(event.name()));
    }
}
