package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.schema.Schema;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What models write as arguments, and what tools do: each is an error result of its kind. */
class HostileCallTests {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int KIB = 1024;

    private final AtomicInteger runs = new AtomicInteger();
    private final ToolRegistry tools = ToolRegistry.of(List.of(Tool.builder("book")
            .input(Schema.object()
                    .property("seats", Schema.integer())
                    .property("note", Schema.string())
                    .required("seats")
                    .additionalProperties(false))
            .handler((input, context) -> Mono.fromSupplier(runs::incrementAndGet))
            .build()));
    private final ToolExecutor executor = ToolExecutor.create(tools);

    @AfterEach
    void close() {
        executor.close().block(LONG);
    }

    private ToolResult run(ToolCall call) {
        return Objects.requireNonNull(executor.execute(call).block(LONG));
    }

    private static ToolCall book(Map<String, Object> input) {
        return ToolCall.of("c1", "book", input);
    }

    private static ToolCall garbage(String text) {
        return new ToolCall("c1", "book", Map.of(), text);
    }

    static Stream<Arguments> badCalls() {
        Map<String, Object> withNull = new HashMap<>();
        withNull.put("seats", null);
        return Stream.of(
                Arguments.of(garbage("{\"seats\": 4"), ToolErrorKind.INVALID_ARGUMENTS, "{\"seats\": 4"),
                Arguments.of(garbage("[1]"), ToolErrorKind.INVALID_ARGUMENTS, "no JSON object"),
                Arguments.of(garbage(""), ToolErrorKind.INVALID_ARGUMENTS, "no JSON object"),
                Arguments.of(garbage("x".repeat(300)), ToolErrorKind.INVALID_ARGUMENTS, "…"),
                Arguments.of(garbage("x".repeat(256 * KIB + 1)), ToolErrorKind.ARGUMENTS_TOO_LARGE, "262144"),
                Arguments.of(garbage("\u20ac".repeat(100 * KIB)), ToolErrorKind.ARGUMENTS_TOO_LARGE, "262144"),
                Arguments.of(book(Map.of()), ToolErrorKind.INVALID_ARGUMENTS, "seats"),
                Arguments.of(book(withNull), ToolErrorKind.INVALID_ARGUMENTS, "seats"),
                Arguments.of(book(Map.of("seats", "four")), ToolErrorKind.INVALID_ARGUMENTS, "seats"),
                Arguments.of(book(Map.of("seats", 4.5)), ToolErrorKind.INVALID_ARGUMENTS, "seats"),
                Arguments.of(book(Map.of("seats", 4, "admin", true)), ToolErrorKind.INVALID_ARGUMENTS, "admin"),
                Arguments.of(
                        book(Map.of("seats", 4, "note", "x".repeat(256 * KIB))),
                        ToolErrorKind.ARGUMENTS_TOO_LARGE,
                        "262144"),
                Arguments.of(ToolCall.of("c1", "", Map.of()), ToolErrorKind.UNKNOWN_TOOL, "book"),
                Arguments.of(ToolCall.of("c1", "Book", Map.of("seats", 4)), ToolErrorKind.UNKNOWN_TOOL, "book"),
                Arguments.of(ToolCall.of("c1", "rm -rf /", Map.of()), ToolErrorKind.UNKNOWN_TOOL, "book"));
    }

    @ParameterizedTest
    @MethodSource("badCalls")
    void badCallIsAnErrorResultAndTheToolDoesNotRun(ToolCall call, ToolErrorKind kind, String says) {
        ToolResult result = run(call);

        assertThat(result.success()).isFalse();
        assertThat(result.errorKind()).hasValue(kind);
        assertThat(result.text()).contains(says).hasSizeLessThan(2_500);
        assertThat(runs).hasValue(0);
    }

    private static final Tool ODD = Tool.builder("odd")
            .input(Schema.fromJson("{\"type\": \"bogus\"}"))
            .handler((input, context) -> Mono.just("never"))
            .build();

    @Test
    void schemaThatIsNoneIsFoundWhenTheToolIsRegistered() {
        assertThatThrownBy(() -> tools.register(ODD))
                .isInstanceOf(ToolConfigurationException.class)
                .hasMessageContainingAll("'odd'", "bogus");
        assertThat(tools.has("odd")).isFalse();
    }

    @Test
    void whereNothingMayBlockSchemaThatIsNoneIsAnErrorResult() {
        Mono.fromRunnable(() -> tools.register(ODD))
                .subscribeOn(Schedulers.parallel())
                .block(Duration.ofSeconds(30));
        ToolResult result = run(ToolCall.of("c1", "odd", Map.of()));

        assertThat(result.errorKind()).hasValue(ToolErrorKind.FAILED);
        assertThat(result.error()).contains("bogus");
    }

    @Test
    void badCallKeepsNoOtherFromRunning() {
        List<ToolResult> results = executor.executeAll(List.of(garbage("{"), book(Map.of("seats", 4))))
                .collectList()
                .block(LONG);

        assertThat(Objects.requireNonNull(results))
                .extracting(result -> result.success())
                .containsExactly(false, true);
    }

