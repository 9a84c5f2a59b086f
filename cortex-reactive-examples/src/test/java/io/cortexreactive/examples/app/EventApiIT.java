package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
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

    private static String type(ServerSentEvent<Map<String, Object>> event) {
        return String.valueOf(Objects.requireNonNull(event.data()).get("type"));
    }

    /** Asks as soon as the stream has said that it stands. */
    private Flux<ServerSentEvent<Map<String, Object>>> watchWhileAsking(String query, String... tenants) {
        Mono<Void> asking = Flux.fromArray(tenants)
                .concatMap(tenant -> api.ask(tenant, "Hello?"))
                .then();
        return api.watch(query)
                .index()
                .concatMap(item -> item.getT1() == 0
                        ? asking.thenMany(Flux.<ServerSentEvent<Map<String, Object>>>empty())
                        : Flux.just(item.getT2()))
                .filter(event -> "event".equals(event.event()));
    }

    @Test
    void aCallIsToldInOrder() {
        api.next(ScriptedReply.text("Hi"));

        StepVerifier.create(watchWhileAsking("tenant=acme", "acme").map(EventApiIT::type))
                .expectNext("BeforeChatSend", "BeforeProviderRequest", "ChatStreamStarted", "ChatStreamChunk")
                .thenConsumeWhile(type -> !"ChatStreamCompleted".equals(type))
                .expectNext("ChatStreamCompleted", "AfterChatReceive")
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void onlyTheChosenTypesAreSent() {
        api.next(ScriptedReply.text("Hi"));

        StepVerifier.create(watchWhileAsking("types=ChatStreamStarted,AfterChatReceive", "acme")
                        .map(EventApiIT::type))
                .expectNext("ChatStreamStarted", "AfterChatReceive")
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void onlyTheChosenTenantsEventsAreSent() {
        api.server().enqueue(ScriptedReply.text("a"), ScriptedReply.text("b"));

        StepVerifier.create(watchWhileAsking("types=BeforeChatSend&tenant=globex", "acme", "globex")
                        .mapNotNull(
                                event -> Objects.requireNonNull(event.data()).get("meta")))
                .assertNext(meta -> assertThat(meta)
                        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                        .containsEntry("tenantId", "globex"))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void aWatcherWhoReadsNothingIsToldWhatItLost() {
        api.next(ScriptedReply.builder().repeat("x", 2_000).build());

        StepVerifier.create(controller.events(List.of("ChatStreamChunk"), null), 0)
                .then(() -> api.ask("acme", "Hello?").blockLast(SOON))
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
