package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenancyPropagation;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.testing.RecordedRequest;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.micrometer.context.ContextRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/tenancy.md} shows, compiled and run. Its filter is in the examples, where Spring is. */
class TenancyGuideTests {

    private final ScriptedProvider scripted = ScriptedProvider.builder()
            .id("bedrock")
            .script(call -> ScriptedReply.text("Hello"))
            .build();

    @Test
    void aCallRunsAsATenant() {
        Cortex cortex = Cortex.builder().provider(scripted).build();
        String acmeKey = "key-of-acme";

        TenantContext acme = TenantContext.builder("acme")
                .apiKey("bedrock", acmeKey)
                .providerConfig("bedrock", Map.of("region", "eu-west-1"))
                .build();

        Flux<String> text = cortex.chat().text("Hello").contextWrite(Tenancy.as(acme));

        StepVerifier.create(text).expectNext("Hello").verifyComplete();
        assertThat(scripted.recorded())
                .extracting(RecordedRequest::config)
                .allMatch(config -> "eu-west-1".equals(config.region()));
        cortex.close().block();
    }

    /** An application's own. */
    private static final class Tenants {

        Mono<TenantContext> find(String customer) {
            return Mono.just(TenantContext.builder(customer).build());
        }
    }

    private static Cortex withResolver(Provider bedrock, Tenants tenants) {
        Cortex cortex = Cortex.builder()
                .provider(bedrock)
                .tenantResolver(new TenantResolver() {
                    @Override
                    public Mono<TenantContext> resolve() {
                        return Mono.deferContextual(context -> tenants.find(context.get("customer")));
                    }

                    @Override
                    public Mono<TenantContext> byId(String tenantId) {
                        return tenants.find(tenantId);
                    }
                })
                .build();
        return cortex;
    }

    @Test
    void aResolverFindsTheTenant() {
        Cortex cortex = withResolver(scripted, new Tenants());

        StepVerifier.create(cortex.tenant()
                        .mapNotNull(TenantContext::id)
                        .contextWrite(context -> context.put("customer", "acme")))
                .expectNext("acme")
                .verifyComplete();
        cortex.close().block();
    }

    @Test
    void theBridgeFillsTheLoggingContext() {
        Cortex cortex = Cortex.builder().provider(scripted).build();
        Flux<ChatRequest> request = Flux.just(ChatRequest.of("Hello"));
        try {
            TenancyPropagation.register(ContextRegistry.getInstance());
            Hooks.enableAutomaticContextPropagation();

            Mono<String> logged = request.concatMap(cortex.chat()::stream)
                    .map(chunk -> MDC.get(TenancyPropagation.MDC_CORRELATION))
                    .next()
                    .contextWrite(Tenancy.correlation("order-42"));

            StepVerifier.create(logged).expectNext("order-42").verifyComplete();
        } finally {
            Hooks.disableAutomaticContextPropagation();
            TenancyPropagation.unregister(ContextRegistry.getInstance());
            cortex.close().block();
        }
    }
}
