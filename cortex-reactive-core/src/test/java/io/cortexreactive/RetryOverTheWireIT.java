package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ProviderEvent.ProviderRateLimited;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.RateLimits;
import io.cortexreactive.provider.StreamStalledException;
import io.cortexreactive.resilience.RateLimitPolicy;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.TimeoutPolicy;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What services say of when to come back and of their limits, and a policy's timeouts, over each protocol. */
class RetryOverTheWireIT {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final ChatRequest HELLO = ChatRequest.of("Hello?");

    private final Queue<Supplier<ScriptedReply>> replies = new ConcurrentLinkedQueue<>();
    private final Queue<Long> arrivals = new ConcurrentLinkedQueue<>();
    private SimulatedModelServer server;
    private @Nullable Cortex cortex;

    @BeforeEach
    void start() {
        server = Objects.requireNonNull(
                SimulatedModelServer.builder().script(this::next).start().block(LONG));
    }

    private ScriptedReply next(ScriptedCall call) {
        arrivals.add(System.nanoTime());
        return Objects.requireNonNull(replies.poll()).get();
    }

    private void reply(ScriptedReply reply) {
        replies.add(() -> reply);
    }

    @AfterEach
    void stop() {
        if (cortex != null) {
            cortex.close().block(LONG);
        }
        server.close().block(LONG);
    }

    private ChatClient chat(Wire wire, ChatResilience resilience, ProviderTimeouts timeouts) {
        Cortex made = Cortex.builder()
                .provider(wire.provider(server.endpoint(), timeouts, 10))
                .resilience(resilience)
                .build();
        cortex = made;
        return made.chat();
    }

    private ChatClient chat(Wire wire, ChatResilience resilience) {
        return chat(wire, resilience, ProviderTimeouts.DEFAULTS);
    }

    private static String text(ChatClient chat) {
        return Objects.requireNonNull(chat.send(HELLO).block(LONG)).text();
    }

    private Duration betweenCalls() {
        assertThat(arrivals).hasSize(2);
        Long[] nanos = arrivals.toArray(Long[]::new);
        return Duration.ofNanos(nanos[1] - nanos[0]);
    }

