package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.examples.app.EventSource.Event;
import io.cortexreactive.testing.ScriptedReply;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.codec.ServerSentEvent;
import reactor.test.StepVerifier;

@RunningApplication
class EventApiIT {

    private final Api api;
    private final EventController controller;

    @Autowired
    EventApiIT(Api api, EventController controller) {
        this.api = api;
        this.controller = controller;
    }

    private static boolean isEvent(Event event) {
        return "event".equals(event.name());
    }

    private static List<String> types(EventSource events, int count) {
        return Stream.generate(() -> events.take(EventApiIT::isEvent).type())
                .limit(count)
                .toList();
    }

    @Test
    void aCallIsToldAndItsSequenceIsItsOrder() {
        api.next(ScriptedReply.text("Hi"));

        try (EventSource events = api.watch("tenant=acme")) {
            api.answer("acme");

            List<Event> told = Stream.generate(() -> events.take(EventApiIT::isEvent))
                    .limit(8)
                    .sorted(Comparator.comparing(EventApiIT::sequence))
                    .toList();
            assertThat(told)
                    .filteredOn(event -> "Chat".equals(event.data().get("family")))
                    .extracting(Event::type)
                    .containsExactly(
                            "BeforeChatSend",
                            "ChatStreamStarted",
                            "ChatStreamChunk",
                            "ChatStreamChunk",
                            "ChatStreamCompleted",
                            "AfterChatReceive");
            assertThat(told).extracting(Event::type).contains("BeforeProviderRequest", "AfterProviderResponse");
        }
    }

    private static int sequence(Event event) {
        return event.data().get("meta") instanceof Map<?, ?> meta && meta.get("sequence") instanceof Integer sequence
                ? sequence
                : -1;
    }

    @Test
    void onlyTheChosenTypesAreSent() {
        api.next(ScriptedReply.text("Hi"));

        try (EventSource events = api.watch("types=ChatStreamStarted,AfterChatReceive")) {
            api.answer("acme");

            assertThat(types(events, 2)).containsExactlyInAnyOrder("ChatStreamStarted", "AfterChatReceive");
        }
    }

    @Test
    void onlyTheChosenTenantsEventsAreSent() {
        api.server().enqueue(ScriptedReply.text("a"), ScriptedReply.text("b"));

        try (EventSource events = api.watch("types=BeforeChatSend&tenant=globex")) {
            api.answer("acme");
            api.answer("globex");

            assertThat(events.take(EventApiIT::isEvent).data())
                    .extractingByKey("meta", InstanceOfAssertFactories.MAP)
                    .containsEntry("tenantId", "globex");
        }
    }

    @Test
    void aWatcherWhoReadsNothingIsToldWhatItLost() {
        api.next(ScriptedReply.builder().repeat("x", 2_000).build());

        StepVerifier.create(controller.events(List.of("ChatStreamChunk"), null), 0)
                .then(() -> api.answer("acme"))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> !lost(event))
                .expectNextMatches(EventApiIT::lost)
                .thenCancel()
                .verify(SOON);
    }

    private static boolean lost(ServerSentEvent<Object> event) {
        return event.data() instanceof Map<?, ?> status
                && status.get("dropped") instanceof Long dropped
                && dropped > 1_000;
    }

    @Test
    void anUnknownTypeIsRefusedAndToldTheKnownOnes() {
        api.http()
                .get()
                .uri("/api/events?types=ChatStreamStarted,Nonsense")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("unknown_event_type")
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains("ChatStreamCancelled"));
    }

    @Test
    void anUnknownTenantIsRefused() {
        api.http()
                .get()
                .uri("/api/events?tenant=initech")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("unknown_tenant");
    }

    @Test
    void theStreamEndsWhenTheApplicationDoes(
            @Autowired ExampleProperties properties, @Autowired TenantDirectory tenants) {
        Cortex closing = Cortex.builder().build();
        EventController watched = new EventController(closing, tenants, properties);

        StepVerifier.create(watched.events(null, null))
                .expectNextCount(1)
                .then(() -> closing.close().block(SOON))
                .thenConsumeWhile(event -> true)
                .expectComplete()
                .verify(SOON);
    }
}
