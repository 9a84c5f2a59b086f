package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.examples.app.EventSource.Event;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.WireCall;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Load on demand, and what is measured of all traffic. */
@RunningApplication
class LoadApiIT {

    private static final int LONG = 100;

    private final Api api;

    @Autowired
    LoadApiIT(Api api) {
        this.api = api;
    }

    private EventSource start(String tenant, Map<String, Object> load) {
        return EventSource.post(api.address() + "/api/load", SOON, Map.of(CallerFilter.TENANT, tenant), load);
    }

    private static Map<String, Object> load(int streams, int seconds) {
        return Map.of("streams", streams, "chunksPerSecond", 20, "seconds", seconds);
    }

    private EventSource traffic() {
        return EventSource.get(api.address() + "/api/traffic", SOON);
    }

    private static Map<String, Object> await(EventSource traffic, Predicate<Map<String, Object>> such) {
        return traffic.take(event -> "sample".equals(event.name()) && such.test(event.data()))
                .data();
    }

    private static boolean isIdle(Map<String, Object> sample) {
        return sample.get("load") == null && number(sample, "live") == 0;
    }

    private static double number(Map<String, Object> of, String name) {
        return of.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static double number(Map<String, Object> of, String part, String name) {
        return of.get(part) instanceof Map<?, ?> inner && inner.get(name) instanceof Number number
                ? number.doubleValue()
                : Double.NaN;
    }

    /** Leaves nothing running for the next test. */
    private void settle() {
        try (EventSource traffic = traffic()) {
            await(traffic, LoadApiIT::isIdle);
        }
    }

    @Test
    void aLoadCountsDownAndEndsByItself() {
        int before = api.callsSoFar();

        try (EventSource load = start("acme", load(3, 1))) {
            List<Event> events = load.rest();
            assertThat(events).extracting(Event::name).startsWith("running").endsWith("end");
            assertThat(events.get(0).data()).containsEntry("secondsLeft", 1);
        }

        IntStream.rangeClosed(before + 1, api.callsSoFar())
                .forEach(number -> assertThat(api.call(number).closed().block(SOON))
                        .isIn(CloseReason.CLIENT_CLOSED, CloseReason.COMPLETED));
        settle();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bedrock", "anthropic", "openai"})
    void aStopClosesTheConnectionOfEveryStream(String provider) {
        int before = api.callsSoFar();
        List<WireCall> calls;
        try (EventSource load =
                start("acme", Map.of("provider", provider, "streams", 20, "chunksPerSecond", 1, "seconds", LONG))) {
            load.take();
            calls = IntStream.rangeClosed(before + 1, before + 20)
                    .mapToObj(api::call)
                    .toList();
        }

        assertThat(calls)
                .allSatisfy(call -> assertThat(call.closed().block(SOON)).isEqualTo(CloseReason.CLIENT_CLOSED));
        settle();
    }

    @Test
    void manyStreamsNeedNoThreadsOfTheirOwn() {
        try (EventSource traffic = traffic()) {
            double threads = number(await(traffic, LoadApiIT::isIdle), "process", "threads");
            try (EventSource load = start("acme", load(300, LONG))) {
                load.take();
                Map<String, Object> busy = await(traffic, sample -> number(sample, "live") == 300);
                assertThat(number(busy, "process", "threads")).isLessThan(threads + 30);
                assertThat(number(busy, "process", "heapBytes")).isPositive();
            }
        }
        settle();
    }

    @Test
    void latenciesAreOfTheOrderThatWasScripted() {
        try (EventSource traffic = traffic();
                EventSource load = start("acme", load(10, LONG))) {
            load.take();
            Map<String, Object> begun = await(traffic, sample -> number(sample, "firstToken", "p50") > 0);
            assertThat(number(begun, "firstToken", "p50")).isBetween(240.0, 10_000.0);
            assertThat(number(begun, "firstToken", "p95")).isGreaterThanOrEqualTo(number(begun, "firstToken", "p50"));
            Map<String, Object> running = await(traffic, sample -> number(sample, "chunksPerSecond") > 50);
            assertThat(number(running, "gap", "p50")).isBetween(20.0, 1_000.0);
        }
        settle();
    }

    @Test
    void answersThatBreakOffAreCountedAsFailed() {
        try (EventSource traffic = traffic();
                EventSource load =
                        start("acme", Map.of("streams", 30, "chunksPerSecond", 50, "seconds", LONG, "failing", 50))) {
            load.take();
            Map<String, Object> sample = await(traffic, one -> number(one, "failedPerSecond") > 0);
            assertThat(number(sample, "failedSoFar")).isPositive();
        }
        settle();
    }

    @Test
    void theTrafficOfTheChatCountsToo() {
        api.next(ScriptedReply.builder().repeat("on and on ", Long.MAX_VALUE).build());

        try (EventSource traffic = traffic();
                EventSource answer = api.ask("globex", "Hello?")) {
            answer.take();
            Map<String, Object> sample = await(traffic, one -> number(one, "chunksPerSecond") > 0);
            assertThat(number(sample, "live")).isPositive();
            assertThat(sample.get("load")).isNull();
        }
        settle();
    }

    @Test
    void aSecondLoadIsRefusedWhileOneRunsAndTakenAfterIt() {
        try (EventSource load = start("acme", load(2, LONG))) {
            load.take();
            post("globex", "{\"streams\":1,\"chunksPerSecond\":1,\"seconds\":1}")
                    .expectStatus()
                    .isEqualTo(409)
                    .expectBody()
                    .jsonPath("$.code")
                    .isEqualTo("load_running");
        }
        settle();

        try (EventSource load = start("globex", load(1, 1))) {
            assertThat(load.rest()).extracting(Event::name).contains("running", "end");
        }
        settle();
    }

    @Test
    void aLoadRunsWithTheKeyOfItsTenant() {
        int before = api.callsSoFar();
        try (EventSource load = start("globex", load(3, LONG))) {
            load.take();
            IntStream.rangeClosed(before + 1, before + 3)
                    .forEach(number ->
                            assertThat(api.call(number).call().credential()).isEqualTo("simulated-globex-key-9F2E"));
        }
        settle();
    }

    private WebTestClient.ResponseSpec post(String tenant, String body) {
        return api.http()
                .post()
                .uri("/api/load")
                .header(CallerFilter.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"streams":0,"chunksPerSecond":1,"seconds":1}                     | invalid_load
                    {"streams":1001,"chunksPerSecond":1,"seconds":1}                  | invalid_load
                    {"streams":1,"chunksPerSecond":0,"seconds":1}                     | invalid_load
                    {"streams":1,"chunksPerSecond":51,"seconds":1}                    | invalid_load
                    {"streams":1,"chunksPerSecond":1,"seconds":121}                   | invalid_load
                    {"streams":1,"chunksPerSecond":1,"seconds":-5}                    | invalid_load
                    {"streams":1,"chunksPerSecond":1,"seconds":1,"failing":51}        | invalid_load
                    {"chunksPerSecond":1,"seconds":1}                                 | invalid_load
                    {"streams":"many","chunksPerSecond":1,"seconds":1}                | malformed_json
                    {"streams":1.5,"chunksPerSecond":1,"seconds":1}                   | malformed_json
                    {"streams":1,"chunksPerSecond":1,"seconds":1,"fail":5}            | malformed_json
                    {"streams":99999999999,"chunksPerSecond":1,"seconds":1}           | malformed_json
                    {"streams":1,"chunksPerSecond":1,"seconds":1,"provider":"nobody"} | unknown_provider
                    """)
    void aLoadThatIsOutOfBoundsIsRefused(String body, String code) {
        int before = api.callsSoFar();

        post("acme", body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(code);

        assertThat(api.callsSoFar()).isEqualTo(before);
    }

    @Test
    void aLoadOfNobodyIsRefusedAndTakesNoPlace() {
        api.http()
                .post()
                .uri("/api/load")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"streams\":1,\"chunksPerSecond\":1,\"seconds\":100}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("tenant_missing")
                .jsonPath("$.detail")
                .isEqualTo("Say for whom this is, in the header X-Tenant.");
        settle();
    }
}
