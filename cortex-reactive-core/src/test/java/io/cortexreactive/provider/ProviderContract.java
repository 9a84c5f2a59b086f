package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.Usage;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/**
 * What every provider must keep, over its real wire protocol. Extend it with {@link #start}; the class needs a name
 * that ends in {@code IT}.
 */
public abstract class ProviderContract {

    /** What every provider is to send with each request to its own address. */
    protected static final String GATEWAY_HEADER = "x-gateway-token";

    protected static final String GATEWAY_TOKEN = "token-of-the-gateway";

    /** Short enough to wait for, long enough not to strike by itself on a busy machine. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final Duration QUIET = Duration.ofMillis(400);

    private static final String CHUNK = "0123456789";

    private static final int MANY = 100_000;

    private SimulatedModelServer server;
    private @Nullable Provider provider;

    /**
     * A provider with a key, {@link #GATEWAY_HEADER} and a default model, that knows of nothing but this server.
     *
     * @param maxConnections the most connections it may open; it may open fewer
     */
    protected abstract Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections);

    /** Where a tenant has to send calls that are for this server. */
    protected URI address(URI endpoint) {
        return endpoint;
    }

    /** The server; empty of replies. */
    protected final SimulatedModelServer server() {
        return server;
    }

    @BeforeEach
    final void startServer() {
        server = Signals.value(SimulatedModelServer.builder().start());
    }

    @AfterEach
    final void stop() {
        if (provider != null) {
            provider.close().block(Signals.LONG);
        }
        server.close().block(Signals.LONG);
    }

    private Provider provider() {
        return provider(ProviderTimeouts.DEFAULTS, 100);
    }

    private Provider provider(ProviderTimeouts timeouts, int maxConnections) {
        provider = start(server.endpoint(), timeouts, maxConnections);
        return provider;
    }

    private static ChatRequest hello() {
        return ChatRequest.of("Hello?");
    }

    private static String text(List<ChatChunk> chunks) {
        return chunks.stream()
                .filter(TextDelta.class::isInstance)
                .map(chunk -> ((TextDelta) chunk).text())
                .collect(Collectors.joining());
    }

    private static ChatCompleted last(List<ChatChunk> chunks) {
        assertThat(chunks).filteredOn(ChatCompleted.class::isInstance).hasSize(1);
        assertThat(chunks).last().isInstanceOf(ChatCompleted.class);
        return (ChatCompleted) chunks.get(chunks.size() - 1);
    }

    private CloseReason closed(int call) {
        return Signals.value(server.call(call).flatMap(WireCall::closed));
    }

    @Test
    public void answerComesInPiecesAndEndsWithUsage() {
        server.enqueue(ScriptedReply.builder()
                .chunks("Hel", "lo ✨", "!")
                .usage(new Usage(3, 5, 7, 11, false))
                .build());
        Signals<ChatChunk> answer = Signals.all(provider().stream(hello()));

        assertThat(answer.elements()).hasSize(4);
        assertThat(text(answer.elements())).isEqualTo("Hello ✨!");
        assertThat(last(answer.elements()).usage()).isEqualTo(new Usage(3, 5, 7, 11, false));
        assertThat(last(answer.elements()).stopReason()).isEqualTo(StopReason.END_TURN);
        assertThat(answer.terminals()).containsExactly(SignalType.ON_COMPLETE);
    }

    @Test
    public void usageThatIsNotToldIsEstimatedAndSaysSo() {
        server.enqueue(ScriptedReply.builder().text("Hello").withoutUsage().build());
        Usage usage = last(Signals.all(provider().stream(hello())).elements()).usage();

        assertThat(usage.estimated()).isTrue();
        assertThat(usage.inputTokens()).isPositive();
        assertThat(usage.outputTokens()).isPositive();
    }

    @Test
    public void wholeAnswerIsTheStreamFolded() {
        server.enqueue(ScriptedReply.text("Hello there, whoever you are"));
        ChatResponse answer = Signals.value(provider().chat(hello()));

        assertThat(answer.text()).isEqualTo("Hello there, whoever you are");
    }

    @Test
    public void toolCallArrivesWhole() {
        Map<String, Object> input = Map.of("city", "Oslo", "days", 3, "units", List.of("C", "F"));
        server.enqueue(ScriptedReply.builder()
                .text("Let me look.")
                .toolCall("call-1", "weather", input)
                .build());
        ChatRequest request = ChatRequest.builder()
                .user("Weather?")
                .tool(new ToolDefinition(
                        "weather", "Weather of a city", Schema.object().property("city", Schema.string())))
                .build();
        ChatResponse answer = Signals.value(provider().chat(request));

        assertThat(answer.toolCalls()).containsExactly(ToolCall.of("call-1", "weather", input));
        assertThat(answer.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(Signals.value(server.call(1)).call().request().tools())
                .extracting(ToolDefinition::name)
                .containsExactly("weather");
    }

    @Test
    public void argumentsThatAreNoObjectAreKeptAsTheyCame() {
        server.enqueue(ScriptedReply.builder()
                .invalidToolCall("call-1", "weather", "{\"city\": \"Os")
                .build());
        ChatResponse answer = Signals.value(provider().chat(hello()));

        assertThat(answer.toolCalls()).containsExactly(new ToolCall("call-1", "weather", Map.of(), "{\"city\": \"Os"));
    }

    @Test
    public void cutInsideArgumentsCompletesNoCall() {
        server.enqueue(ScriptedReply.builder()
                .toolCall("call-1", "weather", Map.of("city", "a city with a long name"))
                .fault(Fault.cutAfter(2))
                .build());
        Signals<ChatChunk> answer = Signals.all(provider().stream(hello()));

        assertThat(answer.elements()).noneMatch(ToolCallCompleted.class::isInstance);
        assertThat(((BrokenStreamException) answer.error()).partial().toolCalls())
                .isEmpty();
    }

    @Test
    public void reasoningArrivesWithItsProof() {
        server.enqueue(ScriptedReply.builder()
                .reasoning("The user greets me.", "proof")
                .redactedReasoning(new byte[] {1, 2, 3, 4})
                .text("Hello")
                .build());
        ChatResponse answer = Signals.value(provider().chat(hello()));

        assertThat(answer.message().content())
                .startsWith(
                        new ReasoningContent("The user greets me.", "proof", false),
                        new ReasoningContent(Base64.getEncoder().encodeToString(new byte[] {1, 2, 3, 4}), null, true));
    }

    @Test
    public void nothingHappensBeforeSubscription() {
        Provider provider = provider();
        Flux<ChatChunk> first = provider.stream(hello());
        server.enqueue(ScriptedReply.text("for the second"));
        Signals<ChatChunk> second = Signals.all(provider.stream(ChatRequest.of("second")));

        assertThat(first).isNotNull();
        assertThat(text(second.elements())).isEqualTo("for the second");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    public void eachSubscriptionIsACallOfItsOwn() {
        server.enqueue(ScriptedReply.text("one"), ScriptedReply.text("two"));
        Flux<ChatChunk> stream = provider().stream(hello());

        assertThat(text(Signals.all(stream).elements())).isEqualTo("one");
        assertThat(text(Signals.all(stream).elements())).isEqualTo("two");
        assertThat(server.calls()).hasSize(2);
    }

    @Test
    public void failedCallIsNotRepeatedUnlessTheCallerSaysSo() {
        Fault unavailable = Fault.status(503, "ServiceUnavailableException", "later");
        server.enqueue(ScriptedReply.fail(unavailable), ScriptedReply.fail(unavailable), ScriptedReply.text("at last"));
        Provider provider = provider();

        assertThat(Signals.error(provider.stream(hello()))).isInstanceOf(ProviderUnavailableException.class);
        assertThat(server.calls()).hasSize(1);
        assertThat(text(Signals.all(provider.stream(hello()).retry(1)).elements()))
                .isEqualTo("at last");
        assertThat(server.calls()).hasSize(3);
    }

    @Test
    public void demandReachesTheServer() {
        server.enqueue(ScriptedReply.builder().repeat(CHUNK, MANY).build());
        Signals<ChatChunk> slow = Signals.of(provider().stream(hello()));
        slow.take(1);
        WireCall call = Signals.value(server.call(1));
        long ahead = Signals.value(call.waiting(QUIET));
        assertThat(ahead).isBetween(1L, 8_000L);
        assertThat(slow.elements()).hasSize(1);

        slow.take(10_000);
        long further = Signals.value(call.waiting(QUIET));
        assertThat(further).isBetween(10_001L, 18_001L);
        assertThat(slow.elements()).hasSize(10_001);

        slow.cancel();
        assertThat(closed(1)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    public void nothingIsLostOrOutOfOrder() {
        String[] pieces =
                IntStream.range(0, 5_000).mapToObj(number -> number + " ").toArray(String[]::new);
        server.enqueue(ScriptedReply.builder().chunks(pieces).build());
        List<ChatChunk> answer =
                Signals.value(provider().stream(hello()).limitRate(7, 0).collectList());

        assertThat(answer).hasSize(pieces.length + 1);
        assertThat(text(answer)).isEqualTo(String.join("", pieces));
        assertThat(closed(1)).isEqualTo(CloseReason.COMPLETED);
    }

    @Test
    public void cancelClosesTheConnection() {
        server.enqueue(ScriptedReply.builder()
                .repeat(CHUNK, MANY)
                .chunkDelay(Duration.ofMillis(5))
                .build());
        List<ChatChunk> three = Signals.value(provider().stream(hello()).take(3).collectList());
        WireCall call = Signals.value(server.call(1));

        assertThat(three).hasSize(3);
        assertThat(Signals.value(call.closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(call.framesWritten()).isLessThan(200);
    }

    @Test
    public void cancelBeforeTheResponseClosesTheConnection() {
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        Signals<ChatChunk> waiting = Signals.of(provider().stream(hello()));
        waiting.requestUnbounded();
        Signals.value(server.call(1));
        waiting.cancel();

        assertThat(closed(1)).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(waiting.terminals()).isEmpty();
    }

    @Test
    public void cancelOfAPausedStreamClosesTheConnection() {
        server.enqueue(ScriptedReply.builder().repeat(CHUNK, MANY).build());
        Signals<ChatChunk> slow = Signals.of(provider().stream(hello()));
        slow.take(1);
        Signals.value(server.call(1).flatMap(call -> call.waiting(QUIET)));
        slow.cancel();

        assertThat(closed(1)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    /** Each way to fail, with its error and whether that carries what had come. */
    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(Fault.endAfter(3), IncompleteStreamException.class, true),
                Arguments.of(Fault.cutAfter(3), StreamInterruptedException.class, true),
                Arguments.of(Fault.stallAfter(3), StreamStalledException.class, true),
                Arguments.of(Fault.badCrcAfter(3), GarbledResponseException.class, false),
                Arguments.of(
                        Fault.garbageAfter(
                                3, "<html>Bad gateway</html>".repeat(10).getBytes(StandardCharsets.UTF_8)),
                        GarbledResponseException.class,
                        false),
                Arguments.of(
                        Fault.garbageBody(200, "text/html", "<html>Log in to this network first</html>"),
                        GarbledResponseException.class,
                        false),
                Arguments.of(Fault.garbageBody(200, "text/plain", "oops"), GarbledResponseException.class, false),
                Arguments.of(Fault.stallBeforeResponse(), ProviderTimeoutException.class, false),
                Arguments.of(Fault.resetBeforeResponse(), ProviderUnavailableException.class, false),
                Arguments.of(Fault.endAfter(0), IncompleteStreamException.class, false),
                Arguments.of(Fault.cutAfter(0), StreamInterruptedException.class, false));
    }

    @ParameterizedTest
    @MethodSource("faults")
    public void faultIsOneTypedErrorAndFreesTheConnection(
            Fault fault, Class<? extends ProviderException> type, boolean partial) {
        server.enqueue(
                ScriptedReply.builder()
                        .repeat("tick ", 6)
                        .chunkDelay(Duration.ofMillis(1))
                        .fault(fault)
                        .build(),
                ScriptedReply.text("still here"));
        ProviderTimeouts timeouts =
                ProviderTimeouts.DEFAULTS.withFirstToken(SHORT).withIdle(SHORT);
        Provider provider = provider(timeouts, 1);
        Signals<ChatChunk> answer = Signals.all(provider.stream(hello()));

        assertThat(answer.error()).isExactlyInstanceOf(type);
        assertThat(answer.terminals()).containsExactly(SignalType.ON_ERROR);
        assertThat(answer.elements()).noneMatch(ChatCompleted.class::isInstance);
        if (partial) {
            assertThat(((BrokenStreamException) answer.error()).partialText()).isEqualTo("tick tick tick ");
        }
        assertThat(text(Signals.all(provider.stream(hello())).elements())).isEqualTo("still here");
    }

    @Test
    public void resetBeforeTheResponseMayHaveCost() {
        server.enqueue(ScriptedReply.fail(Fault.resetBeforeResponse()));

        assertThat(Signals.error(provider().stream(hello())))
                .isInstanceOfSatisfying(
                        ProviderUnavailableException.class,
                        error -> assertThat(error.possiblyBilled()).isTrue());
    }

    @Test
    public void noConnectionCostsNothing() {
        Provider provider = provider();
        server.close().block(Signals.LONG);

        assertThat(Signals.error(provider.stream(hello())))
                .isInstanceOfSatisfying(
                        ProviderUnavailableException.class,
                        error -> assertThat(error.possiblyBilled()).isFalse());
    }

    @Test
    public void cancelFreesTheConnection() {
        server.enqueue(
                ScriptedReply.builder().repeat(CHUNK, MANY).build(),
                ScriptedReply.fail(Fault.stallBeforeResponse()),
                ScriptedReply.text("still here"));
        Provider provider = provider(ProviderTimeouts.DEFAULTS, 1);
        Signals.value(provider.stream(hello()).take(3).collectList());
        Signals<ChatChunk> waiting = Signals.of(provider.stream(hello()));
        Signals.value(server.call(2));
        waiting.cancel();

        assertThat(text(Signals.all(provider.stream(hello())).elements())).isEqualTo("still here");
    }

    @Test
    public void consumerThatPausesDoesNotTimeOut() {
        server.enqueue(ScriptedReply.builder().repeat(CHUNK, MANY / 10).build());
        Duration idle = Duration.ofSeconds(2);
        Provider provider = provider(ProviderTimeouts.DEFAULTS.withIdle(idle), 1);
        Signals<ChatChunk> slow = Signals.of(provider.stream(hello()));
        slow.take(1);
        Signals.value(server.call(1).flatMap(call -> call.waiting(idle.plusMillis(500))));
        assertThat(slow.terminals()).isEmpty();

        slow.requestUnbounded();
        slow.awaitEnd();
        assertThat(slow.terminals()).describedAs("%s", slow.failure()).containsExactly(SignalType.ON_COMPLETE);
    }

    @Test
    public void answerThatTakesTooLongIsCutOff() {
        server.enqueue(ScriptedReply.builder()
                .repeat(CHUNK, MANY)
                .chunkDelay(Duration.ofMillis(20))
                .build());
        ProviderTimeouts timeouts = ProviderTimeouts.DEFAULTS.withTotal(SHORT);

        assertThat(Signals.error(provider(timeouts, 1).stream(hello()))).isInstanceOf(ProviderTimeoutException.class);
        assertThat(closed(1)).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    public void viewCallsWithItsOwnKeyOnTheSameServer() {
        server.enqueue(ScriptedReply.text("one"), ScriptedReply.text("two"));
        Provider provider = provider();
        Provider view = provider.withConfig(ProviderConfig.ofKey(Secret.of("key-of-the-tenant")));
        Signals.all(view.stream(hello()));
        Signals.all(provider.stream(hello()));

        assertThat(Signals.value(server.call(1)).call().credential()).isEqualTo("key-of-the-tenant");
        assertThat(Signals.value(server.call(2)).call().credential())
                .isNotEmpty()
                .isNotEqualTo("key-of-the-tenant");
    }

    @Test
    public void nothingOfTheOperatorsReachesAnAddressThatATenantChose() {
        server.enqueue(ScriptedReply.text("here"));
        Provider provider = provider();
        Signals.all(provider.stream(hello()));
        WireCall own = Signals.value(server.call(1));
        String credential = String.valueOf(own.call().credential());
        SimulatedModelServer theirs =
                Signals.value(SimulatedModelServer.builder().start());
        theirs.enqueue(ScriptedReply.text("there"), ScriptedReply.text("there"));
        URI address = address(theirs.endpoint());
        ProviderConfig keyless = new ProviderConfig(null, null, address, null, Map.of());
        Signals.all(Flux.defer(() -> provider.withConfig(keyless).stream(hello())));
        ProviderConfig keyed = keyless.withApiKey(Secret.of("key-of-the-tenant"));
        Signals<ChatChunk> answer = Signals.all(provider.withConfig(keyed).stream(hello()));
        List<WireCall> calls = theirs.calls();
        theirs.close().block(Signals.LONG);

        assertThat(own.headers()).containsEntry(GATEWAY_HEADER, GATEWAY_TOKEN);
        assertThat(answer.terminals()).containsExactly(SignalType.ON_COMPLETE);
        assertThat(calls)
                .isNotEmpty()
                .allSatisfy(call -> assertThat(call.headers().values())
                        .noneMatch(value -> value.contains(credential) || value.contains(GATEWAY_TOKEN)));
    }

    @Test
    public void keyThatTheServiceQuotesIsNotTold() {
        String key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        String words = "The key " + key + " is wrong";
        server.enqueue(
                ScriptedReply.fail(Fault.status(401, "authentication_error", words)),
                ScriptedReply.builder()
                        .text("Hello")
                        .fault(Fault.errorAfter(1, "modelStreamErrorException", words))
                        .build());
        Provider view = provider().withConfig(ProviderConfig.ofKey(Secret.of(key)));

        for (int call = 0; call < 2; call++) {
            Throwable error = Signals.error(view.stream(hello()));
            StringWriter printed = new StringWriter();
            error.printStackTrace(new PrintWriter(printed));
            assertThat(error).isInstanceOf(ProviderException.class).hasMessageContaining("The key *** is wrong");
            assertThat(printed + " " + ((ProviderException) error).failure()).doesNotContain(key);
        }
    }

    @Test
    public void keyThatNoHeaderCanCarryIsRefusedWithoutBeingShown() {
        ProviderConfig config = ProviderConfig.ofKey(Secret.of("key-that-ends\nhere"));
        Provider provider = provider();

        assertThat(Signals.error(Flux.defer(() -> provider.withConfig(config).stream(hello()))))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContaining("line break")
                .hasMessageNotContaining("key-that-ends");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    public void closedProviderFailsTyped() {
        Provider provider = provider();
        provider.close().block(Signals.LONG);
        provider.close().block(Signals.LONG);

        assertThat(Signals.error(provider.stream(hello())))
                .isInstanceOfSatisfying(
                        ProviderClosedException.class,
                        error -> assertThat(error.possiblyBilled()).isFalse());
        assertThat(server.calls()).isEmpty();
    }

    @Test
    public void closingEndsCallsUnderWay() {
        server.enqueue(
                ScriptedReply.builder().text("Hello").fault(Fault.stallAfter(1)).build());
        Provider provider = provider();
        Signals<ChatChunk> answer = Signals.of(provider.stream(hello()));
        answer.requestUnbounded();
        answer.awaitFirst();
        provider.close().block(Signals.LONG);
        answer.awaitEnd();

        assertThat(answer.error()).isInstanceOfSatisfying(ProviderClosedException.class, error -> {
            assertThat(error.partialText()).isEqualTo("Hello");
            assertThat(error.possiblyBilled()).isTrue();
        });
    }
}
