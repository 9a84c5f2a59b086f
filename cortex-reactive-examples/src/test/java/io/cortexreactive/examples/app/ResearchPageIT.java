package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;

/** The page that shows agents at work, as somebody uses it. */
@RunningApplication
class ResearchPageIT extends BrowserSupport {

    private static final String QUESTION = "What does a slow event subscriber lose?";
    private static final Duration READABLE = Duration.ofMillis(30);

    @Autowired
    ResearchPageIT(Api api) {
        super(api);
    }

    @BeforeEach
    void openResearch() {
        openPage();
        browser().complaints();
    }

    private void openPage() {
        browser().load(api.address() + "/research.html");
        browser()
                .waitUntil("document.querySelectorAll('#questions button').length > 0"
                        + " && document.querySelectorAll('#tenants input').length > 0");
    }

    private void waitForRun(String state) {
        browser().waitUntil("document.getElementById('run-view').dataset.state === '" + state + "'");
    }

    private static ScriptedReply broken() {
        return ScriptedReply.builder()
                .chunks("This half ", "is seen, ", "this is not")
                .fault(Fault.cutAfter(2))
                .build();
    }

    /** Both have something to say, and one call to another. */
    private void enqueueShortRun() {
        api.server()
                .enqueue(
                        ScriptedReply.toolCall("c1", "searcher", Map.of("input", QUESTION)),
                        ScriptedReply.text("**docs/plugins/events.md**:\n\nThe oldest events are dropped."),
                        ScriptedReply.text("It loses **the oldest events**, and is told how many."));
    }

    @Test
    void runsOfOneAgentSideBySideAreShownApart() {
        enqueueTwoSearches();
        browser().ask(QUESTION);
        waitForRun("complete");

        assertThat(browser().<List<List<String>>>evaluate("""
                return [...document.querySelectorAll('.toolcall[data-tool=searcher]')].map(call =>
                    [...call.querySelectorAll('.agent[data-state=complete] .iteration > .text')]
                        .map(text => text.textContent.trim()));"""))
                .containsExactly(List.of("The oldest are dropped."), List.of("The oldest are dropped."));
        assertThat(browser().complaints()).isEmpty();
    }

    private void enqueueTwoSearches() {
        ScriptedReply found = ScriptedReply.builder()
                .chunks("The ", "oldest ", "are ", "dropped.")
                .chunkDelay(READABLE)
                .build();
        api.server()
                .enqueue(
                        ScriptedReply.builder()
                                .toolCall("c1", "searcher", Map.of("input", QUESTION))
                                .toolCall("c2", "searcher", Map.of("input", "Is it told?"))
                                .build(),
                        found,
                        found,
                        ScriptedReply.text("It loses the oldest."));
    }

