package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.schema.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ToolApprovalTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ToolRegistry tools = ToolRegistry.of(List.of());
    private final ToolExecutor executor = immediate(ToolConfig.DEFAULTS);

    private ToolExecutor immediate(ToolConfig config) {
        return ToolExecutor.builder(tools)
                .config(config)
                .scheduler(Schedulers.immediate())
                .build();
    }

    private void tool(String name, ToolHandler handler) {
        Tool made = Tool.builder(name).handler(handler).build();
        made.definition().inputSchema().prepared().block(LONG);
        tools.register(made);
    }

    private static ToolCall call(String tool) {
        return ToolCall.of("c1", tool, Map.of());
    }

    private void sensitive(AtomicInteger runs) {
        Tool pay = Tool.builder("pay")
                .input(Schema.object().property("amount", Schema.integer()).required("amount"))
                .requiresApproval(true)
                .handler((input, context) -> Mono.fromSupplier(() -> "paid " + runs.incrementAndGet()))
                .build();
        // Else the first call waits for it, and goes on where it is compiled.
        pay.definition().inputSchema().prepared().block(LONG);
        tools.register(pay);
    }

    private static final ToolCall PAY = ToolCall.of("p1", "pay", Map.of("amount", 5));

    @Test
    void approvedToolRuns() {
        AtomicInteger runs = new AtomicInteger();
        sensitive(runs);
        ToolRun run = ToolRun.create().withApproval((call, context) -> Mono.just(call.equals(PAY)));

        StepVerifier.create(executor.execute(PAY, run))
                .expectNext(ToolResult.success("paid 1"))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void refusedToolDoesNotRunAndTheModelIsTold() {
        AtomicInteger runs = new AtomicInteger();
        sensitive(runs);
        ToolRun refused = ToolRun.create().withApproval((call, context) -> Mono.just(false));
        ToolRun silent = ToolRun.create().withApproval((call, context) -> Mono.empty());

        for (ToolRun run : List.of(refused, silent)) {
            ToolResult result =
                    Objects.requireNonNull(executor.execute(PAY, run).block(LONG));
            assertThat(result.errorKind()).hasValue(ToolErrorKind.REFUSED);
        }
        assertThat(runs).hasValue(0);
    }

    private ToolResult deniedWith(String reason) {
        ToolRun run = ToolRun.create().withApproval(new ToolApproval() {
            @Override
            public Mono<Boolean> decide(ToolCall call, ToolContext context) {
                return Mono.just(true);
            }

            @Override
            public Mono<Decision> decision(ToolCall call, ToolContext context) {
                return Mono.just(new Decision(false, reason));
            }
        });
        return Objects.requireNonNull(executor.execute(PAY, run).block(LONG));
    }

    @Test
    void theModelIsToldWhyACallWasDenied() {
        AtomicInteger runs = new AtomicInteger();
        sensitive(runs);

        ToolResult denied = deniedWith(" Ask for less. ");
        assertThat(denied.errorKind()).hasValue(ToolErrorKind.REFUSED);
        assertThat(denied.text())
                .endsWith("did not approve the call, and so the tool was not run. They say: Ask for less.");
        assertThat(deniedWith("  ").text()).endsWith("was not run.");
        assertThat(runs).hasValue(0);
    }

    @Test
    void aLongReasonIsCutBetweenCharacters() {
        sensitive(new AtomicInteger());

        assertThat(deniedWith("n".repeat(1_999) + "\uD83D\uDE80 no").text())
                .endsWith("They say: " + "n".repeat(1_999) + "…");
    }

    @Test
    void withNobodyToAskNoToolOfTheBatchRuns() {
        AtomicInteger runs = new AtomicInteger();
        sensitive(runs);
        tool("count", (input, context) -> Mono.fromSupplier(runs::incrementAndGet));

        StepVerifier.create(executor.executeAll(List.of(call("count"), PAY)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ToolApprovalMissingException.class)
                        .hasMessageContaining("'pay'"));
        assertThat(runs).hasValue(0);
    }

    @Test
    void errorOfWhoeverApprovesEndsTheWhole() {
        sensitive(new AtomicInteger());
        ToolRun run = ToolRun.create().withApproval((call, context) -> Mono.error(new IllegalStateException("gone")));

        StepVerifier.create(executor.execute(PAY, run))
                .expectErrorMessage("gone")
                .verify(LONG);
    }

    @Test
    void nobodyIsAskedToApproveArgumentsThatDoNotFit() {
        sensitive(new AtomicInteger());
        AtomicInteger asked = new AtomicInteger();
        ToolRun run = ToolRun.create().withApproval((call, context) -> {
            asked.incrementAndGet();
            return Mono.just(true);
        });

        ToolResult result = executor.execute(ToolCall.of("p1", "pay", Map.of("amount", "all")), run)
                .block(LONG);
        assertThat(Objects.requireNonNull(result).errorKind()).hasValue(ToolErrorKind.INVALID_ARGUMENTS);
        assertThat(asked).hasValue(0);
    }

    @Test
    void whoWaitsForApprovalKeepsNobodyFromRunning() {
        sensitive(new AtomicInteger());
        Sinks.One<Boolean> decision = Sinks.one();
        tool("count", (input, context) -> Mono.just("ran"));
        ToolExecutor one = immediate(ToolConfig.DEFAULTS.withMaxConcurrent(1));
        ToolRun run = ToolRun.create().withApproval((call, context) -> decision.asMono());

        StepVerifier.create(one.streamAll(List.of(PAY, call("count")), run).map(ToolCallUpdate::update))
                .expectNext(ToolResult.success("ran"))
                .then(() -> decision.tryEmitValue(true))
                .expectNext(ToolResult.success("paid 1"))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void approvalCountsNotForTheTimeout() {
        StepVerifier.withVirtualTime(() -> {
                    sensitive(new AtomicInteger());
                    ToolRun run = ToolRun.create()
                            .withApproval((call, context) ->
                                    Mono.delay(Duration.ofHours(8)).thenReturn(true));
                    return executor.execute(PAY, run);
                })
                .thenAwait(Duration.ofHours(8))
                .expectNext(ToolResult.success("paid 1"))
                .expectComplete()
                .verify(LONG);
    }
}
