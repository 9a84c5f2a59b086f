package io.cortexreactive.examples.guide;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.SseFrame;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.sse.AgUiStream;
import io.cortexreactive.sse.AiSdkStream;
import io.cortexreactive.sse.PlainStream;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/streaming.md}, {@code docs/plugins/chat.md} and {@code docs/tenancy.md} show of WebFlux. */
class WebFluxGuideTests {

    private final Cortex cortex = Cortex.builder()
            .provider(ScriptedProvider.builder()
                    .script(call -> ScriptedReply.text("Hello"))
                    .build())
            .agent(Agent.define("helper").build())
            .build();

    @AfterEach
    void close() {
        cortex.close().block();
    }

    private TenantContext tenantOf(ServerHttpRequest request) {
        return TenantContext.builder(Objects.requireNonNull(request.getHeaders().getFirst("X-Tenant")))
                .build();
    }

    @RestController
    class ChatController {

        @PostMapping(path = "/chat", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<ChatChunk> chat(@RequestBody ChatRequest request) {
            return cortex.chat().stream(request);
        }

        @PostMapping("/tenant")
        Mono<String> tenant() {
            return cortex.tenant().mapNotNull(TenantContext::id);
        }
    }

    @RestController
    class StreamingController {

        @GetMapping("/answers/{id}")
        Flux<ServerSentEvent<String>> follow(
                @PathVariable String id,
                @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
                ServerHttpResponse response) {
            return PlainStream.of(cortex.broadcaster().follow("answers." + id, lastEventId))
                    .map(WebFluxGuideTests::event)
                    .switchIfEmpty(Mono.fromRunnable(() -> response.setStatusCode(HttpStatus.NO_CONTENT)));
        }

        @PostMapping("/api/chat")
        ResponseEntity<Flux<ServerSentEvent<String>>> chat(@RequestBody UiChat chat) {
            Flux<ChatChunk> chunks = cortex.chat().stream(requestOf(chat));
            return ResponseEntity.ok()
                    .header(AiSdkStream.HEADER, AiSdkStream.VERSION)
                    .contentType(MediaType.TEXT_EVENT_STREAM)
                    .body(AiSdkStream.ofChunks(chunks).map(WebFluxGuideTests::event));
        }

        @PostMapping(path = "/agent", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<ServerSentEvent<String>> run(@RequestBody AgUiInput input) {
            Flux<AgentStep> steps = cortex.agent("helper").stream(textOf(input), AgentContext.NONE);
            return AgUiStream.ofSteps(steps, input.threadId(), input.runId()).map(WebFluxGuideTests::event);
        }
    }

    private static ServerSentEvent<String> event(SseFrame frame) {
        ServerSentEvent.Builder<String> event = ServerSentEvent.builder(frame.data());
        Optional.ofNullable(frame.id()).ifPresent(event::id);
        Optional.ofNullable(frame.event()).ifPresent(event::event);
        return event.build();
    }

    /** What {@code useChat} sends. */
    record UiChat(String id, List<UiMessage> messages) {}

    record UiMessage(String role, List<UiPart> parts) {}

    record UiPart(String type, @Nullable String text) {}

    private static ChatRequest requestOf(UiChat chat) {
        UiMessage last = chat.messages().get(chat.messages().size() - 1);
        return ChatRequest.of(
                last.parts().stream().map(UiPart::text).filter(Objects::nonNull).collect(Collectors.joining()));
    }

    /** What a client of AG-UI sends. */
    record AgUiInput(String threadId, String runId, List<AgUiMessage> messages) {}

    record AgUiMessage(String role, String content) {}

    private static String textOf(AgUiInput input) {
        return input.messages().get(input.messages().size() - 1).content();
    }

    @Component
    class TenantFilter implements WebFilter {
        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            TenantContext tenant = tenantOf(exchange.getRequest());
            return chain.filter(exchange).contextWrite(Tenancy.as(tenant));
        }
    }

    private WebTestClient.RequestBodySpec post(String path) {
        return WebTestClient.bindToController(new ChatController(), new StreamingController())
                .webFilter(new TenantFilter())
                .build()
                .post()
                .uri(path)
                .header("X-Tenant", "acme");
    }

    @Test
    void aControllerStreamsChunksAsTheyAre() {
        Flux<String> chunks = post("/chat")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(ChatRequest.of("Hello?"))
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(String.class)
                .getResponseBody();

        StepVerifier.create(chunks)
                .expectNextMatches(chunk -> chunk.contains("\"type\":\"text_delta\""))
                .expectNextMatches(chunk -> chunk.contains("\"type\":\"chat_completed\""))
                .verifyComplete();
    }

    private static Flux<ServerSentEvent<String>> events(WebTestClient.RequestHeadersSpec<?> request) {
        return request.accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .getResponseBody();
    }

    @Test
    void aBrowserThatConnectsAgainGoesOn() {
        cortex.chat().broadcast("answers.42", ChatRequest.of("Hello?")).block();
        WebTestClient client =
                WebTestClient.bindToController(new StreamingController()).build();

        List<ServerSentEvent<String>> all = Objects.requireNonNull(
                events(client.get().uri("/answers/42")).collectList().block());
        String seen = Objects.requireNonNull(all.get(0).id());
        Flux<ServerSentEvent<String>> rest =
                events(client.get().uri("/answers/42").header("Last-Event-ID", seen));

        StepVerifier.create(rest.mapNotNull(ServerSentEvent::event))
                .expectNext("chat_completed", "end")
                .verifyComplete();
        client.get()
                .uri("/answers/42")
                .header(
                        "Last-Event-ID",
                        Objects.requireNonNull(all.get(all.size() - 1).id()))
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    @Test
    void useChatGetsItsProtocol() {
        UiChat chat = new UiChat("1", List.of(new UiMessage("user", List.of(new UiPart("text", "Hello?")))));

        StepVerifier.create(events(post("/api/chat").bodyValue(chat)).map(event -> String.valueOf(event.data())))
                .expectNext("{\"type\":\"start\"}")
                .thenConsumeWhile(data -> !data.equals("[DONE]"))
                .expectNext("[DONE]")
                .verifyComplete();
    }

    @Test
    void aClientOfAgUiGetsItsEvents() {
        AgUiInput input = new AgUiInput("t", "r", List.of(new AgUiMessage("user", "Hello?")));

        StepVerifier.create(events(post("/agent").bodyValue(input)).map(event -> String.valueOf(event.data())))
                .expectNextMatches(data -> data.contains("RUN_STARTED"))
                .thenConsumeWhile(data -> !data.contains("RUN_FINISHED"))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void aFilterSaysWhoTheCallIsFor() {
        post("/tenant").exchange().expectBody(String.class).isEqualTo("acme");
    }
}