    /** Two seconds from now, in whole seconds. */
    private static String date() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(2).atZone(ZoneOffset.UTC));
    }

    static Stream<Arguments> waits() {
        Supplier<String> date = RetryOverTheWireIT::date;
        Supplier<String> millis = () -> "600";
        Supplier<String> seconds = () -> "1";
        return Stream.of(Wire.values())
                .flatMap(wire -> Stream.of(
                        Arguments.of(wire, "retry-after-ms", millis, Duration.ofMillis(600)),
                        Arguments.of(wire, "retry-after", seconds, Duration.ofSeconds(1)),
                        Arguments.of(wire, "retry-after", date, Duration.ofSeconds(1))));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void waitIsTheOneThatTheServiceAsksFor(Wire wire, String header, Supplier<String> value, Duration least) {
        ChatClient chat = chat(wire, ChatResilience.DEFAULTS);
        replies.add(() -> ScriptedReply.fail(wire.throttled().withHeader(header, value.get())));
        reply(ScriptedReply.text("at last"));

        assertThat(text(chat)).isEqualTo("at last");
        // The clocks of waits and of dates differ a little.
        assertThat(betweenCalls()).isGreaterThan(least.minusMillis(50));
    }

    @ParameterizedTest
    @EnumSource
    void longerWaitThanTheCapFailsAtOnceWithTheValue(Wire wire) {
        reply(ScriptedReply.fail(wire.throttled().withHeader("retry-after", "3600")));

        StepVerifier.create(chat(wire, ChatResilience.DEFAULTS).text("Hello?"))
                .verifyErrorSatisfies(error ->
                        assertThat(((RateLimitedException) error).retryAfter()).hasValue(Duration.ofHours(1)));
        assertThat(arrivals).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void spentQuotaIsNeverTriedAgain(Wire wire) {
        reply(ScriptedReply.fail(wire.quota().withHeader("retry-after-ms", "1")));

        StepVerifier.create(chat(wire, ChatResilience.DEFAULTS).text("Hello?"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(QuotaExhaustedException.class)
                        .isNotInstanceOf(Transient.class));
        assertThat(arrivals).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void eventTellsWhenToComeBack(Wire wire) {
        reply(ScriptedReply.fail(wire.throttled().withHeader("retry-after-ms", "250")));
        reply(ScriptedReply.text("at last"));
        ChatClient chat = chat(wire, ChatResilience.DEFAULTS);
        Flux<ProviderRateLimited> told = Objects.requireNonNull(cortex).events().on(ProviderRateLimited.class);

        StepVerifier.create(Flux.merge(told, chat.send(HELLO).then(Mono.<ProviderRateLimited>empty()))
                        .next())
                .assertNext(event -> assertThat(event.retryAfter()).isEqualTo(Duration.ofMillis(250)))
                .expectComplete()
                .verify(LONG);
    }

    private static ChatResilience timeouts(TimeoutPolicy policy) {
        return ChatResilience.of(ResiliencePolicy.builder().timeout(policy).build());
    }

    private static ProviderTimeouts hasty() {
        return new ProviderTimeouts(Duration.ofSeconds(10), SHORT, SHORT, SHORT);
    }

    @ParameterizedTest
    @EnumSource
    void longerTimeoutsThanTheProvidersCount(Wire wire) {
        Duration pause = SHORT.multipliedBy(3);
        reply(ScriptedReply.builder()
                .chunks("late", " but", " whole")
                .firstDelay(pause)
                .chunkDelay(pause)
                .build());

        assertThat(text(chat(wire, timeouts(new TimeoutPolicy(LONG, LONG, LONG)), hasty())))
                .isEqualTo("late but whole");
    }

    @ParameterizedTest
    @EnumSource
    void shorterTimeoutForTheFirstTokenCounts(Wire wire) {
        reply(ScriptedReply.fail(Fault.stallBeforeResponse()));

        StepVerifier.create(chat(wire, timeouts(TimeoutPolicy.NONE.withFirstToken(SHORT)))
                        .text("Hello?"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ProviderTimeoutException.class)
                        .hasMessageContaining("0.3 s"))
                .verify(LONG);
    }

    @ParameterizedTest
    @EnumSource
    void shorterIdleTimeoutCounts(Wire wire) {
        reply(ScriptedReply.builder()
                .chunks("one", "two")
                .fault(Fault.stallAfter(1))
                .build());

        StepVerifier.create(
                        chat(wire, timeouts(TimeoutPolicy.NONE.withIdle(SHORT))).text("Hello?"))
                .expectNext("one")
                .expectError(StreamStalledException.class)
                .verify(LONG);
    }

    @ParameterizedTest
    @EnumSource
    void shorterTotalTimeoutCounts(Wire wire) {
        reply(ScriptedReply.builder()
                .repeat("on and on ", Long.MAX_VALUE)
                .chunkDelay(Duration.ofMillis(20))
                .build());

        StepVerifier.create(chat(wire, timeouts(TimeoutPolicy.NONE.withTotal(SHORT)))
                        .text("Hello?")
                        .then())
                .expectError(ProviderTimeoutException.class)
                .verify(LONG);
    }

    @ParameterizedTest
    @EnumSource
    void attemptThatTimesOutIsFollowedByAnother(Wire wire) {
        reply(ScriptedReply.fail(Fault.stallBeforeResponse()));
        reply(ScriptedReply.text("at last"));
        ResiliencePolicy policy = ResiliencePolicy.DEFAULTS.toBuilder()
                .timeout(TimeoutPolicy.NONE.withFirstToken(Duration.ofSeconds(2)))
                .build();

        assertThat(text(chat(wire, ChatResilience.of(policy)))).isEqualTo("at last");
    }

    private static final ChatResilience AS_TOLD = ChatResilience.of(
            ResiliencePolicy.builder().rateLimit(RateLimitPolicy.AS_TOLD).build());

    @Test
    void callWaitsUntilTheServiceHasSomethingLeft() {
        reply(ScriptedReply.builder()
                .text("the last")
                .header("x-ratelimit-limit-requests", "1")
                .header("x-ratelimit-remaining-requests", "0")
                .header("x-ratelimit-reset-requests", "3s")
                .build());
        reply(ScriptedReply.text("the next"));
        ChatClient chat = chat(Wire.OPENAI, AS_TOLD);

        assertThat(text(chat)).isEqualTo("the last");
        assertThat(text(chat)).isEqualTo("the next");
        assertThat(betweenCalls()).isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void refusalTellsOfTheLimitsToo() {
        reply(ScriptedReply.fail(Wire.OPENAI
                .throttled()
                .withHeader("x-ratelimit-remaining-tokens", "0")
                .withHeader("x-ratelimit-reset-tokens", "2s")));
        reply(ScriptedReply.text("the next"));
        ChatClient chat = chat(Wire.OPENAI, AS_TOLD);

        StepVerifier.create(chat.text("Hello?")).verifyError(RateLimitedException.class);
        assertThat(text(chat)).isEqualTo("the next");
        assertThat(betweenCalls()).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void answerTellsOfTheLimits() {
        reply(ScriptedReply.builder()
                .text("fine")
                .header("x-ratelimit-limit-tokens", "1000")
                .header("x-ratelimit-remaining-tokens", "12")
                .header("x-ratelimit-reset-tokens", "6m0s")
                .build());
        Instant now = Instant.now();
        ChatCompleted end = Objects.requireNonNull(chat(Wire.OPENAI, ChatResilience.NONE).stream(HELLO)
                .ofType(ChatCompleted.class)
                .blockLast(LONG));

        assertThat(RateLimits.of(end, now).tokens())
                .isEqualTo(new RateLimits.Limit(1000L, 12, now.plus(Duration.ofMinutes(6)), true));
    }
}
