package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.Secret;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProviderEvent.AfterProviderResponse;
import io.cortexreactive.provider.ProviderEvent.ProviderError;
import io.cortexreactive.provider.ProviderEvent.ProviderRateLimited;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantMissingException;
import io.cortexreactive.tenant.TenantResolver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class ProviderRegistryTests {

    private static final ChatCompleted END = new ChatCompleted(StopReason.END_TURN, Usage.of(1, 1), null, Map.of());

    private final RecordingEvents events = new RecordingEvents();
    private final AtomicInteger calls = new AtomicInteger();
    private final ProviderRegistry registry = ProviderRegistry.create(TenantManager.contextOnly(), events);

    /** Answers with the configuration it was called with. */
    private class Echo implements Provider {

        private final ProviderConfig config;
        private final ProviderCapabilities capabilities;

        Echo(ProviderConfig config, ProviderCapabilities capabilities) {
            this.config = config;
            this.capabilities = capabilities;
        }

        @Override
        public String id() {
            return "echo";
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return capabilities;
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            calls.incrementAndGet();
            String key = config.apiKey() == null ? "none" : config.apiKey().reveal();
            return Flux.just(new TextDelta(0, key + "@" + config.region()), END);
        }

        @Override
        public Provider withConfig(ProviderConfig override) {
            return new Echo(override, capabilities);
        }
    }

    private Provider registered(ProviderCapabilities capabilities) {
        registry.register(new Echo(ProviderConfig.NONE, capabilities));
        return registry.get("echo");
    }

    private static TenantContext tenant(String id, String key) {
        return TenantContext.builder(id)
                .apiKey("echo", key)
                .providerConfig("echo", Map.of("region", "eu-west-1"))
                .build();
    }

    private static Provider failing(RuntimeException error) {
        return provider(request -> Flux.error(error));
    }

    private static Provider provider(Function<ChatRequest, Flux<ChatChunk>> answer) {
        return new Provider() {
            @Override
            public String id() {
                return "echo";
            }

            @Override
            public ProviderCapabilities capabilities(@Nullable String model) {
                return ProviderCapabilities.all();
            }

            @Override
            public Flux<ChatChunk> stream(ChatRequest request) {
                return answer.apply(request);
            }
        };
    }

    @Test
    void unknownProviderIsRefusedWithTheNamesThereAre() {
        registered(ProviderCapabilities.all());

        assertThatThrownBy(() -> registry.get("bedrok"))
                .isInstanceOf(ProviderNotFoundException.class)
                .hasMessageContaining("bedrok")
                .hasMessageContaining("echo");
    }

    @Test
    void emptyRegistrySaysHowToAddAProvider() {
        assertThatThrownBy(registry::defaultProvider)
                .isInstanceOf(ProviderNotFoundException.class)
                .hasMessage("No provider is registered: add one with Cortex.builder().provider(..).");
    }

    @Test
    void capabilitiesAreThoseOfTheTenantsModel() {
        registry.register(new Echo(ProviderConfig.NONE, ProviderCapabilities.all()) {
            @Override
            public Provider withConfig(ProviderConfig override) {
                return new Echo(override, ProviderCapabilities.of(Capability.STREAMING));
            }
        });

        StepVerifier.create(registry.capabilities(null, null))
                .expectNext(ProviderCapabilities.all())
                .verifyComplete();
        StepVerifier.create(registry.capabilities("echo", null).contextWrite(Tenancy.as(tenant("acme", "key-a"))))
                .expectNext(ProviderCapabilities.of(Capability.STREAMING))
                .verifyComplete();
    }

    @Test
    void capabilitiesOfAnUnknownProviderAreNotFound() {
        StepVerifier.create(registry.capabilities("bedrok", null))
                .expectError(ProviderNotFoundException.class)
                .verify();
    }

    @Test
    void tenantInTheContextChoosesKeyAndConfiguration() {
        Provider echo = registered(ProviderCapabilities.all());

        StepVerifier.create(echo.chat(ChatRequest.of("hi")).contextWrite(Tenancy.as(tenant("acme", "key-a"))))
                .assertNext(response -> assertThat(response.text()).isEqualTo("key-a@eu-west-1"))
                .verifyComplete();
    }

    @Test
    void oneFluxServesEachSubscriberAsItsOwnTenant() {
        Flux<ChatChunk> stream = registered(ProviderCapabilities.all()).stream(ChatRequest.of("hi"));

        for (String id : List.of("a", "b", "a")) {
            StepVerifier.create(stream.contextWrite(Tenancy.as(tenant(id, "key-" + id))))
                    .expectNext(new TextDelta(0, "key-" + id + "@eu-west-1"))
                    .expectNext(END)
                    .verifyComplete();
        }
    }

    @Test
    void tenantViewOfTheRegistryBeatsTheContext() {
        registered(ProviderCapabilities.all());
        Provider echo = registry.forTenant(tenant("acme", "key-a")).get("echo");

        StepVerifier.create(echo.chat(ChatRequest.of("hi")).contextWrite(Tenancy.as(tenant("globex", "key-g"))))
                .assertNext(response -> assertThat(response.text()).startsWith("key-a"))
                .verifyComplete();
    }

    @Test
    void requiredTenantThatIsMissingStopsTheCall() {
        ProviderRegistry strict = ProviderRegistry.create(TenantManager.create(TenantResolver.none(), true), events);
        strict.register(new Echo(ProviderConfig.NONE, ProviderCapabilities.all()));

        StepVerifier.create(strict.get("echo").stream(ChatRequest.of("hi"))).verifyError(TenantMissingException.class);

        assertThat(calls).hasValue(0);
    }

    @Test
    void tenantWithAnUnusableEndpointIsToldWhichSettingIsWrong() {
        TenantContext wrong = TenantContext.builder("acme")
                .providerConfig("echo", Map.of("endpoint", "not a uri"))
                .build();

        StepVerifier.create(registered(ProviderCapabilities.all()).stream(ChatRequest.of("hi"))
                        .contextWrite(Tenancy.as(wrong)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidTenantException.class)
                        .hasMessageContaining("acme")
                        .hasMessageContaining("endpoint"));
    }

    static List<ChatRequest> unservable() {
        ToolDefinition tool = new ToolDefinition("t", "d", Schema.object());
        return List.of(
                ChatRequest.builder().build(),
                ChatRequest.builder().system("only this").build(),
                ChatRequest.builder().message(Message.system("only this")).build(),
                ChatRequest.builder().user("hi").model(" ").build(),
                ChatRequest.builder().message(Message.user()).build(),
                ChatRequest.builder()
                        .message(Message.user(ImageContent.of("image/png", new byte[] {1})))
                        .build(),
                ChatRequest.builder().user("hi").tool(tool).build(),
                ChatRequest.builder().user("hi").responseSchema(Schema.object()).build());
    }

    @ParameterizedTest
    @MethodSource("unservable")
    void requestThatCannotBeServedIsRefusedBeforeTheProviderIsCalled(ChatRequest request) {
        Provider textOnly = registered(ProviderCapabilities.of(Capability.STREAMING));

        StepVerifier.create(textOnly.stream(request)).verifyError(InvalidRequestException.class);

        assertThat(calls).hasValue(0);
    }

    @Test
    void twoToolsOfOneNameAreRefused() {
        ToolDefinition tool = new ToolDefinition("t", "d", Schema.object());

        StepVerifier.create(registered(ProviderCapabilities.all()).stream(ChatRequest.builder()
                        .user("hi")
                        .tools(List.of(tool, tool))
                        .build()))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("Two tools are named 't'"));
    }

    @Test
    void callIsToldBeforeAndAfter() {
        registered(ProviderCapabilities.all())
                .chat(ChatRequest.of("hi"))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .verifyComplete();

        assertThat(events.names())
                .containsExactly("ProviderRegistered", "BeforeProviderRequest", "AfterProviderResponse");
    }

    @Test
    void streamIsToldWithItsWholeAnswer() {
        registered(ProviderCapabilities.all()).stream(ChatRequest.of("hi"))
                .as(StepVerifier::create)
                .expectNextCount(2)
                .verifyComplete();

        assertThat(events.only(AfterProviderResponse.class).response().text()).isEqualTo("none@null");
    }

    @Test
    void eventsCarryTenantAndCorrelation() {
        registered(ProviderCapabilities.all()).stream(ChatRequest.of("hi"))
                .contextWrite(Tenancy.as(tenant("acme", "key-a")).andThen(Tenancy.correlation("order-42")))
                .as(StepVerifier::create)
                .expectNextCount(2)
                .verifyComplete();

        assertThat(events.only(AfterProviderResponse.class).meta())
                .matches(meta -> "acme".equals(meta.tenantId()) && "order-42".equals(meta.correlationId()));
    }

    @Test
    void rateLimitIsToldWithItsWait() {
        registry.register(failing(new RateLimitedException(
                "slow down", new ProviderFailure("echo", "m", 429, "request-1", null), Duration.ofSeconds(7), null)));

        StepVerifier.create(registry.get("echo").stream(ChatRequest.of("hi"))).verifyError(RateLimitedException.class);

        assertThat(events.only(ProviderRateLimited.class))
                .matches(event -> Duration.ofSeconds(7).equals(event.retryAfter()))
                .matches(event -> "request-1".equals(event.requestId()));
    }

    @Test
    void errorIsToldWithItsCodeAndRequestId() {
        registry.register(failing(
                new AuthenticationException("no", new ProviderFailure("echo", "m", 403, "request-1", null), null)));

        StepVerifier.create(registry.get("echo").stream(ChatRequest.of("hi")))
                .verifyError(AuthenticationException.class);

        assertThat(events.only(ProviderError.class))
                .matches(told ->
                        told.exception().code().equals("authentication") && "request-1".equals(told.requestId()));
    }

    @Test
    void providerThatThrowsIsToldAsAnError() {
        registry.register(provider(request -> {
            throw new IllegalStateException("boom");
        }));

        StepVerifier.create(registry.get("echo").stream(ChatRequest.of("hi"))).verifyErrorMessage("boom");
        StepVerifier.create(registry.get("echo").chat(ChatRequest.of("hi"))).verifyErrorMessage("boom");

        assertThat(events.names())
                .containsExactly(
                        "ProviderRegistered",
                        "BeforeProviderRequest",
                        "ProviderError",
                        "BeforeProviderRequest",
                        "ProviderError");
    }

    @Test
    void streamWithoutItsEndMarkerIsAnError() {
        registry.register(provider(request -> Flux.just(new TextDelta(0, "half"))));

        StepVerifier.create(registry.get("echo").stream(ChatRequest.of("hi")))
                .expectNextCount(1)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                IncompleteStreamException.class,
                                incomplete ->
                                        assertThat(incomplete.partialText()).isEqualTo("half")));

        assertThat(events.only(ProviderError.class).exception().code()).isEqualTo("incomplete_stream");
    }

    @Test
    void answerWithoutItsEndMarkerIsAnError() {
        registry.register(provider(request -> Flux.just(new TextDelta(0, "half"))));

        StepVerifier.create(registry.get("echo").chat(ChatRequest.of("hi")))
                .verifyError(IncompleteStreamException.class);

        assertThat(events.only(ProviderError.class).exception().code()).isEqualTo("incomplete_stream");
    }

    @Test
    void whoeverSubscribesDuringTheCallGetsItsWholeEnd() {
        TestPublisher<ChatChunk> source = TestPublisher.create();
        AtomicBoolean listening = new AtomicBoolean();
        RecordingEvents late = new RecordingEvents() {
            @Override
            public boolean wants(Class<? extends CortexEvent> type) {
                return listening.get();
            }
        };
        ProviderRegistry watched = ProviderRegistry.create(TenantManager.contextOnly(), late);
        watched.register(provider(request -> source.flux()));

        StepVerifier.create(watched.get("echo").stream(ChatRequest.of("hi")))
                .then(() -> source.next(new TextDelta(0, "Hel")))
                .expectNextCount(1)
                .then(() -> listening.set(true))
                .then(() -> source.next(new TextDelta(0, "lo"), END).complete())
                .expectNextCount(2)
                .verifyComplete();

        assertThat(late.only(AfterProviderResponse.class).response().text()).isEqualTo("Hello");
    }

    @Test
    void cancelReachesTheProviderAndIsNoError() {
        TestPublisher<ChatChunk> source = TestPublisher.create();
        registry.register(provider(request -> source.flux()));

        StepVerifier.create(registry.get("echo").stream(ChatRequest.of("hi")))
                .then(() -> source.next(new TextDelta(0, "a")))
                .expectNextCount(1)
                .thenCancel()
                .verify();

        source.assertCancelled();
        assertThat(events.names()).containsExactly("ProviderRegistered", "BeforeProviderRequest");
    }

    @Test
    void demandReachesTheProviderUnchanged() {
        TestPublisher<ChatChunk> source = TestPublisher.create();
        registry.register(provider(request -> source.flux()));

        StepVerifier.create(registry.get("echo").stream(ChatRequest.of("hi")), 1)
                .then(() -> source.assertMinRequested(1).assertMaxRequested(1))
                .thenCancel()
                .verify();
    }

    @Test
    void providerWithoutOverridesRefusesATenantsKey() {
        registry.register(provider(request -> Flux.just(END)));

        StepVerifier.create(registry.get("echo").stream(ChatRequest.of("hi"))
                        .contextWrite(Tenancy.as(tenant("acme", "key-a"))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidTenantException.class)
                        .hasMessageContainingAll("acme", "withConfig"));
    }

    @Test
    void closingAViewLeavesTheProviderOpen() {
        AtomicInteger closed = new AtomicInteger();
        registry.register(new Echo(ProviderConfig.NONE, ProviderCapabilities.all()) {
            @Override
            public Mono<Void> close() {
                return Mono.fromRunnable(closed::incrementAndGet);
            }
        });

        registry.get("echo").close().as(StepVerifier::create).verifyComplete();
        assertThat(closed).hasValue(0);

        registry.close().as(StepVerifier::create).verifyComplete();
        assertThat(closed).hasValue(1);
    }

    @Test
    void errorBodyKeepsNoKey() {
        ProviderFailure failure = new ProviderFailure(
                "echo", null, 401, null, "{\"message\":\"bad key\",\"api_key\":\"sk-canary-1234567890\"}");

        assertThat(failure.body()).contains("bad key").doesNotContain("canary");
    }

    @Test
    void errorBodyIsCutToTwoKibibytes() {
        assertThat(new ProviderFailure("echo", null, 500, null, "x".repeat(10_000)).body())
                .hasSize(2048);
        assertThat(new ProviderFailure("echo", null, 500, null, "x" + "✨".repeat(10_000)).body())
                .isEqualTo("x" + "✨".repeat(682));
    }

    @Test
    void errorKeepsWhatItKnowsWhenItIsSerialized() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes)
                .writeObject(new IncompleteStreamException(
                        "cut", ProviderFailure.of("echo", "m"), Message.assistant("half"), null));

        Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(read).isInstanceOfSatisfying(IncompleteStreamException.class, error -> {
            assertThat(error.partialText()).isEqualTo("half");
            assertThat(error.partial()).isEqualTo(Message.assistant("half"));
            assertThat(error.provider()).isEqualTo("echo");
        });
    }

    @Test
    void blankKeyInSettingsIsRefused() {
        assertThatThrownBy(() -> ProviderConfig.of(Map.of("api_key", " ")))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContaining("api_key");
    }

    @Test
    void settingsAreReadByName() {
        ProviderConfig config = ProviderConfig.of(
                Map.of("api_key", "k", "region", "r", "endpoint", "http://localhost:1", "model", "m", "other", 1));

        assertThat(config)
                .isEqualTo(new ProviderConfig(
                        Secret.of("k"), "r", URI.create("http://localhost:1"), "m", Map.of("other", 1)));
    }
}