    private ToolResult answer(ToolHandler handler) {
        tools.register(Tool.builder("odd").handler(handler).build());
        return run(ToolCall.of("c1", "odd", Map.of()));
    }

    private static int overflow(int depth) {
        return depth < 0 ? depth : overflow(depth + 1) + 1;
    }

    @SuppressWarnings("NullAway") // one of them gives null
    static Stream<Arguments> badTools() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        return Stream.of(
                bad("throws", (input, context) -> {
                    throw new IllegalStateException("broken");
                }),
                bad("broken", (input, context) -> Mono.error(new IllegalStateException("broken"))),
                bad("NoClassDefFoundError", (input, context) -> {
                    throw new NoClassDefFoundError();
                }),
                bad("StackOverflowError", (input, context) -> Mono.just(overflow(0))),
                bad("null", (input, context) -> null),
                bad(
                        "without a result",
                        (input, context) -> Flux.just(new ToolProgress("and then nothing"), new ToolProgress("more"))),
                Arguments.of(
                        (ToolHandler) (input, context) -> Mono.error(new ToolArgumentsException("no such city")),
                        ToolErrorKind.INVALID_ARGUMENTS,
                        "no such city"),
                noJson("ArrayList", itself),
                noJson("Object", new Object()),
                noJson("ByteArrayInputStream", new ByteArrayInputStream(new byte[1])),
                noJson("FluxEmpty", Flux.empty()),
                noJson("no JSON value", Stream.of(1)));
    }

    private static Arguments bad(String says, ToolHandler handler) {
        return Arguments.of(handler, ToolErrorKind.FAILED, says.equals("throws") ? "broken" : says);
    }

    private static Arguments noJson(String says, Object output) {
        return Arguments.of((ToolHandler) (input, context) -> Mono.just(output), ToolErrorKind.INVALID_OUTPUT, says);
    }

    @ParameterizedTest
    @MethodSource("badTools")
    void badToolIsAnErrorResult(ToolHandler handler, ToolErrorKind kind, String says) {
        ToolResult result = answer(handler);

        assertThat(result.success()).isFalse();
        assertThat(result.errorKind()).hasValue(kind);
        assertThat(result.text()).contains(says).hasSizeLessThan(3_000);
    }

    /** As where a thread of the executor ends of a fatal error. */
    @Test
    void toolThatTakesItsThreadDownIsATimeout() {
        tools.register(Tool.builder("odd")
                .timeout(Duration.ofMillis(200))
                .handler((input, context) -> Mono.fromCallable(() -> {
                    throw new NoClassDefFoundError("gone");
                }))
                .build());

        assertThat(run(ToolCall.of("c1", "odd", Map.of())).errorKind()).hasValue(ToolErrorKind.TIMEOUT);
    }

    private static void assertCut(ToolResult result) {
        assertThat(result.errorKind()).hasValue(ToolErrorKind.OUTPUT_TOO_LARGE);
        assertThat(result.text())
                .hasSizeBetween(1_000_000 / 3, 1024 * KIB)
                .endsWith("[cut: the result of the tool is over 1048576 bytes]");
    }

    @Test
    void textOf50MbIsCutWithAMarker() {
        assertCut(answer((input, context) -> Mono.just("x".repeat(50_000_000))));
    }

    @Test
    void cutNeverHalvesACharacter() {
        String text = answer((input, context) -> Mono.just("a" + "\ud83d\ude00".repeat(1_000_000)))
                .text();

        assertThat(text.codePoints().filter(point -> point >= 0xD800 && point < 0xE000))
                .isEmpty();
        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(1024 * KIB);
    }

    /** A list that is made while it is read, to see how much of it is. */
    private static final class Lazy extends AbstractList<String> {

        private final AtomicLong made = new AtomicLong();

        @Override
        public String get(int index) {
            made.incrementAndGet();
            return "0123456789".repeat(10);
        }

        @Override
        public int size() {
            return Integer.MAX_VALUE;
        }
    }

    @Test
    void noMoreIsMadeOfALargeResultThanIsKept() {
        Lazy endless = new Lazy();

        assertCut(answer((input, context) -> Mono.just(endless)));
        assertThat(endless.made).hasValueLessThan(20_000);
    }

    @Test
    void endlessFluxIsCutToo() {
        AtomicLong made = new AtomicLong();

        assertCut(answer((input, context) -> Flux.generate(sink -> {
            made.incrementAndGet();
            sink.next("0123456789".repeat(10));
        })));
        assertThat(made).hasValueLessThan(20_000);
    }

    @Test
    void longErrorIsCut() {
        ToolResult result = answer((input, context) -> Mono.error(new IllegalStateException("x".repeat(1_000_000))));

        assertThat(result.text()).hasSizeLessThan(2_500);
    }
}
