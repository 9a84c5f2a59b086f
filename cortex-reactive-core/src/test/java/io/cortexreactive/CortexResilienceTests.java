package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatEvent.ChatFallback;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.GuardrailContent;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.GuardrailSettings;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.resilience.CircuitBreakerPolicy;
import io.cortexreactive.resilience.CircuitOpenException;
import io.cortexreactive.resilience.DeadlineExceededException;
import io.cortexreactive.resilience.RateLimitPolicy;
import io.cortexreactive.resilience.RateLimitReachedException;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.RetryPolicy;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class CortexResilienceTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ScriptedReply THROTTLED = ScriptedReply.fail(Fault.status(429, "ThrottlingException", "slow"));
    private static final ScriptedReply CUT = ScriptedReply.builder()
            .chunks("half", " lost")
            .fault(Fault.cutAfter(1))
            .build();
    private static final ResiliencePolicy RETRY = ResiliencePolicy.builder()
            .retry(RetryPolicy.attempts(3).withDelays(Duration.ofMillis(1), Duration.ofMillis(1)))
            .build();

    private static final RetryPolicy RETRY_TWICE =
            RetryPolicy.attempts(2).withDelays(Duration.ofMillis(1), Duration.ofMillis(1));

    private final ScriptedProvider first =
            ScriptedProvider.builder().id("first").build();
    private final ScriptedProvider second =
            ScriptedProvider.builder().id("second").build();
    private @Nullable Cortex toClose;

    private Cortex cortex(ChatResilience resilience) {
        Cortex cortex = Cortex.builder()
                .provider(first)
                .provider(second)
                .resilience(resilience)
                .build();
        toClose = cortex;
        return cortex;
    }

    @AfterEach
    void close() {
        if (toClose != null) {
            toClose.close().block(SOON);
        }
    }

    private static List<ChatChunk> chunks(Cortex cortex, ChatRequest request) {
        return Objects.requireNonNull(
                cortex.chat().stream(request).collectList().block(SOON));
    }

    private static String text(Cortex cortex) {
        return Objects.requireNonNull(
                        cortex.chat().send(ChatRequest.of("Hello?")).block(SOON))
                .text();
    }

    @Test
    void callIsTriedAgainByDefault() {
        first.enqueue(THROTTLED, THROTTLED, THROTTLED, THROTTLED, ScriptedReply.text("at last"));
        Cortex cortex = Cortex.builder().provider(first).build();
        toClose = cortex;

        StepVerifier.withVirtualTime(() -> cortex.chat().text("Hello?"))
                .thenAwait(Duration.ofMinutes(1))
                .expectNext("at last")
                .verifyComplete();
        assertThat(first.requests()).hasSize(5);
    }

    @Test
    void nothingIsTriedAgainWhereThatIsSwitchedOff() {
        first.enqueue(THROTTLED);

        StepVerifier.create(cortex(ChatResilience.NONE).chat().text("Hello?")).verifyError();
        assertThat(first.requests()).hasSize(1);
    }

    @Test
    void throttledCallIsTriedAgain() {
        first.enqueue(THROTTLED, THROTTLED, ScriptedReply.text("at last"));

        assertThat(text(cortex(ChatResilience.of(RETRY)))).isEqualTo("at last");
        assertThat(first.requests()).hasSize(3);
    }

    static List<Mono<GuardrailResult>> judgesThatFail() {
        return List.of(
                Mono.never(),
                Mono.error(new RateLimitedException("busy", ProviderFailure.of("judge", null), null, null)),
                Mono.error(new QuotaExhaustedException("no money", ProviderFailure.of("judge", null), null)));
    }

    /** The provider has answered, and is paid for it. */
    @ParameterizedTest
    @MethodSource("judgesThatFail")
    void aGuardrailThatFailsIsNotTheProvidersFault(Mono<GuardrailResult> judges) {
        ScriptedReply fine = ScriptedReply.text("fine");
        first.enqueue(fine, fine, fine, fine, fine);
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .retry(RETRY_TWICE)
                .circuitBreaker(new CircuitBreakerPolicy(0.5, 2, Duration.ofMinutes(1), 1))
                .build();
        Cortex cortex = Cortex.builder()
                .provider(first)
                .provider(second)
                .guardrail(judge(judges))
                .config(CortexConfig.builder()
                        .guardrails(GuardrailSettings.DEFAULTS.withTimeout(Duration.ofMillis(50)))
                        .build())
                .resilience(ChatResilience.of(policy).withFallbacks(Fallback.to("second")))
                .build();
        toClose = cortex;
        ChatClient judged = cortex.chat().withGuardrails("judge");

        for (int call = 1; call <= 2; call++) {
            StepVerifier.create(judged.text("Hello?"))
                    .expectErrorMatches(Lasting.class::isInstance)
                    .verify(SOON);
            assertThat(first.requests()).hasSize(call);
        }
        assertThat(second.requests()).isEmpty();
        assertThat(text(cortex)).isEqualTo("fine");
    }

    private static Guardrail judge(Mono<GuardrailResult> judges) {
        return new Guardrail() {
            @Override
            public String id() {
                return "judge";
            }

            @Override
            public Mono<GuardrailResult> check(GuardrailContent content) {
                return judges;
            }

            @Override
            public boolean checks(GuardrailContent.Source source, GuardrailContent.Part part) {
                return source == GuardrailContent.Source.OUTPUT;
            }
        };
    }

    @Test
    void anotherProviderIsAskedWithItsModel() {
        first.enqueue(THROTTLED);
        second.enqueue(ScriptedReply.text("from the second"));
        Cortex cortex = cortex(ChatResilience.NONE.withFallbacks(Fallback.to("second", "small")));

        StepVerifier.create(Flux.merge(
                                cortex.events().on(ChatFallback.class),
                                Mono.fromSupplier(() -> text(cortex)).then(Mono.<ChatFallback>empty()))
                        .next())
                .assertNext(event -> {
                    assertThat(event.to()).isEqualTo("second");
                    assertThat(event.exception().code()).isEqualTo("rate_limited");
                })
                .expectComplete()
                .verify(SOON);
        assertThat(second.requests()).extracting(ChatRequest::model).containsExactly("small");
    }

    @Test
    void anotherModelOfTheSameProviderIsAsked() {
        first.enqueue(THROTTLED, ScriptedReply.text("from the small one"));
        Cortex cortex = cortex(ChatResilience.NONE.withFallbacks(Fallback.toModel("small")));
        ChatRequest request =
                ChatRequest.builder().user("Hello?").model("large").build();

        assertThat(cortex.chat().send(request).map(ChatResponse::text).block(SOON))
                .isEqualTo("from the small one");
        assertThat(first.requests()).extracting(ChatRequest::model).containsExactly("large", "small");
    }

    @Test
    void anotherModelIsAskedThoughTheFirstHasOpenedTheBreaker() {
        ResiliencePolicy breaker = ResiliencePolicy.builder()
                .circuitBreaker(new CircuitBreakerPolicy(0.5, 1, Duration.ofMinutes(1), 1))
                .build();
        first.enqueue(THROTTLED, ScriptedReply.text("small"), ScriptedReply.text("small again"));
        Cortex cortex = cortex(ChatResilience.of(breaker).withFallbacks(Fallback.toModel("small")));

        assertThat(text(cortex)).isEqualTo("small");
        assertThat(text(cortex)).isEqualTo("small again");
    }

    @Test
    void providersOwnOptionsAreNotSentToAnother() {
        first.enqueue(THROTTLED, THROTTLED);
        second.enqueue(ScriptedReply.text("from the second"));
        Cortex cortex = cortex(ChatResilience.NONE.withFallbacks(Fallback.toModel("small"), Fallback.to("second")));
        ChatRequest request = ChatRequest.builder()
                .user("Hello?")
                .options(ChatOptions.builder()
                        .temperature(0.5)
                        .providerOption("only_first", true)
                        .build())
                .build();
        chunks(cortex, request);

        assertThat(first.requests())
                .extracting(asked -> asked.options().providerOptions())
                .containsExactly(Map.of("only_first", true), Map.of("only_first", true));
        assertThat(second.requests())
                .extracting(ChatRequest::options)
                .containsExactly(ChatOptions.builder().temperature(0.5).build());
    }

    @Test
    void errorOfTheFirstProviderIsKeptWhenTheOtherFailsToo() {
        first.enqueue(THROTTLED);
        second.enqueue(ScriptedReply.fail(Fault.status(403, "AccessDeniedException", "no access")));
        Cortex cortex = cortex(ChatResilience.NONE.withFallbacks(Fallback.to("second")));

        StepVerifier.create(cortex.chat().text("Hello?"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AuthenticationException.class)
                        .satisfies(last -> assertThat(last.getSuppressed())
                                .singleElement()
                                .isInstanceOf(RateLimitedException.class)));
    }

    @Test
    void clientRefusesAFallbackThatIsNoProvider() {
        ChatClient chat = cortex(ChatResilience.NONE).chat();

        assertThatThrownBy(() -> chat.withResilience(ChatResilience.NONE.withFallbacks(Fallback.to("thrid"))))
                .isInstanceOf(ProviderNotFoundException.class)
                .hasMessageContaining("thrid");
    }

    @Test
    void providerHasAPolicyOfItsOwn() {
        first.enqueue(THROTTLED);
        second.enqueue(THROTTLED, ScriptedReply.text("at last"));
        Cortex cortex = Cortex.builder()
                .provider(first)
                .provider(second)
                .resilience(ChatResilience.of(RETRY))
                .resilience("first", ChatResilience.NONE)
                .build();
        toClose = cortex;

        StepVerifier.create(cortex.chat().text("Hello?")).verifyError(RateLimitedException.class);
        StepVerifier.create(cortex.chat("second").text("Hello?"))
                .expectNext("at last")
                .verifyComplete();
    }

    @Test
    void fallbackIsProtectedByItsOwnPolicy() {
        first.enqueue(THROTTLED);
        second.enqueue(THROTTLED, THROTTLED, ScriptedReply.text("at last"));
        Cortex cortex = Cortex.builder()
                .provider(first)
                .provider(second)
                .resilience(ChatResilience.NONE.withFallbacks(Fallback.to("second")))
                .resilience("second", ChatResilience.of(RETRY))
                .build();
        toClose = cortex;

        assertThat(text(cortex)).isEqualTo("at last");
        assertThat(first.requests()).hasSize(1);
        assertThat(second.requests()).hasSize(3);
    }

    @Test
    void callsOwnSettingsReplaceThoseThereAre() {
        first.enqueue(THROTTLED, THROTTLED, THROTTLED, THROTTLED, THROTTLED, THROTTLED);
        ChatClient twice = cortex(ChatResilience.of(RETRY).withFallbacks(Fallback.to("second")))
                .chat()
                .withResilience(
                        ChatResilience.of(RETRY.toBuilder().retry(RETRY_TWICE).build()));

        StepVerifier.create(twice.text("Hello?")).verifyError(RateLimitedException.class);
        assertThat(first.requests()).hasSize(2);
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void viewOfTheFrontDoorIsProtectedInAnotherWay() {
        first.enqueue(THROTTLED, THROTTLED, ScriptedReply.text("at last"));
        Cortex cortex = cortex(ChatResilience.NONE);

        StepVerifier.create(cortex.chat().text("Hello?")).verifyError(RateLimitedException.class);
        assertThat(text(cortex.withResilience(ChatResilience.of(RETRY)))).isEqualTo("at last");
        assertThatThrownBy(() -> cortex.withResilience(ChatResilience.NONE.withFallbacks(Fallback.to("thrid"))))
                .isInstanceOf(ProviderNotFoundException.class);
    }

    @Test
    void clientWithoutAnyProtectionTakesItsOwn() {
        first.enqueue(THROTTLED, THROTTLED, ScriptedReply.text("at last"));
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(first);
        ChatClient client = ChatClient.create(tenants, providers, List.of()).withResilience(ChatResilience.of(RETRY));

        StepVerifier.create(client.text("Hello?")).expectNext("at last").verifyComplete();
    }

    @Test
    void ownDeadlineLeavesTheSharedLimitInPlace() {
        ResiliencePolicy one = ResiliencePolicy.builder()
                .rateLimit(RateLimitPolicy.requestsPerMinute(1).withMaxWait(Duration.ZERO))
                .build();
        first.enqueue(ScriptedReply.text("fine"));
        ChatClient chat = cortex(ChatResilience.of(one)).chat();
        ChatClient hurried = chat.withResilience(
                ChatResilience.of(one.toBuilder().deadline(SOON).build()));

        StepVerifier.create(chat.text("Hello?")).expectNext("fine").verifyComplete();
        StepVerifier.create(hurried.text("Hello?")).verifyError(RateLimitReachedException.class);
    }

    @Test
    void providerIsOneWhetherNamedOrTakenByDefault() {
        ResiliencePolicy one = ResiliencePolicy.builder()
                .rateLimit(RateLimitPolicy.requestsPerMinute(1).withMaxWait(Duration.ZERO))
                .build();
        first.enqueue(ScriptedReply.text("fine"));
        Cortex cortex = cortex(ChatResilience.of(one));

        StepVerifier.create(cortex.chat().text("Hello?")).expectNext("fine").verifyComplete();
        StepVerifier.create(cortex.chat("first").text("Hello?")).verifyError(RateLimitReachedException.class);
    }

    @Test
    void settingsForNoProviderAreRefusedAtOnce() {
        Cortex.Builder builder = Cortex.builder().provider(first).resilience("frist", ChatResilience.NONE);

        assertThatThrownBy(builder::build)
                .isInstanceOf(ProviderNotFoundException.class)
                .hasMessageContaining("frist");
    }

    @Test
    void fallbackThatIsNoProviderIsRefusedAtOnce() {
        assertThatThrownBy(() -> cortex(ChatResilience.NONE.withFallbacks(Fallback.to("thrid"))))
                .isInstanceOf(ProviderNotFoundException.class)
                .hasMessageContaining("thrid")
                .hasMessageContaining("second");
    }

    @Test
    void whatTheCallerGotWrongIsNobodyElsesBusiness() {
        first.enqueue(ScriptedReply.fail(Fault.status(400, "ValidationException", "no")));
        Cortex cortex = cortex(ChatResilience.of(RETRY).withFallbacks(Fallback.to("second")));

        StepVerifier.create(cortex.chat().text("Hello?")).verifyError(InvalidRequestException.class);
        assertThat(first.requests()).hasSize(1);
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void nothingBeginsAgainAfterOutput() {
        first.enqueue(CUT);
        Cortex cortex = cortex(ChatResilience.of(RETRY).withFallbacks(Fallback.to("second")));

        StepVerifier.create(cortex.chat().text("Hello?"))
                .expectNext("half")
                .verifyError(StreamInterruptedException.class);
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void restartTellsTheConsumerToDiscard() {
        first.enqueue(CUT, CUT, CUT);
        second.enqueue(ScriptedReply.text("whole"));
        Cortex cortex = cortex(
                ChatResilience.of(RETRY).withFallbacks(Fallback.to("second")).allowingRestarts());
        List<ChatChunk> chunks = chunks(cortex, ChatRequest.of("Hello?"));

        assertThat(chunks)
                .filteredOn(StreamRestarted.class::isInstance)
                .extracting(chunk -> ((StreamRestarted) chunk).attempt())
                .containsExactly(2, 3, 4);
        assertThat(chunks).filteredOn(TextDelta.class::isInstance).last().isEqualTo(new TextDelta(0, "whole"));
    }

    @Test
    void attemptsAreCountedOverAllProviders() {
        first.enqueue(CUT, CUT, CUT);
        second.enqueue(CUT, ScriptedReply.text("whole"));
        Cortex cortex = cortex(
                ChatResilience.of(RETRY).withFallbacks(Fallback.to("second")).allowingRestarts());

        assertThat(chunks(cortex, ChatRequest.of("Hello?")))
                .filteredOn(StreamRestarted.class::isInstance)
                .extracting(chunk -> ((StreamRestarted) chunk).attempt())
                .containsExactly(2, 3, 4, 5);
    }

    @Test
    void nobodyIsAskedTwice() {
        first.enqueue(THROTTLED);
        second.enqueue(THROTTLED);
        Cortex cortex = cortex(
                ChatResilience.NONE.withFallbacks(Fallback.to("first"), Fallback.to("second"), Fallback.to("second")));

        StepVerifier.create(cortex.chat().text("Hello?")).verifyError(RateLimitedException.class);
        assertThat(first.requests()).hasSize(1);
        assertThat(second.requests()).hasSize(1);
    }

    private void expectDeadline(ResiliencePolicy hurried) {
        StepVerifier.withVirtualTime(() -> cortex(ChatResilience.of(hurried).withFallbacks(Fallback.to("second")))
                        .chat()
                        .text("Hello?"))
                .expectSubscription()
                .thenAwait(Duration.ofSeconds(1))
                .verifyError(DeadlineExceededException.class);
    }

    /** What a call under way fails with when the front door closes and has waited for it long enough. */
    private static List<Throwable> errorsOfClosing(Cortex cortex) {
        List<Throwable> errors = new ArrayList<>();
        // Made before, since closing ends the threads that it has made: of virtual time, that would be the end.
        StepVerifier.withVirtualTime(() -> {
                    cortex.chat().text("Hello?").subscribe(text -> {}, errors::add);
                    return cortex.close();
                })
                .expectSubscription()
                .thenAwait(Duration.ofSeconds(30))
                .verifyComplete();
        return errors;
    }

    @Test
    void deadlineSpansTheFallbacks() {
        first.enqueue(THROTTLED, THROTTLED);
        second.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        ResiliencePolicy hurried = ResiliencePolicy.builder()
                .retry(RetryPolicy.attempts(2).withDelays(Duration.ofMillis(600), Duration.ofMillis(600)))
                .deadline(Duration.ofSeconds(1))
                .build();

        expectDeadline(hurried);
        assertThat(second.requests()).hasSize(1);
        assertThat(second.cancelled()).isEqualTo(1);
    }

    @Test
    void textThatCameBeforeTheDeadlineIsKept() {
        first.enqueue(ScriptedReply.builder()
                .chunks("half", " lost")
                .fault(Fault.stallAfter(1))
                .build());
        ResiliencePolicy hurried =
                ResiliencePolicy.builder().deadline(Duration.ofSeconds(1)).build();

        StepVerifier.withVirtualTime(
                        () -> cortex(ChatResilience.of(hurried)).chat().text("Hello?"))
                .expectNext("half")
                .thenAwait(Duration.ofSeconds(1))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                DeadlineExceededException.class,
                                late -> assertThat(late.partialText()).isEqualTo("half")));
    }

    /** Completes long after it has said that the answer is complete. */
    private static final class Dawdler implements Provider {

        @Override
        public String id() {
            return "dawdler";
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return ProviderCapabilities.of(Capability.STREAMING);
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            return Flux.<ChatChunk>just(new ChatCompleted(StopReason.END_TURN, Usage.NONE, null, Map.of()))
                    .concatWith(Mono.delay(Duration.ofMinutes(1)).then(Mono.empty()));
        }
    }

    @Test
    void completeAnswerIsNotEndedByTheDeadline() {
        ResiliencePolicy hurried =
                ResiliencePolicy.builder().deadline(Duration.ofSeconds(1)).build();
        toClose = Cortex.builder()
                .provider(new Dawdler())
                .provider(second)
                .resilience(ChatResilience.of(hurried).withFallbacks(Fallback.to("second")))
                .build();
        Cortex cortex = toClose;

        StepVerifier.withVirtualTime(() -> cortex.chat().stream(ChatRequest.of("Hello?")))
                .expectNextCount(1)
                .thenAwait(Duration.ofMinutes(1))
                .verifyComplete();
    }

    @Test
    void nobodyElseIsAskedAfterTheDeadline() {
        first.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        ResiliencePolicy hurried =
                ResiliencePolicy.builder().deadline(Duration.ofSeconds(1)).build();

        expectDeadline(hurried);
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void closedProviderIsNeitherTriedAgainNorReplaced() {
        Cortex cortex = cortex(ChatResilience.of(RETRY).withFallbacks(Fallback.to("second")));
        first.close().block(SOON);

        StepVerifier.create(cortex.chat().text("Hello?")).verifyError(ProviderClosedException.class);
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void callThatOutlivesTheDrainIsEndedAndTold() {
        first.enqueue(ScriptedReply.fail(
                Fault.status(429, "ThrottlingException", "slow").withHeader("retry-after-ms", "45000")));
        List<String> told = new ArrayList<>();
        Cortex cortex = cortex(ChatResilience.of(RETRY));
        cortex.events()
                .on(ChatError.class)
                .subscribe(event -> told.add(event.exception().code()));
        List<Throwable> errors = errorsOfClosing(cortex);

        assertThat(errors).singleElement().isInstanceOf(CortexClosedException.class);
        assertThat(told).containsExactly("closed");
        assertThat(first.requests()).hasSize(1);
    }

    @Test
    void answerThatOutlivesTheDrainIsCancelled() {
        first.enqueue(ScriptedReply.builder()
                .chunks("half", " lost")
                .fault(Fault.stallAfter(1))
                .build());
        List<Throwable> errors = errorsOfClosing(cortex(ChatResilience.of(RETRY).withFallbacks(Fallback.to("second"))));

        assertThat(errors).singleElement().isInstanceOf(CortexClosedException.class);
        assertThat(first.cancelled()).isEqualTo(1);
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void answerAfterARestartIsTheLastOneAlone() {
        first.enqueue(CUT, ScriptedReply.text("whole"));

        assertThat(text(cortex(ChatResilience.of(RETRY).allowingRestarts()))).isEqualTo("whole");
    }

    @Test
    void oneTenantsFailuresDoNotStopAnother() {
        ResiliencePolicy breaker = ResiliencePolicy.builder()
                .circuitBreaker(new CircuitBreakerPolicy(0.5, 1, Duration.ofMinutes(1), 1))
                .build();
        Cortex cortex = cortex(ChatResilience.of(breaker));
        first.enqueue(THROTTLED, ScriptedReply.text("fine"));

        StepVerifier.create(as("acme", cortex)).verifyError();
        StepVerifier.create(as("acme", cortex)).verifyError(CircuitOpenException.class);
        StepVerifier.create(as("globex", cortex)).expectNext("fine").verifyComplete();
    }

    private static Flux<String> as(String tenant, Cortex cortex) {
        return cortex.chat()
                .text("Hello?")
                .contextWrite(Tenancy.as(TenantContext.builder(tenant).build()));
    }

    @Test
    void oneCallIsToldOnceHoweverManyAttemptsItTook() {
        first.enqueue(THROTTLED, ScriptedReply.text("fine"));
        Cortex cortex = cortex(ChatResilience.of(RETRY));

        StepVerifier.create(Flux.merge(
                                cortex.events().on(ChatEvent.class),
                                Mono.fromSupplier(() -> text(cortex)).then(Mono.<ChatEvent>empty()))
                        .map(event -> event.getClass().getSimpleName())
                        .takeUntil("AfterChatReceive"::equals)
                        .filter(name -> !name.equals("ChatStreamChunk")))
                .expectNext("BeforeChatSend", "ChatStreamStarted", "ChatStreamCompleted", "AfterChatReceive")
                .expectComplete()
                .verify(SOON);
    }
}
