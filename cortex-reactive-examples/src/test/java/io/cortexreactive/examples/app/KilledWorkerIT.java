package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.examples.app.EventSource.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Workers in processes of their own, on embedded Redis, of which one is killed in the middle of a run. */
@ExtendWith(FailureReport.class)
class KilledWorkerIT {

    private static final ParameterizedTypeReference<Map<String, Object>> OBJECT = new ParameterizedTypeReference<>() {};

    @TempDir
    private Path directory;

    private String[] arguments(String... more) {
        return Stream.concat(
                        Stream.of(
                                "--example.simulate=true",
                                "--example.pace=1",
                                "--example.runs.in-memory=true",
                                "--example.queue.in-memory=false",
                                "--example.queue.redis-url=",
                                "--example.queue.directory=" + directory,
                                "--spring.main.register-shutdown-hook=false"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private ForkedJvm worker() {
        return ForkedJvm.start(
                List.of("-Dlogging.config=classpath:logback.xml"),
                ExampleApplication.class,
                arguments("--spring.profiles.active=worker"));
    }

    private static void awaitWork(ForkedJvm worker) {
        String line = worker.lines()
                .filter(said -> said.contains("Works: process " + worker.pid()))
                .blockFirst(SOON);
        assertThat(line).contains("on embedded Redis in");
    }

    private static WebTestClient http(String address) {
        return WebTestClient.bindToServer(new JdkClientHttpConnector())
                .baseUrl(address)
                .defaultHeader(CallerFilter.TENANT, "acme")
                .responseTimeout(SOON)
                .build();
    }

    private static Map<String, Object> object(WebTestClient.ResponseSpec response) {
        return Objects.requireNonNull(response.expectStatus()
                .is2xxSuccessful()
                .expectBody(OBJECT)
                .returnResult()
                .getResponseBody());
    }

    /** The name of the process that has the run: it has the process id between colons. */
    private static String owner(WebTestClient http) {
        List<?> workers = (List<?>) Objects.requireNonNull(
                object(http.get().uri("/api/queue").exchange()).get("workers"));
        return workers.stream()
                .map(worker -> (Map<?, ?>) worker)
                .filter(worker -> Integer.valueOf(1).equals(worker.get("runs")))
                .map(worker -> String.valueOf(worker.get("id")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anotherWorkerFinishesTheRunAndWhoeverFollowsSeesEachStepOnce() {
        // Closed last, when nobody else is there any more, so that it ends the server.
        try (ConfigurableApplicationContext web = SpringApplication.run(
                        ExampleApplication.class, arguments("--server.port=0", "--example.queue.work=false"));
                ForkedJvm one = worker();
                ForkedJvm other = worker()) {
            awaitWork(one);
            awaitWork(other);
            String address = "http://localhost:"
                    + Objects.requireNonNull(((WebServerApplicationContext) web).getWebServer())
                            .getPort();
            WebTestClient http = http(address);
            Map<String, String> question = Map.of("question", "What does a slow event subscriber lose?");
            Object id = object(http.post().uri("/api/runs").bodyValue(question).exchange())
                    .get("id");
            List<Event> events = new ArrayList<>();
            try (EventSource followed = EventSource.get(
                    address + "/api/runs/" + id + "/events", SOON, Map.of(CallerFilter.TENANT, "acme"))) {
                events.add(followed.take(event -> "tool_finished".equals(event.type())));
                (owner(http).contains(":" + one.pid() + ":") ? one : other).kill();
                events.addAll(followed.rest());
            }
            assertThat(events).extracting(Event::id).doesNotHaveDuplicates();
            assertThat(events.get(events.size() - 1).name()).isEqualTo("end");
            assertThat(events)
                    .filteredOn(event -> "completed".equals(event.type())
                            && ((List<?>) Objects.requireNonNull(event.data().get("path"))).size() == 1)
                    .hasSize(1);
        }
    }
}
