package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantMissingException;
import io.cortexreactive.tenant.TenantResolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class ToolExecutorTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ToolRegistry tools = ToolRegistry.of(List.of());
    private final ToolExecutor executor = ToolExecutor.create(tools);

    @AfterEach
    void close() {
        executor.close().block(LONG);
    }

    private void tool(String name, ToolHandler handler) {
        Tool made = Tool.builder(name).handler(handler).build();
        // Else the first call waits for it, and goes on where it is compiled.
        made.definition().inputSchema().prepared().block(LONG);
        tools.register(made);
    }

    private static ToolCall call(String tool) {
        return ToolCall.of("c1", tool, Map.of());
    }

    private ToolResult run(String tool) {
        return Objects.requireNonNull(executor.execute(call(tool)).block(LONG));
    }

    @Test
    void nothingRunsBeforeSubscription() {
        AtomicInteger runs = new AtomicInteger();
        tool("count", (input, context) -> Mono.fromSupplier(runs::incrementAndGet));
        Mono<ToolResult> result = executor.execute(call("count"));

        assertThat(runs).hasValue(0);
        result.block(LONG);
        result.block(LONG);
        assertThat(runs).hasValue(2);
    }

    @Test
    void outputIsMadeOfJsonTypes() {
        record Weather(String city, List<Integer> degrees) {}
        tool("weather", (input, context) -> Mono.just(new Weather("Oslo", List.of(1, 2))));

        assertThat(run("weather").output()).isEqualTo(Map.of("city", "Oslo", "degrees", List.of(1, 2)));
    }

    @Test
    void callsRunSideBySideAndKeepTheirOrder() {
        Sinks.Empty<Void> second = Sinks.empty();
        tool("first", (input, context) -> second.asMono().thenReturn("first"));
        tool(
                "second",
                (input, context) -> Mono.fromSupplier(() -> {
                    second.tryEmitEmpty();
                    return "second";
                }));

        StepVerifier.create(executor.executeAll(
                        List.of(ToolCall.of("1", "first", Map.of()), ToolCall.of("2", "second", Map.of()))))
                .expectNext(ToolResult.success("first"), ToolResult.success("second"))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void soManyRunAtATimeAsConfigured() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Queue<Sinks.One<String>> waiting = new ConcurrentLinkedQueue<>();
        tool("wait", (input, context) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Sinks.One<String> done = Sinks.one();
            waiting.add(done);
            return done.asMono().doOnTerminate(now::decrementAndGet);
        });
        ToolExecutor two = ToolExecutor.builder(tools)
                .config(ToolConfig.DEFAULTS.withMaxConcurrent(2))
                .scheduler(Schedulers.immediate())
                .build();
        List<ToolCall> five = IntStream.range(0, 5)
                .mapToObj(i -> ToolCall.of("c" + i, "wait", Map.of()))
                .toList();

        StepVerifier.create(two.executeAll(five).then())
                .then(() -> {
                    assertThat(waiting).hasSize(2);
                    for (Sinks.One<String> next = waiting.poll(); next != null; next = waiting.poll()) {
                        next.tryEmitValue("done");
                    }
                })
                .expectComplete()
                .verify(LONG);
        assertThat(most).hasValue(2);
    }

    @Test
    void progressReachesTheCallerBeforeTheResult() {
        TestPublisher<ToolUpdate> updates = TestPublisher.create();
        tool("slow", (input, context) -> updates.flux());
        ToolExecutor here =
                ToolExecutor.builder(tools).scheduler(Schedulers.immediate()).build();

        StepVerifier.create(here.stream(call("slow")))
                .then(() -> updates.next(new ToolProgress("half")))
                .expectNext(new ToolProgress("half"))
                .then(() -> updates.next(ToolResult.success("whole")).complete())
                .expectNext(ToolResult.success("whole"))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void resultCountsOnceTheToolHasEnded() {
        tool(
                "commit",
                (input, context) -> Flux.<ToolUpdate>just(ToolResult.success("written"))
                        .concatWith(Mono.error(new IllegalStateException("not committed"))));

        assertThat(run("commit").error()).isEqualTo("The tool failed: not committed");
    }

    @Test
    void toolIsNotCancelledWhenItHasGivenItsResult() {
        AtomicBoolean cancelled = new AtomicBoolean();
        tool(
                "whole",
                (input, context) -> Flux.<ToolUpdate>just(
                                ToolResult.success("first"), new ToolProgress("late"), ToolResult.success("second"))
                        .doOnCancel(() -> cancelled.set(true)));

        StepVerifier.create(executor.stream(call("whole")))
                .expectNext(ToolResult.success("first"))
                .expectComplete()
                .verify(LONG);
        assertThat(cancelled).isFalse();
    }

    /** Work that follows on a tool's thread, such as the next call to a model, is not interrupted. */
    @RepeatedTest(200)
    void whatFollowsOnTheToolsThreadIsNotInterrupted() {
        tool("map", (input, context) -> Mono.just(input));

        StepVerifier.create(executor.execute(call("map")).map(result -> {
                    boolean interrupted = false;
                    for (int i = 0; i < 2_000 && !interrupted; i++) {
                        interrupted = Thread.currentThread().isInterrupted();
                    }
                    return interrupted;
                }))
                .expectNext(false)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void elementsBesideProgressAreTheResult() {
        tool("mixed", (input, context) -> Flux.just(new ToolProgress("begins"), 1, 2));

        StepVerifier.create(executor.stream(call("mixed")))
                .expectNext(new ToolProgress("begins"), new ToolProgress(1), new ToolProgress(2))
                .expectNext(ToolResult.success(List.of(1, 2)))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void updatesOfSeveralCallsSayWhoseTheyAre() {
        tool("a", (input, context) -> Flux.just(new ToolProgress("of a"), ToolResult.success("a")));
        tool("b", (input, context) -> Mono.just("b"));
        ToolCall a = ToolCall.of("1", "a", Map.of());
        ToolCall b = ToolCall.of("2", "b", Map.of());

        List<ToolCallUpdate> told = Objects.requireNonNull(executor.streamAll(List.of(a, b), ToolRun.create())
                .collectList()
                .block(LONG));

        assertThat(told)
                .containsExactlyInAnyOrder(
                        new ToolCallUpdate(a, 0, new ToolProgress("of a")),
                        new ToolCallUpdate(a, 0, ToolResult.success("a")),
                        new ToolCallUpdate(b, 1, ToolResult.success("b")));
    }

    @Test
    void demandReachesTheTool() {
        TestPublisher<Integer> numbers = TestPublisher.create();
        tool("numbers", (input, context) -> numbers.flux());
        ToolExecutor here =
                ToolExecutor.builder(tools).scheduler(Schedulers.immediate()).build();

        StepVerifier.create(here.stream(call("numbers")), 0)
                .then(() -> numbers.assertMaxRequested(1))
                .thenCancel()
                .verify(LONG);
    }

    @Test
    void cancelCancelsTheToolsUnderWay() {
        Sinks.Empty<Void> started = Sinks.empty();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        tool(
                "hang",
                (input, context) -> Mono.never()
                        .doOnSubscribe(subscription -> started.tryEmitEmpty())
                        .doOnCancel(cancelled::tryEmitEmpty));

        StepVerifier.create(executor.execute(call("hang")))
                .then(() -> started.asMono().block(LONG))
                .thenCancel()
                .verify(LONG);
        cancelled.asMono().block(LONG);
    }

    /** @return completes when it was interrupted */
    private CountDownLatch toolThatBlocks(CountDownLatch started, Duration timeout) {
        CountDownLatch interrupted = new CountDownLatch(1);
        tools.register(Tool.builder("block")
                .blocking(true)
                .timeout(timeout)
                .handler((input, context) -> {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return Mono.just("late");
                })
                .build());
        return interrupted;
    }

    @Test
    void cancelInterruptsAToolThatBlocks() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = toolThatBlocks(started, LONG);

        StepVerifier.create(executor.execute(call("block")))
                .then(() -> awaitIt(started))
                .thenCancel()
                .verify(LONG);
        awaitIt(interrupted);
    }

    @Test
    void timeoutInterruptsAToolThatBlocks() {
        CountDownLatch interrupted = toolThatBlocks(new CountDownLatch(1), Duration.ofMillis(200));

        assertThat(run("block").errorKind()).hasValue(ToolErrorKind.TIMEOUT);
        awaitIt(interrupted);
    }

    @Test
    void closeInterruptsWhatIsLeft() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = toolThatBlocks(started, LONG);
        Disposable call = executor.execute(call("block")).subscribe();
        awaitIt(started);
        executor.close().block(LONG);

        awaitIt(interrupted);
        call.dispose();
    }

    private static void awaitIt(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void toolThatTakesTooLongIsCancelledAndAnswersSo() {
        AtomicBoolean cancelled = new AtomicBoolean();
        StepVerifier.withVirtualTime(() -> {
                    tools.register(Tool.builder("hang")
                            .handler((input, context) -> Mono.never().doOnCancel(() -> cancelled.set(true)))
                            .build());
                    return immediate().execute(call("hang"));
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(29_999))
                .thenAwait(Duration.ofMillis(1))
                .assertNext(result -> {
                    assertThat(result.errorKind()).hasValue(ToolErrorKind.TIMEOUT);
                    assertThat(result.metadata()).containsEntry("transient", true);
                    assertThat(result.error()).contains("30000 ms");
                })
                .expectComplete()
                .verify(LONG);
        assertThat(cancelled).isTrue();
    }

    @Test
    void toolMayHaveATimeoutOfItsOwn() {
        StepVerifier.withVirtualTime(() -> {
                    tools.register(Tool.builder("hang")
                            .timeout(Duration.ofMinutes(5))
                            .handler((input, context) -> Flux.interval(Duration.ofSeconds(1)))
                            .build());
                    return immediate().execute(call("hang"));
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(299))
                .thenAwait(Duration.ofSeconds(1))
                .assertNext(result -> assertThat(result.errorKind()).hasValue(ToolErrorKind.TIMEOUT))
                .expectComplete()
                .verify(LONG);
    }

    private ToolExecutor immediate() {
        return ToolExecutor.builder(tools).scheduler(Schedulers.immediate()).build();
    }

    @Test
    void toolStartsOnAThreadOfTheExecutor() {
        tool(
                "quick",
                (input, context) -> Mono.just(Thread.currentThread().getName() + Schedulers.isInNonBlockingThread()));
        tools.register(Tool.builder("blocking")
                .blocking(true)
                .handler((input, context) ->
                        Mono.just(Thread.currentThread().getName() + Schedulers.isInNonBlockingThread()))
                .build());
        assertThat(run("quick").text()).matches("cortex-tools-\\d+true");
        assertThat(run("blocking").text()).matches("cortex-tools-blocking-\\d+false");
    }

    @Test
    void tenantAndCorrelationAreVisibleInside() {
        tool(
                "who",
                (input, context) -> Mono.deferContextual(inside -> Mono.just(List.of(
                        String.valueOf(context.tenantId()),
                        context.correlationId().orElse(""),
                        Tenancy.tenant(inside).map(TenantContext::id).orElse(""),
                        Tenancy.correlationId(inside).orElse("")))));

        StepVerifier.create(executor.execute(call("who"))
                        .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                        .contextWrite(Tenancy.correlation("order-42")))
                .expectNext(ToolResult.success(List.of("acme", "order-42", "acme", "order-42")))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void viewOfATenantBeatsTheContext() {
        tool("who", (input, context) -> Mono.just(String.valueOf(context.tenantId())));

        StepVerifier.create(executor.forTenant(TenantContext.builder("fixed").build())
                        .execute(call("who"))
                        .contextWrite(Tenancy.as(TenantContext.builder("acme").build())))
                .expectNext(ToolResult.success("fixed"))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void requiredTenantThatIsMissingFailsBeforeAnyToolRuns() {
        AtomicInteger runs = new AtomicInteger();
        tool("count", (input, context) -> Mono.fromSupplier(runs::incrementAndGet));
        ToolExecutor strict = ToolExecutor.builder(tools)
                .tenants(TenantManager.create(TenantResolver.none(), true))
                .scheduler(Schedulers.immediate())
                .build();

        StepVerifier.create(strict.execute(call("count"))).verifyError(TenantMissingException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void contextSaysWhatTheCallBelongsTo() {
        List<ToolContext> seen = new ArrayList<>();
        tool("who", (input, context) -> {
            seen.add(context);
            return Mono.empty();
        });
        ToolRun run = new ToolRun("r1", "talk", "agent", Map.of("user", "u1"), null);

        executor.execute(call("who"), run).block(LONG);

        assertThat(seen).singleElement().satisfies(context -> {
            assertThat(context.callId()).isEqualTo("c1");
            assertThat(context.conversationId()).isEqualTo("talk");
            assertThat(context.agentId()).isEqualTo("agent");
            assertThat(context.metadata()).containsEntry("user", "u1");
        });
    }

    @Test
    void idempotencyKeyIsStableOverRetriesAndNoOtherCallsKey() {
        List<String> keys = new ArrayList<>();
        tool("key", (input, context) -> {
            keys.add(context.idempotencyKey());
            return Mono.empty();
        });
        Mono<ToolResult> once = executor.execute(call("key"));
        once.block(LONG);
        once.block(LONG);
        executor.execute(call("key")).block(LONG);
        executor.executeAll(List.of(call("key"), call("key")), ToolRun.of("r1")).blockLast(LONG);

        assertThat(keys.get(1)).isEqualTo(keys.get(0));
        assertThat(keys.subList(1, 5)).doesNotHaveDuplicates();
        assertThat(keys.subList(3, 5)).containsExactlyInAnyOrder("r1/c1", "r1/c1#2");
    }

    @Test
    void noIdOfACallMakesTheKeyOfAnother() {
        Set<String> keys = ConcurrentHashMap.newKeySet();
        tool("key", (input, context) -> {
            keys.add(context.idempotencyKey());
            return Mono.empty();
        });
        List<ToolCall> batch = Stream.of("x", "x", "x#2", "x%232")
                .map(id -> ToolCall.of(id, "key", Map.of()))
                .toList();
        executor.executeAll(batch, ToolRun.of("r")).blockLast(LONG);
        executor.execute(ToolCall.of("b/c", "key", Map.of()), ToolRun.of("a")).block(LONG);
        executor.execute(ToolCall.of("c", "key", Map.of()), ToolRun.of("a/b")).block(LONG);

        assertThat(keys).hasSize(6);
    }

    @Test
    void stopSignalComesThrough() {
        tool("end", (input, context) -> Mono.just(ToolResult.stop("the end")));

        assertThat(run("end")).isEqualTo(ToolResult.stop("the end"));
    }

    @Test
    void outputThatDoesNotFitItsSchemaIsAnError() {
        tools.register(Tool.builder("number")
                .output(Schema.object().property("n", Schema.integer()).required("n"))
                .handler((input, context) -> Mono.just(Map.of("n", input.getOrDefault("n", "none"))))
                .build());

        assertThat(run("number").errorKind()).hasValue(ToolErrorKind.INVALID_OUTPUT);
        StepVerifier.create(executor.execute(ToolCall.of("c1", "number", Map.of("n", 5))))
                .expectNext(ToolResult.success(Map.of("n", 5)))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void outputOfAMethodBySchemaOfItsClassFits() {
        record Weather(String city, int degrees) {}
        tools.register(Tool.builder("weather")
                .output(Weather.class)
                .handler((input, context) -> Mono.just(new Weather("Oslo", 3)))
                .build());

        assertThat(run("weather")).isEqualTo(ToolResult.success(Map.of("city", "Oslo", "degrees", 3)));
    }
}
