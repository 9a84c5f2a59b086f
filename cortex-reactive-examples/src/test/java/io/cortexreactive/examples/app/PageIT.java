package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;

/** The page, as somebody uses it. */
@RunningApplication
class PageIT extends BrowserSupport {

    private static final Duration READABLE = Duration.ofMillis(30);

    @Autowired
    PageIT(Api api) {
        super(api);
    }

    private static ScriptedReply endless() {
        return ScriptedReply.builder()
                .repeat("and on ", Long.MAX_VALUE)
                .chunkDelay(READABLE)
                .build();
    }

    @Test
    void anAnswerIsSeenGrowing() {
        api.next(ScriptedReply.builder()
                .chunks("One ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight")
                .chunkDelay(Duration.ofMillis(100))
                .build());
        browser().watchAnswerGrow();

        browser().ask("Count to eight");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".answer .text")).isEqualTo("One two three four five six seven eight");
        assertThat(browser().lengths()).isSorted().hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void underAnAnswerStandWhatItTookAndHowItEnded() {
        api.next(ScriptedReply.text("Hello."));

        browser().ask("Hi");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText("[data-fact=first-token]")).matches("First token [\\d.]+ m?s");
        assertThat(browser().lastText("[data-fact=total]")).matches("Total [\\d.]+ m?s");
        assertThat(browser().lastText("[data-fact=usage]")).matches("\\d+ in · \\d+ out tokens");
        assertThat(browser().lastText("[data-fact=stop-reason]")).isEqualTo("complete");
    }

    @Test
    void theStopButtonClosesTheConnectionAtTheServer() {
        WireCall call = startEndlessAnswer();

        browser().click("#stop");

        assertStopped(call);
        browser().screenshot("stopped");
    }

    @Test
    void escapeStops() {
        WireCall call = startEndlessAnswer();

        browser().press(Keys.ESCAPE);

        assertStopped(call);
    }

    private WireCall startEndlessAnswer() {
        int number = api.next(endless());
        browser().ask("Go on");
        browser().waitForAnswer("streaming");
        return api.call(number);
    }

    private void assertStopped(WireCall call) {
        assertThat(call.closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
        browser().waitForAnswer("stopped");
        browser().waitUntil("document.querySelector('[data-fact=usage]')");
        assertThat(browser().lastText(".mark")).startsWith("Stopped.");
        assertThat(browser().lastText("[data-fact=usage]")).endsWith("(estimated)");
        assertThat(browser().find("#send").isDisplayed()).isTrue();
    }

    @Test
    void aClosedPageClosesTheConnectionAtTheServer() {
        WireCall call = startEndlessAnswer();

        browser().open(api.address());

        assertThat(call.closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void theTenantSwitchChangesTheKeyTheServerSees() {
        int number = api.callsSoFar() + 1;
        api.server().enqueue(ScriptedReply.text("To Acme."), ScriptedReply.text("To Globex."));

        browser().ask("Who am I?");
        browser().waitUntil("document.querySelectorAll('[data-fact=key]').length === 1");
        assertThat(browser().lastText("[data-fact=key]")).isEqualTo("Key ••••A17C");
        browser().click("input[value=globex]");
        browser().ask("And now?");
        browser().waitUntil("document.querySelectorAll('[data-fact=key]').length === 2");
        assertThat(browser().lastText("[data-fact=key]")).isEqualTo("Key ••••9F2E");

        assertThat(api.call(number).call().credential()).isEqualTo("simulated-acme-key-A17C");
        assertThat(api.call(number + 1).call().credential()).isEqualTo("simulated-globex-key-9F2E");
        browser().click("#tab-wire");
        browser().screenshot("tenants");
    }

    @Test
    void oneTenantsConversationIsNotSentWithTheKeyOfAnother() {
        int number = api.callsSoFar() + 1;
        api.server().enqueue(ScriptedReply.text("Noted."), ScriptedReply.text("Hello."));

        browser().ask("The secret is 42");
        browser().waitForAnswer("complete");
        browser().click("input[value=globex]");
        browser().ask("Hi");
        browser().waitUntil("document.querySelectorAll('.turn[data-state=complete]').length === 2");

        assertThat(api.call(number + 1).body()).doesNotContain("secret");
    }

    @Test
    void theNextQuestionCarriesTheConversation() {
        int number = api.callsSoFar() + 1;
        api.server().enqueue(ScriptedReply.text("Blue."), ScriptedReply.text("Since it is."));

        browser().ask("Which colour?");
        browser().waitForAnswer("complete");
        browser().ask("Why?");
        browser().waitUntil("document.querySelectorAll('.turn[data-state=complete]').length === 2");

        assertThat(api.call(number + 1).call().request().messages())
                .extracting(message -> message.role() + " " + message.text())
                .containsExactly("USER Which colour?", "ASSISTANT Blue.", "USER Why?");
    }

    @Test
    void aFailureSaysWhatHappenedAndRetryTriesAgain() {
        ScriptedReply throttled = ScriptedReply.fail(
                Fault.status(429, "ThrottlingException", "Slow down, please.").withHeader("retry-after-ms", "40"));
        api.server().enqueue(throttled, throttled, throttled, ScriptedReply.text("Here it is."));

        browser().ask("Give me an answer");
        browser().waitForAnswer("failed");

        assertThat(browser().lastText(".failure"))
                .contains("The provider limits the rate", "Slow down, please.", "Trying again can help, in 40 ms.")
                .containsPattern("Request [0-9a-f-]{36}")
                .contains("rate_limited");
        browser().screenshot("failure");
        browser().click(".retry");
        browser().waitForAnswer("complete");
        assertThat(browser().lastText(".answer .text")).isEqualTo("Here it is.");
        assertThat(browser().count(".turn")).isEqualTo(1);
    }

    @Test
    void aFailureThatStaysOffersNoRetry() {
        api.next(ScriptedReply.fail(Fault.status(403, "AccessDeniedException", "Not with this key.")));

        browser().ask("Let me in");
        browser().waitForAnswer("failed");

        assertThat(browser().lastText(".failure")).contains("refused the key", "until the cause is gone");
        assertThat(browser().count(".retry")).isZero();
    }

    @Test
    void whatCameBeforeAFailureStaysAndIsMarked() {
        api.next(ScriptedReply.builder()
                .chunks("Half of ", "an ans", "wer")
                .fault(Fault.cutAfter(2))
                .build());

        browser().ask("Tell me everything");
        browser().waitForAnswer("failed");
        browser().waitUntil("document.querySelector('[data-fact=usage]')");

        assertThat(browser().lastText(".answer .text")).isEqualTo("Half of an ans");
        assertThat(browser().lastText(".mark")).startsWith("Interrupted.");
        assertThat(browser().lastText("[data-fact=usage]")).endsWith("(estimated)");
    }

    @Test
    void markupInQuestionAndAnswerStaysText() {
        String attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        api.next(ScriptedReply.text(attack + "\n```\n<b>code</b>\n```\n- <i>item</i>"));

        browser().ask(attack);
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".question")).contains(attack);
        assertThat(browser().lastText(".answer .text")).contains(attack, "<b>code</b>", "<i>item</i>");
        assertThat(browser().count("#log img, #log script, #log b, #log i")).isZero();
        assertThat(browser().<String>evaluate("return document.title")).isEqualTo("Cortex Reactive");
    }

    @Test
    void hardWrappedMarkdownFlowsAndImagesAreTheirDescriptions() {
        api.next(ScriptedReply.text("""
                ![A picture](docs/images/chat.png)

                A line that ends
                where `its editor` was full.

                - an item
                  in two lines
                1. one

                | a | `b` |
                | --- | --- |
                | c | [d](https://example.com) |
                """));

        browser().ask("Show me");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".answer .text")).isEqualTo("""
                A picture

                A line that ends where its editor was full.

                an item in two lines
                one
                a\tb
                c\td""");
        assertThat(browser().count(".text img, .text table, .text ol, .text a[href='https://example.com']"))
                .isEqualTo(3);
    }

    @Test
    void shiftEnterBreaksTheLineAndEnterSends() {
        int number = api.next(ScriptedReply.text("Two lines."));

        browser().find("#question").sendKeys("First", Keys.chord(Keys.SHIFT, Keys.ENTER), "second", Keys.ENTER);
        browser().waitForAnswer("complete");

        assertThat(api.call(number).call().request().messages().get(0).text()).isEqualTo("First\nsecond");
    }

    @Test
    void theEventPanelShowsWhatHappensByTypeAndTenant() {
        api.server().enqueue(ScriptedReply.text("a"), ScriptedReply.text("b"));

        browser().ask("First");
        browser().waitUntil("document.querySelector('.event[data-type=AfterChatReceive]')");
        assertThat(browser().count(".event[data-type=BeforeProviderRequest]")).isOne();
        assertThat(browser().count(".event[data-type=ChatStreamChunk]")).isZero();

        browser().click("#clear");
        browser().click("#filter summary");
        browser().click("#filter-none");
        browser().click("input[value=ChatStreamChunk]");
        browser().screenshot("filter");
        browser().waitUntil("document.getElementById('event-state').dataset.state === 'live'");
        browser().click("#filter summary");
        browser().ask("Second");
        browser().waitUntil("document.querySelectorAll('.event').length === 2");

        assertThat(browser().count(".event:not([data-type=ChatStreamChunk])")).isZero();
        assertThat(browser().lastText(".event-tenant")).isEqualTo("acme");
    }

    @Test
    void thePageUsesNoOtherHostAndComplainsOfNothing() {
        api.next(ScriptedReply.text("Hello."));
        browser().ask("Hi");
        browser().waitForAnswer("complete");

        List<String> addresses =
                browser().evaluate("return performance.getEntriesByType('resource').map(entry => entry.name)");
        assertThat(addresses).isNotEmpty().allMatch(address -> address.startsWith(api.address()));
        assertThat(browser().complaints()).isEmpty();
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
        browser().screenshot(name + "-welcome");
        browser().ask("How do I stream my first answer?");
        browser().waitForAnswer("complete");
        browser().ask("Simulate a refused key");
        browser().waitForAnswer("failed");
        browser().waitUntil("document.querySelectorAll('[data-fact=key]').length === 2");
        browser().screenshot(name + "-chat");
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollWidth"))
                .as("nothing sticks out to the right")
                .isLessThanOrEqualTo(width);
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollHeight"))
                .as("the page itself does not scroll")
                .isLessThanOrEqualTo(height);
    }
}
