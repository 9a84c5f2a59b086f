package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** An answer that goes on when the page is closed, and is opened again elsewhere. */
@RunningApplication
class AnswerPageIT extends BrowserSupport {

    private static final String ANSWER = "One two three four five six seven eight nine ten";

    @Autowired
    AnswerPageIT(Api api) {
        super(api);
    }

    private static ScriptedReply slow() {
        return ScriptedReply.builder()
                .chunks("One ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "ten")
                .chunkDelay(Duration.ofMillis(150))
                .build();
    }

    private void goOnWithoutMe() {
        browser().click("#picker-open");
        browser().click("#background");
        browser().click("#picker-open");
    }

    @Test
    void thePageIsClosedAndTheAnswerOpenedElsewhere() {
        int number = api.next(slow());
        goOnWithoutMe();
        browser().ask("Count to ten");
        browser()
                .waitUntil(
                        "document.querySelector('.elsewhere a') && document.querySelector('.answer .text').textContent");
        String link = browser().evaluate("return document.querySelector('.elsewhere a').href");

        browser().load("about:blank");
        browser().load(link);
        browser().waitUntil("document.getElementById('answer').dataset.state === 'complete'");

        assertThat(browser().lastText("#text")).isEqualTo(ANSWER);
        browser().screenshot("answer");
        assertThat(api.call(number).closed().block(SOON)).isEqualTo(CloseReason.COMPLETED);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whoeverStaysSeesItComplete() {
        api.next(ScriptedReply.text("Hello."));
        goOnWithoutMe();
        browser().ask("Hi");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".answer .text")).isEqualTo("Hello.");
        assertThat(browser().lastText("[data-fact=usage]")).matches("\\d+ in · \\d+ out tokens");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void lastEventIdGoesOnWhereTheConnectionWasLost() {
        api.next(slow());
        String address = api.address() + "/api/answers/" + begin("Count to ten");
        EventSource.Event first;
        try (EventSource lost = EventSource.get(address, SOON, Map.of(CallerFilter.TENANT, "acme"))) {
            first = lost.take(event -> event.name().equals("text_delta"));
        }
        try (EventSource whole = EventSource.get(address, SOON, Map.of(CallerFilter.TENANT, "acme"));
                EventSource rest = EventSource.get(
                        address, SOON, Map.of(CallerFilter.TENANT, "acme", "Last-Event-ID", first.id()))) {
            List<EventSource.Event> all = whole.rest();
            assertThat(rest.rest()).isEqualTo(all.subList(all.indexOf(first) + 1, all.size()));
            assertThat(all.get(all.size() - 1).name()).isEqualTo("end");
        }
    }

    private String begin(String question) {
        Map<?, ?> begun = api.http()
                .post()
                .uri("/api/answers")
                .header(CallerFilter.TENANT, "acme")
                .bodyValue(Map.of("messages", List.of(Map.of("role", "user", "text", question))))
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectBody(Map.class)
                .returnResult()
                .getResponseBody();
        return String.valueOf(Objects.requireNonNull(begun).get("id"));
    }
}
