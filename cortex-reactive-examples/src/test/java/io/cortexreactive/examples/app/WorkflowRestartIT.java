package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cortexreactive.examples.app.EventSource.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Runs that outlive the application, on its own PostgreSQL. */
@ExtendWith(FailureReport.class)
class WorkflowRestartIT {

    private static final String TOPIC = "What does a slow event subscriber lose?";
    private static final Pattern ADDRESS = Pattern.compile("http://localhost:\\d+");

    /** One that leaves time to stop in the middle. */
    private static final double READABLE = 1;

    private static final double FAST = 0.1;

    @TempDir
    private Path directory;

    private ConfigurableApplicationContext start(double pace) {
        return SpringApplication.run(ExampleApplication.class, arguments(pace));
    }

    private String[] arguments(double pace) {
        return new String[] {
            "--example.pace=" + pace,
            "--server.port=0",
            "--example.simulate=true",
            "--example.runs.in-memory=false",
            "--example.runs.postgres-url=",
            "--example.runs.directory=" + directory,
            "--spring.main.register-shutdown-hook=false"
        };
    }

    /** In a process of its own, which can be killed. */
    private Process startApart() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogging.config=classpath:logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                ExampleApplication.class.getName()));
        command.addAll(List.of(arguments(READABLE)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String addressOf(Process application) {
        return application
                .inputReader()
                .lines()
                .map(ADDRESS::matcher)
                .filter(Matcher::find)
                .map(Matcher::group)
                .findFirst()
                .orElseThrow();
    }

    private static String address(ConfigurableApplicationContext application) {
        return "http://localhost:"
                + Objects.requireNonNull(((WebServerApplicationContext) application).getWebServer())
                        .getPort();
    }

    private static WorkflowCaller acme(ConfigurableApplicationContext application) {
        return acme(address(application));
    }

    private static WorkflowCaller acme(String address) {
        WebTestClient http = WebTestClient.bindToServer(new JdkClientHttpConnector())
                .baseUrl(address)
                .responseTimeout(SOON)
                .build();
        return new WorkflowCaller(http, address, "acme");
    }

    @Test
    void aPausedRunIsApprovedAfterARestart() {
        String id;
        Event paused;
        Object text;
        try (ConfigurableApplicationContext first = start(FAST)) {
            WorkflowCaller acme = acme(first);
            id = acme.begin(TOPIC);
            paused = acme.awaitPause(id, "");
            text = WorkflowCaller.data(acme.run(id)).get("write");
        }
        try (ConfigurableApplicationContext second = start(FAST)) {
            WorkflowCaller acme = acme(second);
            assertThat(acme.run(id)).containsEntry("status", "paused");
            assertThat(WorkflowCaller.data(acme.run(id))).containsEntry("write", text);

            acme.decide(id, Map.of("token", WorkflowCaller.token(paused), "approved", true))
                    .expectStatus()
                    .isAccepted();
            acme.await(id, "WorkflowCompleted", paused.id());

            assertThat(acme.list("/published"))
                    .extracting(one -> one.get("text"))
                    .containsExactly(text);
        }
    }

    @Test
    void aRunInTheMiddleGoesOnAfterARestart() {
        String id;
        Event research;
        try (ConfigurableApplicationContext first = start(READABLE)) {
            id = acme(first).begin(TOPIC);
            research = acme(first).await(id, "WorkflowNodeExited", "");
        }
        try (ConfigurableApplicationContext second = start(FAST)) {
            WorkflowCaller acme = acme(second);
            acme.awaitPause(id, research.id());

            assertThat(acme.historyOf(id, "node")).startsWith("research", "write", "review");
        }
    }

    @Test
    void aKilledApplicationsRunsGoOn() throws IOException {
        String waiting;
        Event paused;
        String inTheMiddle;
        Event research;
        Process first = startApart();
        try {
            WorkflowCaller acme = acme(addressOf(first));
            waiting = acme.begin(TOPIC);
            paused = acme.awaitPause(waiting, "");
            inTheMiddle = acme.begin(TOPIC);
            research = acme.await(inTheMiddle, "WorkflowNodeExited", "");
        } finally {
            first.destroyForcibly().onExit().join();
        }
        try (ConfigurableApplicationContext second = start(FAST)) {
            WorkflowCaller acme = acme(second);
            acme.decide(waiting, Map.of("token", WorkflowCaller.token(paused), "approved", true))
                    .expectStatus()
                    .isAccepted();
            acme.await(waiting, "WorkflowCompleted", paused.id());
            acme.awaitPause(inTheMiddle, research.id());

            assertThat(acme.historyOf(inTheMiddle, "node"))
                    .filteredOn("research"::equals)
                    .hasSize(1);
        }
    }

    @Test
    void thePageAsksAgainAfterARestart(@TempDir Path profile) {
        assumeTrue(Browser.missing().isEmpty(), "No browser to drive");
        String id;
        try (ConfigurableApplicationContext first = start(FAST)) {
            id = acme(first).begin(TOPIC);
            acme(first).awaitPause(id, "");
        }
        try (ConfigurableApplicationContext second = start(FAST);
                Browser browser = Browser.start(profile)) {
            browser.look(1280, 800, false);
            browser.load(address(second) + "/workflows.html#" + id);
            browser.waitUntil("!document.getElementById('approval').hidden");
            assertThat(browser.lastText("#approval-hint")).contains("while the application does not run");
            browser.click("#approval .approve");
            browser.waitUntil("document.getElementById('run-view').dataset.state === 'completed'");

            assertThat(browser.lastText(".mark")).isEqualTo("Published.");
        }
    }
}
