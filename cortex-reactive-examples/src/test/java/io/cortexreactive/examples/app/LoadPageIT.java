package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.WireCall;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;

/** The page that draws traffic, as somebody uses it. */
@RunningApplication
class LoadPageIT extends BrowserSupport {

    @Autowired
    LoadPageIT(Api api) {
        super(api);
    }

    @BeforeEach
    void openLoad() {
        openPage();
        browser().complaints();
    }

    private void openPage() {
        browser().load(api.address() + "/load.html");
        browser()
                .waitUntil("document.querySelectorAll('#tenants input').length > 0"
                        + " && document.querySelector('#memory polyline')");
    }

    /** A load may outlive its test for a moment; the next one would be refused. */
    @AfterEach
    void settle() {
        browser().open(api.address());
        try (EventSource traffic = EventSource.get(api.address() + "/api/traffic", SOON)) {
            traffic.take(event -> event.data().get("load") == null
                    && Integer.valueOf(0).equals(event.data().get("live")));
        }
    }

    private void set(String field, int value) {
        browser().find(field).clear();
        browser().find(field).sendKeys(String.valueOf(value));
    }

    private void waitForLive(String condition) {
        browser().waitUntil("Number(document.querySelector('#streaming .now').textContent) " + condition);
    }

    @Test
    void aLoadIsDrawnWhileItLasts() {
        set("#streams", 40);
        browser().click("#run");
        waitForLive("=== 40");
        browser()
                .waitUntil("document.querySelector('#first .line, #first .point')"
                        + " && document.querySelector('#gap .line') && document.querySelector('#chunks .line')");

        assertThat(browser().lastText("#state")).isEqualTo("40 streams as Acme, 20 chunks a second each.");
        assertThat(browser().lastText("#halt")).matches("Stop \\(\\d+ s\\)");
        assertThat(browser().find("#streams").isEnabled()).isFalse();
        assertThat(browser().find("#chunks svg").getDomAttribute("aria-label"))
                .matches("Chunks a second, the last minute: now [\\d,]+, from [\\d,]+ to [\\d,]+");
    }

    @Test
    void stopClosesTheConnections() {
        int before = api.callsSoFar();
        set("#streams", 10);
        set("#rate", 1);
        browser().click("#run");
        List<WireCall> calls = IntStream.rangeClosed(before + 1, before + 10)
                .mapToObj(api::call)
                .toList();

        browser().click("#halt");

        assertThat(calls)
                .allSatisfy(call -> assertThat(call.closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED));
        browser().waitUntil("document.getElementById('state').textContent.startsWith('Stopped.')");
        waitForLive("=== 0");
        assertThat(browser().find("#run").isDisplayed()).isTrue();
    }

    @Test
    void whoLeavesThePageStopsItsLoad() {
        int before = api.callsSoFar();
        set("#streams", 3);
        set("#rate", 1);
        browser().click("#run");
        WireCall call = api.call(before + 3);

        browser().click("a[href='.']");

        assertThat(call.closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    /** A browser has six connections for all pages of an address, those that were left included. */
    @Test
    void pagesThatWereLeftHoldNoConnections() {
        for (int i = 0; i < 8; i++) {
            browser().click("a[href='.']");
            browser().waitUntil("document.getElementById('event-state').dataset.state === 'live'");
            browser().click("a[href='load.html']");
            browser().waitUntil("document.getElementById('live').dataset.state === 'live'");
        }

        browser().evaluate("history.back(); return ''");
        browser().waitUntil("document.getElementById('event-state').dataset.state === 'live'");
    }

    @Test
    void itCanBeStartedAndStoppedByKeyboard() {
        browser().find("#streams").sendKeys(Keys.ENTER);
        browser().waitUntil("!document.getElementById('halt').hidden");
        browser().evaluate("document.getElementById('halt').focus(); return ''");
        browser().press(Keys.ENTER);
        browser().waitUntil("document.getElementById('state').textContent.startsWith('Stopped.')");

        assertThat(browser().<String>evaluate("return document.activeElement.id"))
                .isEqualTo("run");
    }

    @Test
    void aLoadThatEndsSaysSo() {
        set("#streams", 2);
        set("#seconds", 1);
        browser().click("#run");
        browser().waitUntil("document.getElementById('state').textContent === 'The load is over.'");

        assertThat(browser().find("#run").isDisplayed()).isTrue();
    }

    @Test
    void aSecondLoadIsRefusedInWords() {
        Map<String, Object> other = Map.of("streams", 1, "chunksPerSecond", 1, "seconds", 100);
        try (EventSource load =
                EventSource.post(api.address() + "/api/load", SOON, Map.of(CallerFilter.TENANT, "globex"), other)) {
            load.take();
            browser().click("#run");
            browser().waitUntil("!document.getElementById('problem').hidden");

            assertThat(browser().lastText("#problem")).contains("A load is running.", "load_running");
            assertThat(browser().find("#run").isDisplayed()).isTrue();
        }
    }

    @Test
    void theTrafficOfTheChatIsDrawnToo() {
        api.next(ScriptedReply.builder().repeat("on and on ", Long.MAX_VALUE).build());

        try (EventSource answer = api.ask("globex", "Hello?")) {
            answer.take();
            waitForLive("=== 1");
        }
        waitForLive("=== 0");
    }

    @Test
    void aNumberOutOfBoundsIsNotSent() {
        set("#streams", 5_000);
        browser().click("#run");

        assertThat(browser().<Boolean>evaluate("return document.getElementById('streams').validity.rangeOverflow"))
                .isTrue();
        assertThat(browser().find("#run").isDisplayed()).isTrue();
    }

    @Test
    void theChatLeadsHereAndBack() {
        browser().click("a[href='.']");
        browser().waitUntil("document.getElementById('question')");
        browser().click("a[href='load.html']");
        browser().waitUntil("document.getElementById('charts')");

        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void itLooksAsItShould() {
        for (boolean dark : List.of(false, true)) {
            String shade = dark ? "dark" : "light";
            look("load-desktop-" + shade, 1280, 800, dark);
            look("load-phone-" + shade, 390, 844, dark);
        }
    }

    private void look(String name, int width, int height, boolean dark) {
        browser().look(width, height, dark);
        openPage();
        set("#streams", 30);
        set("#failing", 10);
        browser().click("#run");
        browser().waitUntil("document.querySelector('#gap .line') && document.querySelector('#first .s1')");
        browser().screenshot(name);
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollWidth"))
                .as("nothing sticks out to the right")
                .isLessThanOrEqualTo(width);
        settle();
    }
}