    @Test
    void aSourceLeadsToItsPlaceInTheDocumentation() {
        enqueueShortRun();
        browser().ask(QUESTION);
        waitForRun("complete");

        String link = browser().evaluate("return document.querySelector('#sources a').href");
        assertThat(link).contains("/document.html?page=");
        browser().load(link);
        browser().waitUntil("document.activeElement.matches('.heading')");

        assertThat(browser().lastText("#title")).endsWith(".md");
        assertThat(browser().find("#problem").isDisplayed()).isFalse();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aPlaceIsListedOnceThoughSeveralPassagesStandThere() {
        browser().evaluate("""
                const source = (source, title) => ({source, title, score: 1});
                const step = {type: 'completed', path: ['research'], iteration: 1, output: 'Done.', stopReason: 'completed',
                    usage: {inputTokens: 1, outputTokens: 1}, sources: [
                        source('README.md#one', 'One'), source('README.md#two', 'Two'), source('README.md#one', 'One again')]};
                const events = `event: step\\ndata: ${JSON.stringify(step)}\\n\\nevent: done\\ndata: {"provider":"bedrock"}\\n\\n`;
                window.fetch = async () => new Response(events, {headers: {'Content-Type': 'text/event-stream'}});
                return '';""");
        browser().ask(QUESTION);
        waitForRun("complete");

        assertThat(browser()
                        .<List<String>>evaluate(
                                "return [...document.querySelectorAll('#sources a')].map(link => link.textContent)"))
                .containsExactly("One", "Two");
    }

    @Test
    void aPageThatIsNotThereIsSaidSo() {
        browser().load(api.address() + "/document.html?page=docs/none.md");
        browser().waitUntil("!document.getElementById('problem').hidden");

        assertThat(browser().lastText("#problem")).contains("unknown_page");
    }

    @Test
    void stopClosesTheConnectionOfTheAgentThatIsCalled() {
        WireCall call = startEndlessSearch();

        browser().click("#stop");

        assertStopped(call);
        assertThat(browser().lastText(".toolcall[data-tool=searcher] > .toolcall-head .toolcall-state"))
                .isEqualTo("was not waited for");
        browser().screenshot("research-stopped");
    }

    @Test
    void escapeStops() {
        WireCall call = startEndlessSearch();

        browser().press(Keys.ESCAPE);

        assertStopped(call);
    }

    @Test
    void whoLeavesThePageStopsTheRun() {
        WireCall call = startEndlessSearch();

        browser().click("a[href='.']");

        assertThat(call.closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    private WireCall startEndlessSearch() {
        int number = api.next(ScriptedReply.toolCall("c1", "searcher", Map.of("input", QUESTION)));
        api.server()
                .enqueue(ScriptedReply.builder()
                        .repeat("and on ", Long.MAX_VALUE)
                        .chunkDelay(READABLE)
                        .build());
        browser().ask(QUESTION);
        browser().waitUntil("document.querySelector('.agent[data-agent=searcher] .text').textContent.length > 20");
        return api.call(number + 1);
    }

    private void assertStopped(WireCall call) {
        assertThat(call.closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
        waitForRun("stopped");
        assertThat(browser().lastText(".mark")).startsWith("Stopped.");
        assertThat(browser().count(".agent[data-state=stopped]")).isEqualTo(2);
        assertThat(browser().find("#run").isDisplayed()).isTrue();
        assertThat(browser().find("#result").isDisplayed()).isFalse();
    }

    @Test
    void aFailureIsSeenAndCanBeTriedAgain() {
        api.next(broken());
        browser().ask(QUESTION);
        waitForRun("failed");

        assertThat(browser().lastText(".failure")).contains("The connection broke in the middle", "stream_interrupted");
        assertThat(browser().lastText(".iteration .text")).isEqualTo("This half is seen,");
        assertThat(browser().count(".agent[data-state=failed]")).isEqualTo(1);
        browser().screenshot("research-failed");

        enqueueShortRun();
        browser().click(".retry");
        waitForRun("complete");

        assertThat(browser().count(".failure")).isZero();
        assertThat(browser().lastText("#answer")).isEqualTo("It loses the oldest events, and is told how many.");
    }

    @Test
    void aRefusalIsSaidInWords() {
        browser().evaluate("""
                const real = window.fetch;
                window.fetch = (address, options) => real(address, options?.body
                    ? {...options, body: JSON.stringify({...JSON.parse(options.body), model: 'nothing'})} : options);
                return '';""");
        browser().ask(QUESTION);
        waitForRun("failed");

        assertThat(browser().lastText(".failure")).contains("has no such model", "unknown_model");
    }

    @Test
    void anAnswerThatBeginsAgainIsShown() {
        browser().click("#picker-open");
        browser().click("#restart");
        browser().click("#picker-open");
        api.next(broken());
        enqueueShortRun();

        browser().ask(QUESTION);
        waitForRun("complete");

        assertThat(browser().lastText(".iteration .discarded")).contains("Discarded", "This half is seen,");
        assertThat(browser().lastText("#answer")).startsWith("It loses the oldest events");
    }

    @Test
    void whatAnAgentCouldNotDoIsShownAtItsCall() {
        api.server()
                .enqueue(
                        ScriptedReply.toolCall("c1", "searcher", Map.of("input", QUESTION)),
                        broken(),
                        ScriptedReply.text("It did not work."));
        browser().ask(QUESTION);
        waitForRun("complete");

        assertThat(browser().count(".toolcall[data-tool=searcher][data-state=failed]"))
                .isEqualTo(1);
        assertThat(browser().lastText("#answer")).isEqualTo("It did not work.");
    }

    @Test
    void everythingCanBeReachedByKeyboard() {
        enqueueShortRun();
        browser().ask(QUESTION);
        waitForRun("complete");

        assertThat(browser().<String>evaluate("return document.activeElement.id"))
                .isEqualTo("question");
        assertThat(browser()
                        .<Boolean>evaluate(
                                "return [...document.querySelectorAll('#tree details:not([hidden]) > summary, #sources a')]"
                                        + ".every(one => { one.focus(); return document.activeElement === one; })"))
                .isTrue();
    }

    @Test
    void theOtherPagesLeadHereAndBack() {
        browser().click("a[href='load.html']");
        browser().waitUntil("document.getElementById('charts')");
        browser().click("a[href='research.html']");
        browser().waitUntil("document.getElementById('tree')");
        browser().click("a[href='.']");
        browser().waitUntil("document.getElementById('composer')");
        browser().click("a[href='research.html']");
        browser().waitUntil("document.querySelectorAll('#questions button').length > 0");

        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void itLooksAsItShould() {
        for (boolean dark : List.of(false, true)) {
            String shade = dark ? "dark" : "light";
            look("research-desktop-" + shade, 1280, 800, dark);
            look("research-phone-" + shade, 390, 844, dark);
        }
        assertThat(browser().complaints()).isEmpty();
    }

    private void look(String name, int width, int height, boolean dark) {
        browser().look(width, height, dark);
        openPage();
        browser().screenshot(name + "-start");
        enqueueShortRun();
        browser().ask(QUESTION);
        waitForRun("complete");
        browser().screenshot(name);
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollWidth"))
                .as("nothing sticks out to the right")
                .isLessThanOrEqualTo(width);
    }
}
