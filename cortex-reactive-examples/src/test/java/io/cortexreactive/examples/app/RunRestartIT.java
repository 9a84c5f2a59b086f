package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A run of agents that outlives the application, on its own Redis, and its page. */
@ExtendWith(FailureReport.class)
class RunRestartIT {

    private static final String QUESTION = "What does a slow event subscriber lose?";

    private static ConfigurableApplicationContext start(Path directory) {
        return SpringApplication.run(
                ExampleApplication.class,
                "--server.port=0",
                "--example.simulate=true",
                "--example.pace=1",
                "--example.runs.in-memory=true",
                "--example.queue.in-memory=false",
                "--example.queue.redis-url=",
                "--example.queue.directory=" + directory,
                "--spring.main.register-shutdown-hook=false");
    }

    private static int port(ConfigurableApplicationContext application) {
        return Objects.requireNonNull(((WebServerApplicationContext) application).getWebServer())
                .getPort();
    }

    /** Has a run begun from the page, and gives the address of its own, which comes up. */
    private static String begin(Browser browser, ConfigurableApplicationContext application) {
        browser.load("http://localhost:" + port(application) + "/research.html");
        browser.waitUntil("document.querySelectorAll('#questions button').length > 0");
        browser.find("#question").sendKeys(QUESTION);
        browser.click("#run-background");
        browser.waitUntilElsewhere("document.querySelectorAll('.toolcall[data-state=done]').length > 0");
        return browser.evaluate("return location.href");
    }

    private static void assertComplete(Browser browser) {
        browser.waitUntil("!document.getElementById('result').hidden");
        assertThat(browser.count(".agent[data-state=complete]")).isEqualTo(browser.count(".agent"));
        assertThat(browser.lastText("#question")).isEqualTo(QUESTION);
    }

    private static Browser browser(Path profile) {
        Optional<String> missing = Browser.missing();
        assumeTrue(missing.isEmpty(), missing.orElse(""));
        return Browser.start(profile);
    }

    @Test
    void thePageOfARunReplaysAndGoesOnAfterARestart(@TempDir Path directory, @TempDir Path profile) {
        try (Browser browser = browser(profile)) {
            URI before;
            int seen;
            try (ConfigurableApplicationContext application = start(directory)) {
                before = URI.create(begin(browser, application));
                seen = browser.count(".iteration");
                browser.load("about:blank");
            }
            try (ConfigurableApplicationContext again = start(directory)) {
                browser.load("http://localhost:" + port(again) + before.getRawPath() + "?" + before.getRawQuery());
                browser.waitUntil("document.querySelectorAll('.toolcall[data-state=done]').length > 0"
                        + " && document.getElementById('run-view').dataset.state !== 'completed'");
                assertComplete(browser);

                assertThat(browser.count(".iteration")).isGreaterThan(seen);
                assertThat(browser.complaints()).isEmpty();
            }
        }
    }

    @Test
    void anOpenPageGoesOnWhenTheServerOfTheRunsIsKilled(@TempDir Path directory, @TempDir Path profile)
            throws IOException {
        try (Browser browser = browser(profile);
                ConfigurableApplicationContext application = start(directory)) {
            begin(browser, application);
            KilledWorkerIT.killServer(directory);
            assertComplete(browser);
        }
    }
}
