package io.cortexreactive.examples.guide;

import io.cortexreactive.Cortex;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/plugins/chat.md} and {@code docs/tenancy.md} show of WebFlux, compiled and run. */
class WebFluxGuideTests {

    private final Cortex cortex = Cortex.builder()
            .provider(ScriptedProvider.builder()
                    .script(call -> ScriptedReply.text("Hello"))
                    .build())
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

    @Component
    class TenantFilter implements WebFilter {
        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            TenantContext tenant = tenantOf(exchange.getRequest());
            return chain.filter(exchange).contextWrite(Tenancy.as(tenant));
        }
    }

    private WebTestClient.RequestBodySpec post(String path) {
        return WebTestClient.bindToController(new ChatController())
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

    @Test
    void aFilterSaysWhoTheCallIsFor() {
        post("/tenant").exchange().expectBody(String.class).isEqualTo("acme");
    }
}
