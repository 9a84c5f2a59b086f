package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.examples.tools.Notes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;

/** What the page shows of tools and guardrails. */
@RunningApplication
class ToolPageIT extends BrowserSupport {

    private static final String NOTE = "Send a note to Ada: lunch at noon?";

    @Autowired
    ToolPageIT(Api api) {
        super(api);
    }

    private void suggested(String question) {
        browser()
                .evaluate("[...document.querySelectorAll('#abilities button')]"
                        + ".find(button => button.textContent === '" + question + "').click(); return ''");
    }

    private void waitForApproval() {
        browser().waitUntil("document.querySelector('.toolcall[data-state=asking] .approve')");
    }

    @Test
    void severalCallsStandSideBySide() {
        suggested("What time is it in Tokyo, and what is 12 * (3 + 4)?");
        browser().waitForAnswer("complete");

        assertThat(browser().count(".toolcall[data-state=done]")).isEqualTo(2);
        assertThat(browser().lastText("[data-fact=tools]")).isEqualTo("2 tool calls");
        browser().screenshot("tools-two");
    }

    @Test
    void anErrorIsSeen() {
        suggested("What is 1 / (2 - 2)?");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".toolcall[data-state=failed] .toolcall-state"))
                .isEqualTo("cannot work with that");
        assertThat(browser().lastText(".toolcall-result")).contains("divided by zero");
    }

    @Test
    void progressIsSeen() {
        suggested("Look up how a tool asks for approval");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".toolcall-progress")).contains("Looks through ", "Finds docs/");
        browser().screenshot("tools-progress");
    }

    @Test
    void whatIsApprovedRuns(@Autowired Notes notes) {
        int before = notes.of("acme").size();

        browser().ask(NOTE);
        waitForApproval();
        assertThat(browser().lastText("#announce")).isEqualTo("send_note waits for your approval.");
        assertThat(browser().lastText(".toolcall-left")).matches("Refused in \\d+ s");
        browser().screenshot("tools-approval");
        browser().click(".approve");
        browser().waitForAnswer("complete");

        assertThat(browser().count(".toolcall[data-state=done]")).isEqualTo(1);
        assertThat(browser().count(".approve")).isZero();
        assertThat(notes.of("acme")).hasSize(before + 1);
    }

    @Test
    void whatIsRefusedDoesNot(@Autowired Notes notes) {
        int before = notes.of("acme").size();

        browser().ask(NOTE);
        waitForApproval();
        browser().evaluate("document.querySelector('.refuse').focus(); return ''");
        browser().press(Keys.ENTER);
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".toolcall[data-state=refused] .toolcall-state"))
                .isEqualTo("was refused");
        assertThat(notes.of("acme")).hasSize(before);
        browser().screenshot("tools-refused");
    }

    @Test
    void aStopEndsTheWait() {
        int before = api.callsSoFar();

        browser().ask(NOTE);
        waitForApproval();
        browser().click("#stop");
        browser().waitForAnswer("stopped");

        assertThat(browser().lastText(".toolcall-state")).isEqualTo("was not waited for");
        assertThat(browser().count(".approve")).isZero();
        assertThat(api.callsSoFar()).isEqualTo(before + 1);
    }

    @Test
    void withToolsSwitchedOffNoneIsCalled() {
        browser().click("#picker-open");
        browser().click("#tools");
        browser().click("#picker-open");
        browser().ask("What is 12 * (3 + 4)?");
        browser().waitForAnswer("complete");

        assertThat(browser().count(".toolcall")).isZero();
    }

    @Test
    void aCardNumberIsNeverShownAndItIsSaidSo() {
        browser().evaluate("""
                window.leaked = false;
                new MutationObserver(() => {
                  window.leaked ||= [...document.querySelectorAll('.answer .text')]
                      .some(text => text.textContent.includes('11'));
                }).observe(document.getElementById('log'), {subtree: true, childList: true, characterData: true});
                return '';""");

        suggested("Simulate a leaked card number");
        browser().waitUntil("document.querySelector('.answer .text').textContent.includes('[CARD]')");
        browser().waitForAnswer("complete");
        browser().waitUntil("document.querySelector('.guarded')");

        assertThat(browser().lastText(".answer .text")).contains("order is [CARD], valid until next May.");
        assertThat(browser().lastText(".guarded")).startsWith("A guardrail replaced one thing");
        assertThat(browser().<Boolean>evaluate("return window.leaked")).isFalse();
        browser().screenshot("guarded");
    }

    @Test
    void theNextQuestionCarriesWhatWasSaid() {
        browser().ask("What is 1 + 1?");
        browser().waitForAnswer("complete");
        browser().ask("What is 2 + 2?");
        browser().waitUntil("document.querySelectorAll('.turn[data-state=complete]').length === 2");

        assertThat(browser().lastText(".answer .text")).isEqualTo("2 + 2 = 4");
        assertThat(api.call(api.callsSoFar()).call().request().messages().get(1).text())
                .contains("1 + 1 = **2**");
    }

    @Test
    void itLooksAsItShould() {
        for (boolean dark : List.of(false, true)) {
            String shade = dark ? "dark" : "light";
            look("tools-desktop-" + shade, 1280, 800, dark);
            look("tools-phone-" + shade, 390, 844, dark);
        }
        assertThat(browser().complaints()).isEmpty();
    }

    private void look(String name, int width, int height, boolean dark) {
        browser().look(width, height, dark);
        browser().open(api.address());
        browser().screenshot(name + "-start");
        browser().ask("What is 1 / (2 - 2)?");
        browser().waitForAnswer("complete");
        browser().ask(NOTE);
        waitForApproval();
        browser().screenshot(name);
        browser().press(Keys.ESCAPE);
        browser().waitForAnswer("stopped");
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollWidth"))
                .as("nothing sticks out to the right")
                .isLessThanOrEqualTo(width);
    }
}
