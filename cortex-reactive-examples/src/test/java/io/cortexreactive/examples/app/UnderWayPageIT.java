package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** What the pages show of a model at work, which takes a model as slow as for people. */
@RunningApplication
@TestPropertySource(properties = "example.pace=1")
class UnderWayPageIT extends BrowserSupport {

    private static final String QUESTION = "What does a slow event subscriber lose?";

    @Autowired
    UnderWayPageIT(Api api) {
        super(api);
    }

    private void openPage(String page, String shown) {
        browser().load(api.address() + "/" + page);
        browser()
                .waitUntil("document.querySelectorAll('" + shown + "').length > 0"
                        + " && document.querySelectorAll('#tenants input').length > 0");
        browser().complaints();
    }

    private void waitForRun(String state) {
        browser().waitUntil("document.getElementById('run-view').dataset.state === '" + state + "'");
    }

    private String nodes(String state) {
        return browser()
                .evaluate("return [...document.querySelectorAll('.node[data-state=" + state + "]')]"
                        + ".map(node => node.dataset.node).join()");
    }

    @Test
    void aCallIsSeenFromItsArgumentsToItsResult() {
        browser().ask("What is 12 * (3 + 4)?");
        browser()
                .waitUntil("document.querySelector('.toolcall[data-state=calling] .toolcall-json').textContent.length"
                        + " > 3");
        browser().screenshot("tool-arguments");
        browser().waitForAnswer("complete");

        assertThat(browser().lastText(".toolcall-name")).isEqualTo("calculator");
        assertThat(browser().lastText(".toolcall-arguments")).matches("(?s)expression\\s+12 \\* \\(3 \\+ 4\\)");
        assertThat(browser().lastText(".toolcall-state")).matches("done · [\\d.]+ m?s");
        assertThat(browser().lastText(".toolcall-result")).isEqualTo("84");
        assertThat(browser().lastText(".answer .text")).isEqualTo("12 * (3 + 4) = 84");
        assertThat(browser().lastText("[data-fact=tools]")).isEqualTo("1 tool call");
        assertThat(browser().lastText("[data-fact=stop-reason]")).isEqualTo("complete");
        assertThat(browser().<Boolean>evaluate("return document.querySelector('.route').hidden"))
                .as("asking again with results is no recovery")
                .isTrue();
    }

    @Test
    void theTreeGrowsWhileTheAgentsWork() {
        openPage("research.html", "#questions button");
        browser().evaluate("""
                window.sizes = [];
                new MutationObserver(() => {
                  const size = document.querySelectorAll('#tree li').length;
                  if (size !== window.sizes.at(-1)) { window.sizes.push(size); }
                }).observe(document.getElementById('tree'), {subtree: true, childList: true});
                return '';""");

        browser().ask(QUESTION);
        browser()
                .waitUntil("['searcher', 'fact_checker'].every(name => document.querySelector("
                        + "`.toolcall[data-tool=${name}] .agent[data-agent=${name}] .toolcall[data-tool=search_documentation]`))"
                        + " && document.getElementById('run-view').dataset.state === 'running'");
        assertThat(browser().find("#tree").getDomAttribute("aria-busy")).isEqualTo("true");
        browser().screenshot("research-running");
        waitForRun("complete");

        assertThat(browser().<List<Long>>evaluate("return window.sizes"))
                .isSorted()
                .hasSizeGreaterThan(6);
        assertThat(browser().lastText(".retrieved summary")).isNotEmpty();
        assertThat(browser().count(".agent[data-state=complete]")).isEqualTo(3);
        assertThat(browser().lastText(".agent[data-agent=searcher] .toolcall-progress"))
                .contains("Looks through ");
        assertThat(browser().lastText("#answer")).contains("Confirmed: “", "This comes from docs/");
        assertThat(browser().lastText("[data-fact=iterations]")).isEqualTo("6 iterations");
        assertThat(browser().lastText("[data-fact=tools]")).isEqualTo("4 tool calls");
        assertThat(browser().lastText("[data-fact=usage]")).matches("[\\d,]+ tokens");
        assertThat(browser().lastText("[data-fact=stop-reason]")).isEqualTo("complete");
        assertThat(browser().lastText("#announce")).isEqualTo("Answer complete.");
        browser().screenshot("research");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theGraphLightsUpNodeByNodeUntilAPersonApproves() {
        openPage("workflows.html", ".node");
        browser().evaluate("""
                window.lit = [];
                new MutationObserver(() => {
                  const node = document.querySelector('.node[data-state=active], .node[data-state=asking]')?.dataset.node;
                  if (node && node !== window.lit.at(-1)) { window.lit.push(node); }
                }).observe(document.getElementById('graph'), {subtree: true, attributes: true});
                return '';""");
        browser().find("#topic").sendKeys(QUESTION, Keys.ENTER);
        waitForRun("paused");
        assertThat(browser().<List<String>>evaluate("return window.lit"))
                .containsExactly("research", "write", "review", "approve");
        assertThat(nodes("done")).isEqualTo("research,write,review");
        assertThat(nodes("asking")).isEqualTo("approve");
        assertThat(browser().lastText("#notice")).contains("in memory here");
        assertThat(browser().lastText("[data-node=write] .text")).contains("This comes from docs/");
        assertThat(browser().<String>evaluate("return document.querySelector('#graph svg').getAttribute('aria-label')"))
                .contains("review done", "approve asking", "publish waiting");
        browser().screenshot("workflows-paused");

        browser().click("#approval .approve");
        waitForRun("completed");

        assertThat(nodes("done")).isEqualTo("research,write,review,approve,publish");
        assertThat(browser().find("#approval").isDisplayed()).isFalse();
        assertThat(browser().lastText(".mark")).isEqualTo("Published.");
        assertThat(browser().lastText("#announce")).isEqualTo("Published.");
        browser().screenshot("workflows");
        assertThat(browser().complaints()).isEmpty();
    }
}
