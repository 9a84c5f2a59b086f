package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Agents that are sent to the background, their page, and the page of the queue. */
@RunningApplication
class RunPageIT extends BrowserSupport {

    private static final String QUESTION = "What does a slow event subscriber lose?";
    private static final String ANSWER = "It loses the oldest events, and is told how many.";

    @Autowired
    RunPageIT(Api api) {
        super(api);
    }

    @BeforeEach
    void openResearch() {
        openPage("research.html");
        browser().waitUntil("document.querySelectorAll('#questions button').length > 0");
        browser().complaints();
    }

    private void openPage(String page) {
        browser().load(api.address() + "/" + page);
        browser().waitUntil("document.querySelectorAll('#tenants input').length > 0");
    }

    /** Gives the address of the run's page, which comes up. */
    private String sendToTheBackground() {
        browser().find("#question").sendKeys(QUESTION);
        browser().click("#run-background");
        browser().waitUntilElsewhere("location.pathname === '/run.html' && document.querySelector('#facts li')");
        return browser().evaluate("return location.href");
    }

    private void waitForRun(String state) {
        browser().waitUntil("document.getElementById('run-view').dataset.state === '" + state + "'");
    }

    private void enqueueRun() {
        ScriptedReply slow = ScriptedReply.builder()
                .chunks("It ", "loses ", "the oldest events, ", "and is ", "told ", "how many.")
                .chunkDelay(Duration.ofMillis(150))
                .build();
        api.server()
                .enqueue(
                        ScriptedReply.toolCall("c1", "searcher", Map.of("input", QUESTION)),
                        ScriptedReply.text("**docs/plugins/events.md**:\n\nThe oldest events are dropped."),
                        slow);
    }

    private void enqueueNote() {
        api.server()
                .enqueue(ScriptedReply.toolCall(
                        "c1", "send_note", Map.of("to", "Ada", "text", "The oldest are dropped.")));
    }

