package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;

/** The page that shows a workflow, as somebody uses it. */
@RunningApplication
class WorkflowPageIT extends BrowserSupport {

    private static final String TOPIC = "What does a slow event subscriber lose?";

    @Autowired
    WorkflowPageIT(Api api) {
        super(api);
    }

    @BeforeEach
    void openWorkflows() {
        openPage();
        browser().complaints();
    }

    private void openPage() {
        browser().load(api.address() + "/workflows.html");
        browser()
                .waitUntil("document.querySelectorAll('.node').length > 0"
                        + " && document.querySelectorAll('#tenants input').length > 0");
    }

    private void begin(String topic) {
        browser().find("#topic").sendKeys(topic, Keys.ENTER);
    }

    private void waitForRun(String state) {
        browser().waitUntil("document.getElementById('run-view').dataset.state === '" + state + "'");
    }

    private String runId() {
        return browser().evaluate("return location.hash.slice(1)");
    }

    private String nodes(String state) {
        return browser()
                .evaluate("return [...document.querySelectorAll('.node[data-state=" + state + "]')]"
                        + ".map(node => node.dataset.node).join()");
    }

    @Test
    void aRejectionGoesRoundTheLoop() {
        begin(TOPIC);
        waitForRun("paused");
        browser().find("#comment").sendKeys("Say what cancel does");
        browser().click("#approval .refuse");
        browser()
                .waitUntil(
                        "document.querySelector('[data-node=write] .text').textContent.includes('Say what cancel does')");
        waitForRun("paused");

        assertThat(browser().count(".edge.loop[data-state=taken]")).isEqualTo(1);
        assertThat(browser().<String>evaluate("return document.getElementById('comment').value + '.'"))
                .isEqualTo(".");
        browser().screenshot("workflows-again");
    }

    @Test
    void whatIsNotTakenIsSaidAndCanBeSaidAgain() {
        begin(TOPIC);
        waitForRun("paused");
        browser().evaluate("""
                window.real = window.fetch;
                window.fetch = (address, options) => window.real(address, options?.body
                    ? {...options, body: JSON.stringify({...JSON.parse(options.body), token: 'another'})} : options);
                return '';""");
        browser().click("#approval .approve");
        browser().waitUntil("document.getElementById('approval-problem').textContent");
        assertThat(browser().lastText("#approval-problem")).contains("another question");

        browser().evaluate("window.fetch = window.real; return ''");
        browser().click("#approval .approve");
        waitForRun("completed");
    }

    @Test
    void aRunCanBeCancelled() {
        begin(TOPIC);
        waitForRun("paused");

        browser().click("#cancel");
        waitForRun("cancelled");

        assertThat(nodes("stopped")).isEqualTo("approve");
        assertThat(browser().find("#cancel").isDisplayed()).isFalse();
        assertThat(browser().lastText(".mark")).isEqualTo("The run was cancelled.");
    }

    @Test
    void aForkIsAnotherRun() {
        begin(TOPIC);
        waitForRun("paused");
        browser().waitUntil("document.querySelectorAll('#history tr').length > 3");
        String id = runId();

        browser().click("#history tr:first-child button");
        browser().find("#fork-topic").clear();
        browser().find("#fork-topic").sendKeys("Another topic", Keys.ENTER);
        browser().waitUntil("location.hash.slice(1) !== '" + id + "'");
        browser().waitUntil("document.getElementById('run-topic').textContent === 'Another topic'");
        waitForRun("paused");

        assertThat(browser().lastText("#history tr:first-child td:nth-child(3)"))
                .isEqualTo("write");
        assertThat(nodes("done")).isEqualTo("research,write,review");
        browser().click("[data-run='" + id + "']");
        browser().waitUntil("document.getElementById('run-topic').textContent === '" + TOPIC + "'");
        waitForRun("paused");
    }

    @Test
    void aRunIsFoundAgainByItsAddress() {
        WorkflowCaller acme = WorkflowCaller.of(api, "acme");
        String id = acme.begin(TOPIC);
        acme.awaitPause(id, "");

        browser().load(api.address() + "/workflows.html?again#" + id);
        waitForRun("paused");

        assertThat(browser().lastText("#run-topic")).isEqualTo(TOPIC);
        assertThat(browser().count("[aria-current=true][data-run='" + id + "']"))
                .isEqualTo(1);
    }

    @Test
    void aRunThatIsNotThereStandsNowhere() {
        begin(TOPIC);
        waitForRun("paused");
        browser().click("#cancel");
        waitForRun("cancelled");

        browser().evaluate("location.hash = 'unknown'; return ''");
        browser().waitUntil("document.querySelector('.failure')");

        assertThat(browser().count("#run-view[data-state]")).isZero();
    }

    @Test
    void aRunOfAnotherTenantIsNotThere() {
        WorkflowCaller globex = WorkflowCaller.of(api, "globex");
        String id = globex.begin("Globex writes");
        globex.awaitPause(id, "");

        browser().load(api.address() + "/workflows.html?other#" + id);
        browser().waitUntil("document.querySelector('.failure')");
        assertThat(browser().lastText(".failure")).contains("workflow_not_found");
        assertThat(browser().count("[data-run='" + id + "']")).isZero();

        browser().evaluate("document.querySelector('#tenants [value=globex]').click(); return ''");
        browser().waitUntil("document.querySelector(`[data-run='" + id + "']`)");
        browser().click("[data-run='" + id + "']");
        waitForRun("paused");
    }

    @Test
    void aFailureIsShownAtItsNode() {
        begin("Simulate a refused key");
        waitForRun("failed");

        assertThat(nodes("failed")).isEqualTo("research");
        assertThat(browser().lastText(".failure")).contains("The provider refused the key", "authentication");
        browser().screenshot("workflows-failed");
    }

    @Test
    void everythingCanBeReachedByKeyboard() {
        begin(TOPIC);
        waitForRun("paused");
        browser().waitUntil("document.querySelectorAll('#history tr').length > 3");

        assertThat(browser()
                        .<Boolean>evaluate("return [...document.querySelectorAll("
                                + "'#cancel, #comment, #approval button, #texts summary, .history button, #runs a')]"
                                + ".every(one => { one.focus(); return document.activeElement === one; })"))
                .isTrue();
        browser().find("#approval .approve").sendKeys(Keys.ENTER);
        waitForRun("completed");
    }

    @Test
    void theOtherPagesLeadHereAndBack() {
        for (Map.Entry<String, String> page : Map.of("load.html", "charts", "research.html", "tree", ".", "composer")
                .entrySet()) {
            browser().click("a[href='" + page.getKey() + "']");
            browser().waitUntil("document.getElementById('" + page.getValue() + "')");
            browser().click("a[href='workflows.html']");
            browser().waitUntil("document.querySelectorAll('.node').length > 0");
        }
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void itLooksAsItShould() {
        for (boolean dark : List.of(false, true)) {
            String shade = dark ? "dark" : "light";
            look("workflows-desktop-" + shade, 1280, 800, dark);
            look("workflows-phone-" + shade, 390, 844, dark);
        }
        assertThat(browser().complaints()).isEmpty();
    }

    private void look(String name, int width, int height, boolean dark) {
        browser().look(width, height, dark);
        openPage();
        browser().screenshot(name + "-start");
        begin(TOPIC);
        waitForRun("paused");
        browser().waitUntil("document.querySelectorAll('#history tr').length > 3");
        browser().screenshot(name);
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollWidth"))
                .as("nothing sticks out to the right")
                .isLessThanOrEqualTo(width);
    }
}
