package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Whom the page asks, and what it shows when that fails. */
@RunningApplication
class RecoveryPageIT extends BrowserSupport {

    private static final ScriptedReply DOWN = ScriptedReply.fail(
            Fault.status(503, "ServiceUnavailableException", "Down.").withHeader("retry-after-ms", "20"));

    @Autowired
    RecoveryPageIT(Api api) {
        super(api);
    }

    private void choose(String provider) {
        browser().click("#picker-open");
        browser().click("#providers input[value=" + provider + "]");
        browser().waitUntil("document.querySelectorAll('#model option').length === 2");
    }

    private void closePicker() {
        browser().click("#picker-open");
    }

    private void recover(String question) {
        browser()
                .evaluate("[...document.querySelectorAll('#recoveries button')]"
                        + ".find(button => button.textContent === '" + question + "').click(); return ''");
    }

    @Test
    void theChosenProviderIsAskedAndSaidToHaveAnswered() {
        int number = api.next(ScriptedReply.text("Hello."));

        choose("openai");
        closePicker();
        browser().ask("Hi");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText("[data-fact=provider]")).isEqualTo("OpenAI · simulated-extract");
        assertThat(api.call(number).path()).isEqualTo("/v1/chat/completions");
        assertThat(browser().<Boolean>evaluate("return document.querySelector('.route').hidden"))
                .isTrue();
    }

    @Test
    void theChosenModelIsAsked() {
        int number = api.next(ScriptedReply.text("Hello."));

        choose("openai");
        browser().click("#model option:last-child");
        browser().screenshot("picker");
        closePicker();
        browser().ask("Hi");
        browser().waitForAnswer("complete");

        assertThat(api.call(number).call().model()).isEqualTo("simulated-extract-brief");
    }

    @Test
    void aTabRemembersItsChoice() {
        choose("openai");
        browser().click("#fallback");

        browser().open(api.address());

        assertThat(browser().lastText("#asked")).isEqualTo("OpenAI +");
        assertThat(browser().find("#fallback").isSelected()).isTrue();
    }

    @Test
    void aFallbackIsSeenAttemptByAttempt() {
        api.server().enqueue(DOWN, DOWN, DOWN, ScriptedReply.text("From the other."));

        browser().click("#picker-open");
        browser().click("#fallback");
        closePicker();
        browser().ask("Hi");
        browser().waitForAnswer("complete");
        browser().waitUntil("document.querySelector('.route [data-state=answered]')");

        assertThat(browser().lastText(".route").lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("Amazon Bedrock is not available \\d+ ms"),
                        line -> assertThat(line).matches("Attempt 2 after [\\d.]+ m?s"),
                        line -> assertThat(line).matches("Amazon Bedrock is not available \\d+ ms"),
                        line -> assertThat(line).matches("Attempt 3 after [\\d.]+ m?s"),
                        line -> assertThat(line).matches("Amazon Bedrock is not available \\d+ ms"),
                        line -> assertThat(line).isEqualTo("Falls back to Anthropic"),
                        line -> assertThat(line).matches("Anthropic answered \\d+ ms"));
        assertThat(browser().lastText("[data-fact=provider]")).startsWith("Anthropic");
        assertThat(browser().lastText(".answer .text")).isEqualTo("From the other.");
    }

    @Test
    void aWaitIsSeenWhileItLasts() {
        api.server()
                .enqueue(
                        ScriptedReply.fail(Fault.status(429, "ThrottlingException", "Slow down.")
                                .withHeader("retry-after-ms", "1500")),
                        ScriptedReply.text("Here."));

        browser().ask("Hi");
        browser().waitUntil("document.querySelector('[data-then=wait] .counter').textContent > '0.5'");
        browser().screenshot("waiting");
        browser().waitForAnswer("complete");
        browser().waitUntil("document.querySelector('.route [data-state=answered]')");

        assertThat(browser().lastText("[data-then=retry]")).matches("Attempt 2 after [1-9]\\.\\d+ s, as it asked");
        assertThat(browser().count("[data-then=wait]")).isZero();
    }

    @Test
    void aStopEndsTheWait() {
        int number = api.next(ScriptedReply.fail(
                Fault.status(503, "ServiceUnavailableException", "Down.").withHeader("retry-after-ms", "19000")));

        browser().ask("Hi");
        browser().waitUntil("document.querySelector('[data-then=wait]')");
        browser().click("#stop");
        browser().waitForAnswer("stopped");

        assertThat(browser().count("[data-then=wait]")).isZero();
        assertThat(api.callsSoFar()).isEqualTo(number);
    }

    @Test
    void whatARestartDiscardsIsSeenToBe() {
        api.server()
                .enqueue(
                        ScriptedReply.builder()
                                .chunks("Half ", "an answer ", "lost")
                                .fault(Fault.cutAfter(2))
                                .build(),
                        ScriptedReply.text("A whole answer."));

        browser().click("#picker-open");
        browser().click("#restart");
        closePicker();
        browser().ask("Hi");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".discarded del")).isEqualTo("Half an answer");
        assertThat(browser().lastText(".answer .text")).isEqualTo("A whole answer.");
    }

    @Test
    void theNextQuestionSaysNothingOfWhatWasDiscarded() {
        int number = api.callsSoFar() + 1;
        api.server()
                .enqueue(
                        ScriptedReply.builder()
                                .chunks("Half ", "lost")
                                .fault(Fault.cutAfter(1))
                                .build(),
                        ScriptedReply.text("Whole."),
                        ScriptedReply.text("Fine."));

        browser().click("#picker-open");
        browser().click("#restart");
        closePicker();
        browser().ask("Hi");
        browser().waitForAnswer("complete");
        browser().ask("And?");
        browser().waitUntil("document.querySelectorAll('.turn[data-state=complete]').length === 2");

        assertThat(api.call(number + 2).body()).contains("Whole.").doesNotContain("Half");
    }

    @Test
    void everyRecoveryRecovers() {
        for (String question : List.of("Simulate a busy provider", "Simulate an outage", "Simulate a broken answer")) {
            browser().open(api.address());
            recover(question);
            browser().waitForAnswer("complete");
            browser().waitUntil("document.querySelector('.route [data-state=answered]')");
            browser().screenshot(question.replace(' ', '-'));
        }
    }

    @Test
    void aBreakIsFollowedWhileItHappens() {
        recover("Simulate an outage");
        browser().waitUntil("document.querySelectorAll('.route [data-state=failed]').length === 2");
        browser().screenshot("outage-under-way");
        browser().waitForAnswer("complete");
    }

    @Test
    void itLooksAsItShould() {
        for (boolean dark : List.of(false, true)) {
            String shade = dark ? "dark" : "light";
            look("desktop-" + shade, 1280, 800, dark);
            look("phone-" + shade, 390, 844, dark);
        }
    }

    private void look(String name, int width, int height, boolean dark) {
        browser().look(width, height, dark);
        browser().open(api.address());
        browser().screenshot(name + "-start");
        choose("bedrock");
        browser().screenshot(name + "-picker");
        closePicker();
        recover("Simulate an outage");
        browser().waitForAnswer("complete");
        browser().waitUntil("document.querySelector('.route [data-state=answered]')");
        browser().waitUntil("document.querySelector('[data-fact=key]')");
        browser().screenshot(name + "-outage");
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollWidth"))
                .as("nothing sticks out to the right")
                .isLessThanOrEqualTo(width);
    }
}
