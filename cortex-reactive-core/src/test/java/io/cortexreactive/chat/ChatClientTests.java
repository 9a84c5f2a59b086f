package io.cortexreactive.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatEvent.ChatStreamCancelled;
import io.cortexreactive.chat.ChatEvent.ChatStreamChunk;
import io.cortexreactive.chat.ChatEvent.ChatStreamCompleted;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.UnfinishedResponseException;
import io.cortexreactive.message.Usage;
import io.cortexreactive.message.UsageReported;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;

class ChatClientTests {

    private static final TextDelta HEL = new TextDelta(0, "Hel");
    private static final TextDelta LO = new TextDelta(0, "lo");
    private static final ChatCompleted END = new ChatCompleted(StopReason.END_TURN, Usage.of(3, 2), "m", Map.of());
    private static final ChatRequest HI = ChatRequest.of("hi");

    private final RecordingEvents events = new RecordingEvents();
    private final AtomicInteger calls = new AtomicInteger();

    private ChatClient client(Flux<ChatChunk> answer, EventPublisher publisher) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry registry = ProviderRegistry.create(tenants, EventPublisher.none());
        registry.register(new Provider() {
            @Override
            public String id() {
                return "fake";
            }

            @Override
            public ProviderCapabilities capabilities(@Nullable String model) {
                return ProviderCapabilities.all();
            }

            @Override
            public Flux<ChatChunk> stream(ChatRequest request) {
                return answer.doOnSubscribe(subscription -> calls.incrementAndGet());
            }
        });
        return ChatClient.create(tenants, registry, List.of(ChatInterceptors.events(publisher)));
    }

    private ChatClient client(Flux<ChatChunk> answer) {
        return client(answer, events);
    }

    @Test
    void sendFoldsTheStream() {
        StepVerifier.create(client(Flux.just(HEL, LO, END)).send(HI))
                .assertNext(response -> assertThat(response.text()).isEqualTo("Hello"))
                .verifyComplete();
    }

    @Test
    void textGivesTheTextAlone() {
        StepVerifier.create(client(Flux.just(HEL, LO, END)).text("hi"))
                .expectNext("Hel", "lo")
                .verifyComplete();
    }

    @Test
    void nothingHappensBeforeSubscription() {
        ChatClient client = client(Flux.just(END));
        client.stream(HI);
        client.send(HI);
        client.text(HI);

        assertThat(calls).hasValue(0);
        assertThat(events.all()).isEmpty();
    }

    @Test
    void eachSubscriptionIsACallOfItsOwn() {
        Flux<ChatChunk> stream = client(Flux.just(HEL, END)).stream(HI);

        stream.as(StepVerifier::create).expectNext(HEL, END).verifyComplete();
        stream.as(StepVerifier::create).expectNext(HEL, END).verifyComplete();

        assertThat(calls).hasValue(2);
    }

    @Test
    void retryOnTheStreamCallsAgain() {
        AtomicInteger attempts = new AtomicInteger();
        Flux<ChatChunk> second =
                Flux.defer(() -> attempts.getAndIncrement() == 0 ? Flux.error(overloaded()) : Flux.just(HEL, END));

        StepVerifier.create(client(second).stream(HI).retry(1))
                .expectNext(HEL, END)
                .verifyComplete();
    }

    @Test
    void completedStreamIsToldInOrder() {
        client(Flux.just(HEL, LO, END)).stream(HI)
                .as(StepVerifier::create)
                .expectNextCount(3)
                .verifyComplete();

        assertThat(events.names())
                .containsExactly(
                        "BeforeChatSend",
                        "ChatStreamStarted",
                        "ChatStreamChunk",
                        "ChatStreamChunk",
                        "ChatStreamChunk",
                        "ChatStreamCompleted",
                        "AfterChatReceive");
        assertThat(events.all())
                .extracting(event -> event.meta().sequence())
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(events.only(ChatStreamCompleted.class).fullResponse().text()).isEqualTo("Hello");
    }

    @Test
    void chunksAreNumbered() {
        client(Flux.just(HEL, LO, END)).stream(HI)
                .as(StepVerifier::create)
                .expectNextCount(3)
                .verifyComplete();

        assertThat(events.all())
                .filteredOn(ChatStreamChunk.class::isInstance)
                .extracting(event -> ((ChatStreamChunk) event).index())
                .containsExactly(0L, 1L, 2L);
    }

    @Test
    void cancelIsToldWithAnEstimateWhereTheProviderHadNotTold() {
        TestPublisher<ChatChunk> source = TestPublisher.create();

        StepVerifier.create(client(source.flux()).stream(HI))
                .then(() -> source.next(HEL, LO))
                .expectNext(HEL, LO)
                .thenCancel()
                .verify();

        source.assertCancelled();
        assertThat(events.only(ChatStreamCancelled.class).usage()).isEqualTo(Usage.estimated(5, 2));
        assertThat(events.names()).doesNotContain("ChatError", "ChatStreamCompleted", "AfterChatReceive");
    }

    @Test
    void cancelIsToldWithWhatTheProviderHadTold() {
        TestPublisher<ChatChunk> source = TestPublisher.create();

        StepVerifier.create(client(source.flux()).stream(HI))
                .then(() -> source.next(HEL, new UsageReported(Usage.of(11, 12))))
                .expectNextCount(2)
                .thenCancel()
                .verify();

        assertThat(events.only(ChatStreamCancelled.class).usage()).isEqualTo(Usage.of(11, 12));
    }

    @Test
    void errorIsToldWithItsUsage() {
        StepVerifier.create(client(Flux.concat(Flux.just(HEL), Flux.error(overloaded()))).stream(HI))
                .expectNext(HEL)
                .verifyError(OverloadedException.class);

        assertThat(events.only(ChatError.class))
                .matches(told -> told.exception().isTransient() && told.usage().equals(Usage.estimated(5, 1)));
        assertThat(events.names()).doesNotContain("ChatStreamCancelled", "AfterChatReceive");
    }

    @Test
    void streamThatEndsWithoutItsEndMarkerIsAnError() {
        StepVerifier.create(client(Flux.just(HEL)).stream(HI))
                .expectNext(HEL)
                .verifyError(IncompleteStreamException.class);

        assertThat(events.names()).endsWith("ChatError");
    }

    @Test
    void interceptorThatLosesTheEndMarkerGivesAnError() {
        ChatClient losing = ChatClient.create(
                TenantManager.contextOnly(),
                ProviderRegistry.create(TenantManager.contextOnly(), EventPublisher.none()),
                List.of(ChatInterceptors.events(events), (request, next) -> Flux.just(HEL)));

        StepVerifier.create(losing.stream(HI)).expectNext(HEL).verifyError(UnfinishedResponseException.class);

        assertThat(events.names()).endsWith("ChatError");
    }

    /** The events of a call that another thread cancels while the second chunk is being told. */
    private List<CortexEvent> toldOfACallCancelledMeanwhile() {
        TestPublisher<ChatChunk> source = TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
        Disposable.Swap call = Disposables.swap();
        EventPublisher cancelling = new RecordingEvents() {
            @Override
            public void publish(CortexEvent event) {
                if (event instanceof ChatStreamChunk told && told.index() == 1) {
                    CompletableFuture.runAsync(call::dispose)
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join();
                }
                super.publish(event);
            }
        };
        call.update(client(source.flux(), cancelling).stream(HI).subscribe());
        source.next(HEL, LO, LO, END);
        return ((RecordingEvents) cancelling).all();
    }

    @Test
    void cancelFromAnotherThreadIsToldLastAndInOrder() {
        List<CortexEvent> told = toldOfACallCancelledMeanwhile();

        assertThat(told)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly(
                        "BeforeChatSend",
                        "ChatStreamStarted",
                        "ChatStreamChunk",
                        "ChatStreamChunk",
                        "ChatStreamCancelled");
        assertThat(told).extracting(event -> event.meta().sequence()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void chunkAfterTheCancelIsNotTold() {
        TestPublisher<ChatChunk> source = TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
        Disposable call = client(source.flux()).stream(HI).subscribe();

        source.next(HEL);
        call.dispose();
        source.next(LO, END);

        assertThat(events.names())
                .containsExactly("BeforeChatSend", "ChatStreamStarted", "ChatStreamChunk", "ChatStreamCancelled");
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

        StepVerifier.create(client(source.flux(), late).stream(HI))
                .then(() -> source.next(HEL))
                .expectNext(HEL)
                .then(() -> listening.set(true))
                .then(() -> source.next(LO, END).complete())
                .expectNext(LO, END)
                .verifyComplete();

        assertThat(late.names())
                .containsExactly("ChatStreamChunk", "ChatStreamChunk", "ChatStreamCompleted", "AfterChatReceive");
        assertThat(late.only(ChatStreamCompleted.class).fullResponse().text()).isEqualTo("Hello");
    }

    static List<RuntimeException> refusals() {
        ProviderFailure call = ProviderFailure.of("fake", null);
        return List.of(
                new InvalidRequestException("no", call, null),
                new AuthenticationException("no", call, null),
                new ModelNotFoundException("no", call, null),
                new QuotaExhaustedException("no", call, null),
                new RateLimitedException("no", call, null, null),
                new ProviderUnavailableException("no", call, null, false, null),
                new ProviderConfigurationException("no"),
                new InvalidTenantException("no"),
                overloaded());
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusedCallHasCostNothing(RuntimeException refusal) {
        StepVerifier.create(client(Flux.error(refusal)).stream(HI)).verifyError(refusal.getClass());

        assertThat(events.only(ChatError.class).usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void requestRefusedBeforeTheProviderHasCostNothing() {
        StepVerifier.create(client(Flux.just(END)).stream(
                        ChatRequest.builder().system("long").build()))
                .verifyError(InvalidRequestException.class);

        assertThat(events.only(ChatError.class).usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void callThatMayHaveReachedTheModelHasCostItsInput() {
        ProviderFailure call = ProviderFailure.of("fake", null);
        StepVerifier.create(
                        client(Flux.error(new ProviderUnavailableException("cut", call, null, true, null))).stream(HI))
                .verifyError(ProviderUnavailableException.class);

        assertThat(events.only(ChatError.class).usage()).isEqualTo(Usage.estimated(5, 0));
    }

    @Test
    void addedInterceptorSeesTenantAndCorrelationId() {
        TenantContext acme = TenantContext.builder("acme").build();
        List<Boolean> seen = new ArrayList<>();
        ChatClient client = client(Flux.just(END))
                .with((request, next) -> Flux.deferContextual(context -> {
                    seen.add(Tenancy.tenant(context).equals(Optional.of(acme)));
                    seen.add(Tenancy.correlationId(context).isPresent());
                    return next.stream(request);
                }));

        client.stream(HI)
                .contextWrite(Tenancy.as(acme))
                .as(StepVerifier::create)
                .expectNext(END)
                .verifyComplete();

        assertThat(seen).containsExactly(true, true);
    }

    @Test
    void cancelAfterTheEndMarkerIsACompletedStream() {
        client(Flux.just(HEL, END)).stream(HI)
                .takeUntil(END::equals)
                .as(StepVerifier::create)
                .expectNext(HEL, END)
                .verifyComplete();

        assertThat(events.names())
                .endsWith("ChatStreamCompleted", "AfterChatReceive")
                .doesNotContain("ChatStreamCancelled");
    }

    @Test
    void eventsCarryTheTenant() {
        client(Flux.just(END)).stream(HI)
                .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                .as(StepVerifier::create)
                .expectNext(END)
                .verifyComplete();

        assertThat(events.all())
                .isNotEmpty()
                .allMatch(event -> "acme".equals(event.meta().tenantId()));
    }

    @Test
    void eventThatNobodyWantsIsNeverPublished() {
        List<CortexEvent> published = new ArrayList<>();
        EventPublisher quiet = new EventPublisher() {
            @Override
            public boolean wants(Class<? extends CortexEvent> type) {
                return type != ChatStreamChunk.class;
            }

            @Override
            public void publish(CortexEvent event) {
                published.add(event);
            }
        };

        client(Flux.just(HEL, END), quiet).stream(HI)
                .as(StepVerifier::create)
                .expectNextCount(2)
                .verifyComplete();

        assertThat(published).hasSize(4).noneMatch(ChatStreamChunk.class::isInstance);
    }

    @Test
    void demandReachesTheProviderUnchanged() {
        TestPublisher<ChatChunk> source = TestPublisher.create();

        StepVerifier.create(client(source.flux()).stream(HI), 1)
                .then(() -> source.assertMinRequested(1).assertMaxRequested(1))
                .thenCancel()
                .verify();
    }

    @Test
    void interceptorAddedLastIsOutermost() {
        List<String> order = new ArrayList<>();
        ChatClient client = client(Flux.just(END)).with(noting("first", order)).with(noting("second", order));

        client.stream(HI).as(StepVerifier::create).expectNext(END).verifyComplete();

        assertThat(order).containsExactly("second", "first");
    }

    private static ChatInterceptor noting(String name, List<String> order) {
        return (request, next) -> {
            order.add(name);
            return next.stream(request);
        };
    }

    @Test
    void interceptorMayCallNextAgain() {
        ChatClient twice = client(Flux.just(HEL, END))
                .with((request, next) -> next.stream(request).concatWith(next.stream(request)));

        StepVerifier.create(twice.stream(HI)).expectNext(HEL, END, HEL, END).verifyComplete();
    }

    @Test
    void interceptorMayAnswerWithoutTheProvider() {
        StepVerifier.create(client(Flux.error(overloaded()))
                        .with((request, next) -> Flux.just(HEL, END))
                        .text("hi"))
                .expectNext("Hel")
                .verifyComplete();
    }

    @Test
    void interceptorThatThrowsGivesAnError() {
        StepVerifier.create(client(Flux.just(END))
                        .with((request, next) -> {
                            throw new IllegalStateException("broken");
                        })
                        .stream(HI))
                .verifyErrorMessage("broken");
    }

    @Test
    void unknownProviderIsRefusedAtOnce() {
        assertThatThrownBy(() -> client(Flux.just(END)).using("nope"))
                .isInstanceOf(ProviderNotFoundException.class)
                .hasMessageContaining("fake");
    }

    private static OverloadedException overloaded() {
        return new OverloadedException("busy", ProviderFailure.of("fake", null), null, null);
    }
}