    @Test
    void thePageIsClosedAndTheRunOpenedElsewhere() {
        enqueueRun();
        String address = sendToTheBackground();
        browser().load("about:blank");
        browser().load(address);
        waitForRun("completed");
        browser().waitUntil("!document.getElementById('result').hidden");

        assertThat(browser().lastText("#answer")).isEqualTo(ANSWER);
        assertThat(browser().lastText("#question")).isEqualTo(QUESTION);
        assertThat(browser().count(".toolcall[data-tool=searcher][data-state=done] .agent[data-state=complete]"))
                .isEqualTo(1);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aCallWaitsForItsApproval() {
        enqueueNote();
        sendToTheBackground();
        waitForRun("paused");
        browser().waitUntil("document.querySelector('.approval')");
        assertThat(browser().lastText(".approval")).contains("send_note", "Ada", "The oldest are dropped.");
        api.server().enqueue(ScriptedReply.text("I have told Ada."));
        browser().click(".approval .approve");
        waitForRun("completed");
        browser().waitUntil("!document.getElementById('result').hidden");

        assertThat(browser().lastText("#answer")).isEqualTo("I have told Ada.");
        assertThat(browser().count(".approval")).isZero();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aCallThatIsRejectedIsNotMade() {
        enqueueNote();
        sendToTheBackground();
        browser().waitUntil("document.querySelector('.approval')");
        api.server().enqueue(ScriptedReply.text("I have told nobody."));
        int calls = api.callsSoFar();
        browser().find(".approval .reason").sendKeys("Ada is on holiday");
        browser().click(".approval .refuse");
        waitForRun("completed");
        browser().waitUntil("document.querySelector('.toolcall[data-state=refused]')");

        assertThat(api.call(calls + 1).body()).contains("Ada is on holiday");
        assertThat(browser().lastText(".toolcall[data-tool=send_note]")).contains("Ada is on holiday");
        assertThat(browser().count(".toolcall[data-tool=send_note][data-state=refused]"))
                .isEqualTo(1);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aRunIsCancelled() {
        enqueueNote();
        sendToTheBackground();
        waitForRun("paused");
        browser().click("#cancel");
        waitForRun("cancelled");

        browser().waitUntil("document.querySelector('.failure')");
        assertThat(browser().lastText(".failure")).contains("cancelled");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void anotherTenantFindsNoSuchRun() {
        enqueueRun();
        String address = sendToTheBackground();
        waitForRun("completed");
        browser().load(address.replace("tenant=acme", "tenant=globex"));
        browser().waitUntil("document.querySelector('.failure')");

        assertThat(browser().lastText(".failure")).contains("There is no such run", "agent_run_not_found");
        assertThat(browser().lastText("#answer")).isEmpty();
    }

    @Test
    void aDeadLetterIsShownWithItsCauseAndRedriven() {
        api.server()
                .enqueue(ScriptedReply.fail(
                        Fault.status(403, "AccessDeniedException", "The security token is not valid.")));
        String failed = sendToTheBackground();
        waitForRun("failed");
        String id = failed.replaceAll(".*id=([^&]+).*", "$1");
        openPage("queue.html");
        browser().find("#status").sendKeys("failed");
        String line = "[data-run='" + id + "']";
        browser().waitUntil("document.querySelector(\"" + line + " button\")");
        assertThat(browser().find(line).getText()).contains("authentication");

        api.server().enqueue(ScriptedReply.text(ANSWER));
        browser().click(line + " button");
        browser().find("#status").sendKeys("any");
        browser().waitUntil("document.querySelector('#runs tr').dataset.status === 'completed'");
        browser().click("#runs tr a");
        browser()
                .waitUntil(
                        "!document.getElementById('result')?.hidden && document.getElementById('answer')?.textContent");

        assertThat(browser().lastText("#answer")).isEqualTo(ANSWER);
        assertThat(browser().lastText("#facts")).contains("repeats a run that failed");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aFailedRunIsBegunAnewFromItsPage() {
        api.server()
                .enqueue(
                        ScriptedReply.toolCall("c1", "searcher", Map.of("input", QUESTION)),
                        ScriptedReply.text("The oldest events are dropped."),
                        ScriptedReply.fail(
                                Fault.status(403, "AccessDeniedException", "The security token is not valid.")));
        String failed = sendToTheBackground();
        waitForRun("failed");
        browser().waitUntil("document.getElementById('redrive')");
        api.server().enqueue(ScriptedReply.text(ANSWER));
        int calls = api.callsSoFar();
        browser().click("#redrive");
        browser()
                .waitUntilElsewhere("location.href !== '" + failed
                        + "' && document.getElementById('run-view').dataset.state === 'completed'");
        browser().waitUntil("!document.getElementById('result').hidden");

        assertThat(browser().lastText("#answer")).isEqualTo(ANSWER);
        assertThat(browser().lastText("#facts")).contains("repeats a run that failed");
        assertThat(browser().lastText("#question")).isEqualTo(QUESTION);
        assertThat(api.callsSoFar()).as("what was kept is not asked again").isEqualTo(calls + 1);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theModelThatWasPickedIsAsked() {
        browser().click("#picker-open");
        browser().find("#providers input[value=openai]").click();
        browser().waitUntil("document.querySelectorAll('#model option').length === 2");
        browser().find("#model").sendKeys("simulated-extract-brief");
        browser().click("#picker-open");
        int call = api.next(ScriptedReply.text(ANSWER));
        sendToTheBackground();
        waitForRun("completed");

        assertThat(api.call(call).path()).isEqualTo("/v1/chat/completions");
        assertThat(api.call(call).body()).contains("\"model\":\"simulated-extract-brief\"");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theQueueShowsLoadsAndWorkers() {
        enqueueNote();
        String run = sendToTheBackground();
        waitForRun("paused");
        openPage("queue.html");
        browser()
                .waitUntil(
                        "document.querySelector('#queues [data-tenant=acme]') && document.querySelector('[data-worker]')");

        assertThat(browser().lastText("#queues [data-tenant=acme]")).startsWith("agents");
        assertThat(browser().lastText("[data-worker] code"))
                .endsWith(":" + ProcessHandle.current().pid());
        browser().load(run);
        waitForRun("paused");
        browser().click("#cancel");
        waitForRun("cancelled");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theyLookAsTheyShould() {
        enqueueNote();
        String run = sendToTheBackground();
        for (boolean dark : List.of(false, true)) {
            look(run, "run", dark, "document.querySelector('.approval')");
            look(api.address() + "/queue.html", "queue", dark, "document.querySelector('#runs [data-run]')");
        }
        browser().load(run);
        waitForRun("paused");
        browser().click("#cancel");
        waitForRun("cancelled");
        assertThat(browser().complaints()).isEmpty();
    }

    private void look(String address, String name, boolean dark, String condition) {
        browser().look(1280, 800, dark);
        browser().load(address);
        browser().waitUntil(condition);
        browser().screenshot(name + (dark ? "-dark" : "-light"));
        assertThat(browser().<Long>evaluate("return document.documentElement.scrollWidth"))
                .as("nothing sticks out to the right")
                .isLessThanOrEqualTo(1280);
    }
}
