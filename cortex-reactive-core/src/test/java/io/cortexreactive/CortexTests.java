package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.CortexConfig.ProviderSettings;
import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.chat.ChatEvent.AfterChatReceive;
import io.cortexreactive.chat.ChatEvent.ChatStreamChunk;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantMissingException;
import io.cortexreactive.tenant.TenantResolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class CortexTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ChatCompleted END = new ChatCompleted(StopReason.END_TURN, Usage.of(1, 1), null, Map.of());
    private static final TenantContext ACME =
            TenantContext.builder("acme").apiKey("fake", "key-acme").build();
    private static final TenantContext GLOBEX =
            TenantContext.builder("globex").apiKey("fake", "key-globex").build();

    private final AtomicBoolean providerClosed = new AtomicBoolean();
    private @Nullable Cortex toClose;

    /** Answers with the key it was called with, once let. */
    private final class KeyEcho implements Provider {

        private final String id;
        private final ProviderConfig config;
        private final Mono<Void> let;

        KeyEcho(String id, ProviderConfig config, Mono<Void> let) {
            this.id = id;
            this.config = config;
            this.let = let;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return ProviderCapabilities.all();
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            String key = config.apiKey() == null ? "own" : config.apiKey().reveal();
            return let.thenMany(Flux.just(new TextDelta(0, key), END));
        }

        @Override
        public Provider withConfig(ProviderConfig override) {
            return new KeyEcho(id, override, let);
        }

        @Override
        public Mono<Void> close() {
            return Mono.fromRunnable(() -> providerClosed.set(true));
        }
    }

    private Cortex built(Cortex.Builder builder) {
        toClose = builder.build();
        return toClose;
    }

    private Cortex.Builder withProvider() {
        return Cortex.builder().provider(new KeyEcho("fake", ProviderConfig.NONE, Mono.empty()));
    }

    @AfterEach
    void close() {
        if (toClose != null) {
            StepVerifier.create(toClose.close()).expectComplete().verify(SOON);
        }
    }

    private static void assertText(Flux<String> text, String expected) {
        StepVerifier.create(text).expectNext(expected).expectComplete().verify(SOON);
    }

    @Test
    void chatAnswersThroughTheDefaultProvider() {
        assertText(built(withProvider()).chat().text("hi"), "own");
    }

    @Test
    void firstProviderIsTheDefault() {
        Cortex cortex = built(withProvider().provider(new KeyEcho("other", ProviderConfig.NONE, Mono.empty())));

        assertThat(cortex.providers().defaultProvider().id()).isEqualTo("fake");
    }

    @Test
    void configurationChoosesTheDefault() {
        Cortex cortex = built(withProvider()
                .provider(new KeyEcho("other", ProviderConfig.NONE, Mono.empty()))
                .config(CortexConfig.builder().defaultProvider("other").build()));

        assertThat(cortex.providers().defaultProvider().id()).isEqualTo("other");
    }

    @Test
    void defaultThatDoesNotExistIsRefused() {
        Cortex.Builder builder = withProvider()
                .config(CortexConfig.builder().defaultProvider("nope").build());

        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("default_provider", "nope", "fake");
    }

    @Test
    void twoProvidersOfOneIdAreRefused() {
        Cortex.Builder builder = withProvider().provider(new KeyEcho("fake", ProviderConfig.NONE, Mono.empty()));

        assertThatThrownBy(builder::build).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void configuredProviderIsMade() {
        Cortex cortex = built(Cortex.builder().config(configured("mine", "bedrock")));

        assertThat(cortex.provider("mine").capabilities("amazon.nova-pro-v1:0").has(Capability.IMAGES))
                .isTrue();
    }

    @Test
    void configuredProviderOfUnknownTypeIsRefused() {
        Cortex.Builder builder = Cortex.builder().config(configured("mine", "bedrok"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("bedrok")
                .hasMessageContaining("bedrock");
    }

    private static CortexConfig configured(String id, String type) {
        ProviderConfig config =
                ProviderConfig.of(Map.of("region", "eu-west-1", "access_key_id", "id", "secret_access_key", "secret"));
        return CortexConfig.builder()
                .provider(id, new ProviderSettings(type, config, ProviderTimeouts.DEFAULTS))
                .build();
    }

    @Test
    void unknownProviderIsRefusedAtOnce() {
        Cortex cortex = built(withProvider());

        assertThatThrownBy(() -> cortex.chat("nope")).isInstanceOf(ProviderNotFoundException.class);
    }

    @Test
    void contextChoosesTheTenant() {
        assertText(built(withProvider()).chat().text("hi").contextWrite(Tenancy.as(ACME)), "key-acme");
    }

    @Test
    void tenantViewBeatsTheContext() {
        Cortex acme = built(withProvider()).forTenant(ACME);

        assertText(acme.chat().text("hi").contextWrite(Tenancy.as(GLOBEX)), "key-acme");
    }

    @Test
    void tenantViewHoldsForProvidersToo() {
        Cortex acme = built(withProvider()).forTenant(ACME);

        StepVerifier.create(acme.provider("fake").chat(ChatRequest.of("hi")).contextWrite(Tenancy.as(GLOBEX)))
                .assertNext(response -> assertThat(response.text()).isEqualTo("key-acme"))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void workRunsAsItsTenantInViewAndContext() {
        Mono<List<String>> ids = built(withProvider())
                .withTenant(
                        ACME,
                        view -> Flux.concat(view.tenant(), Tenancy.current())
                                .mapNotNull(TenantContext::id)
                                .collectList());

        StepVerifier.create(ids)
                .expectNext(List.of("acme", "acme"))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void workOfManyResultsRunsAsItsTenant() {
        assertText(
                built(withProvider()).withTenantMany(ACME, view -> view.chat().text("hi")), "key-acme");
    }

    private static ChatInterceptor noting(List<String> seen) {
        return (request, next) -> Flux.deferContextual(context -> {
            seen.add(Tenancy.tenant(context).map(TenantContext::id).orElse("none"));
            seen.add(Tenancy.correlationId(context).orElse("none"));
            return next.stream(request);
        });
    }

    @Test
    void interceptorsOfATenantViewSeeItsTenant() {
        List<String> seen = new ArrayList<>();
        Cortex acme = built(withProvider().interceptor(noting(seen))).forTenant(ACME);

        assertText(
                acme.chat()
                        .with(noting(seen))
                        .text("hi")
                        .contextWrite(Tenancy.as(GLOBEX).andThen(Tenancy.correlation("order-42"))),
                "key-acme");

        assertThat(seen).containsExactly("acme", "order-42", "acme", "order-42");
    }

    @Test
    void interceptorsSeeTheCorrelationIdOfTheEvents() {
        List<String> seen = new ArrayList<>();
        Cortex cortex = built(withProvider().interceptor(noting(seen)));

        StepVerifier.create(cortex.events().on(AfterChatReceive.class).next())
                .then(() -> cortex.chat().text("hi").subscribe())
                .assertNext(event ->
                        assertThat(seen).containsExactly("none", event.meta().correlationId()))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void resolverIsAskedWhereTheContextHasNone() {
        assertText(built(withProvider().tenantResolver(always(GLOBEX))).chat().text("hi"), "key-globex");
    }

    @Test
    void requiredTenantThatIsMissingStopsTheCall() {
        Cortex cortex = built(withProvider()
                .config(CortexConfig.builder()
                        .tenancy(new TenancySettings(false, true, null))
                        .build()));

        StepVerifier.create(cortex.chat().text("hi"))
                .expectError(TenantMissingException.class)
                .verify(SOON);
        StepVerifier.create(cortex.tenant()).expectComplete().verify(SOON);
    }

    @Test
    void configuredResolverIsMade() {
        Cortex cortex = built(withProvider()
                .config(CortexConfig.builder()
                        .tenancy(new TenancySettings(true, false, AcmeResolver.class.getName()))
                        .build()));

        assertText(cortex.chat().text("hi"), "key-acme");
    }

    @Test
    void resolverThatIsNoneIsRefused() {
        Cortex.Builder builder = withProvider()
                .config(CortexConfig.builder()
                        .tenancy(new TenancySettings(true, false, "java.lang.String"))
                        .build());

        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tenancy.resolver");
    }

    @Test
    void tenancyWithoutAnyResolverIsRefused() {
        Cortex.Builder builder = withProvider()
                .config(CortexConfig.builder()
                        .tenancy(new TenancySettings(true, false, null))
                        .build());

        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("tenancy.enabled", "tenancy.resolver", "tenantResolver(");
    }

    @Test
    void eventsTellOfACall() {
        Cortex cortex = built(withProvider());

        StepVerifier.create(cortex.events().on(AfterChatReceive.class).next())
                .then(() -> cortex.chat().text("hi").subscribe())
                .assertNext(event -> assertThat(event.response().text()).isEqualTo("own"))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void disabledEventIsNeverSeen() {
        Cortex cortex = built(withProvider()
                .config(CortexConfig.builder()
                        .events(new EventSettings(true, Set.of("ChatStreamChunk"), EventSettings.Logging.DEFAULTS))
                        .build()));
        Flux<CortexEvent> untilDone = cortex.events().all().takeUntil(AfterChatReceive.class::isInstance);

        StepVerifier.create(untilDone.collectList())
                .then(() -> cortex.chat().text("hi").subscribe())
                .assertNext(
                        events -> assertThat(events).hasSizeGreaterThan(3).noneMatch(ChatStreamChunk.class::isInstance))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void interceptorOfTheBuilderSurroundsEveryCall() {
        Cortex cortex = built(withProvider()
                .interceptor((request, next) ->
                        next.stream(request.toBuilder().metadata("seen", true).build())));

        StepVerifier.create(cortex.events().on(AfterChatReceive.class).next())
                .then(() -> cortex.chat().text("hi").subscribe())
                .assertNext(event -> assertThat(event.meta().metadata()).containsEntry("seen", true))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void closingWaitsForCallsUnderWayAndRefusesNewOnes() throws InterruptedException {
        Sinks.Empty<Void> let = Sinks.empty();
        Cortex cortex = built(Cortex.builder().provider(new KeyEcho("fake", ProviderConfig.NONE, let.asMono())));
        CountDownLatch answered = new CountDownLatch(1);
        cortex.chat().send(ChatRequest.of("hi")).subscribe(response -> answered.countDown());

        StepVerifier.create(cortex.close())
                .then(() -> {
                    StepVerifier.create(cortex.chat().text("late"))
                            .expectError(CortexClosedException.class)
                            .verify(SOON);
                    assertThat(providerClosed).isFalse();
                    let.tryEmitEmpty();
                })
                .expectComplete()
                .verify(SOON);

        assertThat(answered.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(providerClosed).isTrue();
    }

    @Test
    void closingEndsTheEventSubscriptions() {
        Cortex cortex = built(withProvider());

        StepVerifier.create(cortex.events().all())
                .then(() -> cortex.close().subscribe())
                .thenConsumeWhile(event -> true)
                .expectComplete()
                .verify(SOON);
    }

    private static TenantResolver always(TenantContext tenant) {
        return new TenantResolver() {
            @Override
            public Mono<TenantContext> resolve() {
                return Mono.just(tenant);
            }

            @Override
            public Mono<TenantContext> byId(String tenantId) {
                return Mono.just(tenant);
            }
        };
    }

    /** Made by the configuration. */
    public static final class AcmeResolver implements TenantResolver {

        @Override
        public Mono<TenantContext> resolve() {
            return Mono.just(ACME);
        }

        @Override
        public Mono<TenantContext> byId(String tenantId) {
            return Mono.empty();
        }
    }
}
