package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.ScriptedReply;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@RunningApplication
class InfoApiIT {

    private final Api api;

    @Autowired
    InfoApiIT(Api api) {
        this.api = api;
    }

    @Test
    void thePageLearnsWhatItNeedsAndNoKey() {
        api.http()
                .get()
                .uri("/api/info")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.simulated")
                .isEqualTo(true)
                .jsonPath("$.notice")
                .value(String.class, notice -> assertThat(notice).contains("No language model"))
                .jsonPath("$.tenants[*].id")
                .value(ids -> assertThat(ids)
                        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                        .containsExactly("acme", "globex"))
                .jsonPath("$.eventTypes[*].name")
                .value(names -> assertThat(names)
                        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                        .hasSize(40)
                        .contains("ChatStreamChunk", "ProviderError", "AgentRunCompleted"))
                .consumeWith(answer -> assertThat(
                                new String(answer.getResponseBodyContent(), java.nio.charset.StandardCharsets.UTF_8))
                        .doesNotContain("A17C"));
    }

    @Test
    void theJournalShowsTheEndOfTheKeyAndHowTheCallEnded() {
        int number = api.next(ScriptedReply.text("Hi"));
        api.answer("globex");
        api.call(number).closed().block(SOON);

        api.http()
                .get()
                .uri("/api/wire")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[0].number")
                .isEqualTo(number)
                .jsonPath("$[0].key")
                .isEqualTo("••••9F2E")
                .jsonPath("$[0].closed")
                .isEqualTo("COMPLETED");
    }

    @Test
    void thePageForbidsWhatItDoesNotNeed() {
        api.http()
                .get()
                .uri("/")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .value("Content-Security-Policy", policy -> assertThat(policy).startsWith("default-src 'self'"))
                .expectBody(String.class)
                .value(page -> assertThat(page).contains("<title>Cortex Reactive</title>"));
    }

    @Test
    void whatIsNotThereIsAProblem() {
        api.http()
                .get()
                .uri("/api/nothing")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("http_404");
    }
}
