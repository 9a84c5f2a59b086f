package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.examples.app.EventSource.Event;
import io.cortexreactive.examples.database.RunQueue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.nio.file.Files;
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

/** Workers in processes of their own, on embedded Redis, in the middle of a run: one of them ends, or Redis does. */
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
                                "--example.queue.directory=" + directory),
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
                .blockFirst(SOON.multipliedBy(2)); // Two of them begin at once.
        assertThat(line).contains("on embedded Redis in");
    }

    /** Closed last, when nobody else is there any more, it ends the server. */
    private ConfigurableApplicationContext web() {
        return SpringApplication.run(
                ExampleApplication.class,
                arguments(
                        "--server.port=0", "--example.queue.work=false", "--spring.main.register-shutdown-hook=false"));
    }

    private static String address(ConfigurableApplicationContext web) {
        return "http://localhost:"
                + Objects.requireNonNull(((WebServerApplicationContext) web).getWebServer())
                        .getPort();
    }

    private static WebTestClient http(ConfigurableApplicationContext web) {
        return WebTestClient.bindToServer(new JdkClientHttpConnector())
                .baseUrl(address(web))
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

    /** Begins a run, and gives its id. */
    private static String begin(ConfigurableApplicationContext web) {
        Map<String, String> question = Map.of("question", "What does a slow event subscriber lose?");
        return String.valueOf(
                object(http(web).post().uri("/api/runs").bodyValue(question).exchange())
                        .get("id"));
    }

    private static EventSource follow(ConfigurableApplicationContext web, String id) {
        return EventSource.get(address(web) + "/api/runs/" + id + "/events", SOON, Map.of(CallerFilter.TENANT, "acme"));
    }

    /** The name of the process that has the run: it has the process id between colons. */
    private static String owner(ConfigurableApplicationContext web) {
        List<?> workers = (List<?>) Objects.requireNonNull(
                object(http(web).get().uri("/api/queue").exchange()).get("workers"));
        return workers.stream()
                .map(worker -> (Map<?, ?>) worker)
                .filter(worker -> Integer.valueOf(1).equals(worker.get("runs")))
                .map(worker -> String.valueOf(worker.get("id")))
                .findFirst()
                .orElseThrow();
    }

    private static void assertToldOnceToTheEnd(List<Event> events) {
        assertThat(events).extracting(Event::id).doesNotHaveDuplicates();
        assertThat(events.get(events.size() - 1).name()).isEqualTo("end");
        assertThat(events)
                .filteredOn(event -> "completed".equals(event.type())
                        && ((List<?>) Objects.requireNonNull(event.data().get("path"))).size() == 1)
                .hasSize(1);
    }

    private static boolean isOfATool(Event event) {
        return "tool_finished".equals(event.type());
    }

    @Test
    void anotherWorkerFinishesTheRunAndWhoeverFollowsSeesEachStepOnce() {
        try (ConfigurableApplicationContext web = web();
                ForkedJvm one = worker();
                ForkedJvm other = worker()) {
            awaitWork(one);
            awaitWork(other);
            List<Event> events = new ArrayList<>();
            try (EventSource followed = follow(web, begin(web))) {
                events.add(followed.take(KilledWorkerIT::isOfATool));
                (owner(web).contains(":" + one.pid() + ":") ? one : other).kill();
                events.addAll(followed.rest());
            }
            assertToldOnceToTheEnd(events);
        }
    }

    @Test
    void aWorkerThatIsToldToEndHandsOverAndNothingIsRepeated() throws InterruptedException {
        try (ConfigurableApplicationContext web = web();
                ForkedJvm one = worker();
                ForkedJvm other = worker()) {
            awaitWork(one);
            awaitWork(other);
            String id = begin(web);
            List<Event> events = new ArrayList<>();
            try (EventSource followed = follow(web, id)) {
                events.add(followed.take(KilledWorkerIT::isOfATool));
                ForkedJvm owner = owner(web).contains(":" + one.pid() + ":") ? one : other;
                owner.terminate();
                owner.toEnd(SOON);
                events.addAll(followed.rest());
            }
            assertToldOnceToTheEnd(events);
            List<Map<String, Object>> kept = kept(web, id);
            assertThat(kept).as("it was handed over").anyMatch(entry -> entry.containsKey("released"));
            for (String what : List.of("answer", "result")) {
                assertThat(ids(kept, what)).isNotEmpty().doesNotHaveDuplicates();
            }
        }
    }

    private static List<String> ids(List<Map<String, Object>> entries, String what) {
        List<String> ids = new ArrayList<>();
        for (Map<String, Object> entry : entries) {
            if (entry.get(what) instanceof Map<?, ?> one) {
                ids.add(String.valueOf(one.get("id")));
            }
        }
        return ids;
    }

    /** What the run's journal has. */
    private static List<Map<String, Object>> kept(ConfigurableApplicationContext web, String id) {
        return Objects.requireNonNull(web.getBean(RunQueue.class)
                .queue()
                .journal(new RunKey("acme", id), -1, 1_000)
                .mapNotNull(JournalEntry::payload)
                .map(StateJson::read)
                .collectList()
                .block(SOON));
    }

    @Test
    void aServerThatIsKilledIsStartedAgainAndEverythingGoesOn() throws IOException {
        try (ConfigurableApplicationContext web = web();
                ForkedJvm worker = worker()) {
            awaitWork(worker);
            // Whoever has started it again looks after that one, too.
            for (int kill = 1; kill <= 2; kill++) {
                List<Event> events = new ArrayList<>();
                try (EventSource followed = follow(web, begin(web))) {
                    events.add(followed.take(KilledWorkerIT::isOfATool));
                    killServer(directory);
                    events.addAll(followed.rest());
                }
                assertToldOnceToTheEnd(events);
            }
        }
    }

    /** Kills the Redis server of a directory. */
    static void killServer(Path directory) throws IOException {
        String port = Files.readString(directory.resolve("redis").resolve("port"));
        RedisClient client = RedisClient.create("redis://127.0.0.1:" + port);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            String pid = connection
                    .sync()
                    .info("server")
                    .lines()
                    .filter(line -> line.startsWith("process_id:"))
                    .map(line -> line.substring("process_id:".length()))
                    .findFirst()
                    .orElseThrow();
            ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
        } finally {
            client.shutdown();
        }
    }
}
