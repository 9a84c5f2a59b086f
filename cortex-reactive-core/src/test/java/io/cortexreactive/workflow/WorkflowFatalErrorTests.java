package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Errors that Reactor lets through to the thread. */
class WorkflowFatalErrorTests extends WorkflowFixture {

    private static NoClassDefFoundError gone() {
        return new NoClassDefFoundError("gone");
    }

    private static int endless(int depth) {
        return depth < 0 ? depth : endless(depth + 1) + 1;
    }

    private static WorkflowDefinition of(WorkflowNode node) {
        return WorkflowRunTests.single(node);
    }

    static Stream<Arguments> broken() {
        Tool tool = Tool.builder("t")
                .handler((input, context) -> Mono.just(ToolResult.success(1)))
                .build();
        WorkflowNode fine = WorkflowNode.callback("f", context -> Mono.just(NodeResult.of(1)));
        return Stream.of(
                arguments("fatal_error", of(WorkflowNode.callback("a", context -> {
                    throw gone();
                }))),
                arguments(
                        "fatal_error", of(WorkflowNode.callback("a", context -> Mono.just(NodeResult.of(endless(0)))))),
                arguments("fatal_error", of(WorkflowNode.callback("a", context -> {
                    throw new OutOfMemoryError("short");
                }))),
                arguments("internal", of(WorkflowNode.callback("a", context -> Mono.error(new LinkageError("late"))))),
                arguments("fatal_error", of(WorkflowNode.agent("a", "x", state -> {
                    throw gone();
                }))),
                arguments("fatal_error", of(WorkflowNode.tool("a", tool, state -> {
                    throw gone();
                }))),
                arguments("fatal_error", of(WorkflowNode.subWorkflow("a", "child", state -> {
                    throw gone();
                }))),
                arguments(
                        "fatal_error",
                        Workflow.define("w")
                                .condition(
                                        "c",
                                        state -> {
                                            throw gone();
                                        },
                                        "f",
                                        "f")
                                .node(fine)
                                .build()),
                arguments(
                        "fatal_error",
                        Workflow.define("w")
                                .loop(
                                        "l",
                                        fine,
                                        state -> {
                                            throw gone();
                                        },
                                        2)
                                .build()),
                arguments(
                        "fatal_error",
                        Workflow.define("w")
                                .parallel(
                                        "p",
                                        Merge.of(outputs -> {
                                            throw gone();
                                        }),
                                        fine)
                                .build()),
                arguments(
                        "no_way_on",
                        Workflow.define("w")
                                .node(fine)
                                .callback("z", context -> Mono.empty())
                                .edge(
                                        "f",
                                        "z",
                                        state -> {
                                            throw gone();
                                        },
                                        1)
                                .build()),
                arguments(
                        "state_not_storable",
                        of(WorkflowNode.callback("a", context -> Mono.just(NodeResult.of(new Broken("")))))));
    }

    /** What cannot be written as JSON where it is empty. */
    record Broken(String text) {

        @Override
        public String text() {
            if (text.isEmpty()) {
                throw gone();
            }
            return text;
        }
    }

    @ParameterizedTest
    @MethodSource("broken")
    void fatalErrorFailsTheNodeAsAnyOther(String code, WorkflowDefinition definition) {
        workflows.register(Workflow.define("child").callback("c", gives(1)).build());

        assertThat(code(run(definition))).isEqualTo(code);
    }

    static Stream<Arguments> brokenOnceSubscribed() {
        Tool tool = Tool.builder("t").handler((input, context) -> thrown()).build();
        return Stream.of(
                arguments("fatal_error", WorkflowNode.callback("a", context -> thrown())),
                arguments(
                        "fatal_error",
                        WorkflowNode.callback(
                                "a",
                                context -> Mono.defer(() -> {
                                    throw gone();
                                }))),
                arguments(
                        "fatal_error",
                        WorkflowNode.callback(
                                "a",
                                context -> Mono.fromSupplier(() -> endless(0)).map(NodeResult::of))),
                arguments(
                        "fatal_error",
                        WorkflowNode.callback("a", context -> Mono.just(1).flatMap(one -> thrown()))),
                arguments(
                        "fatal_error",
                        WorkflowNode.callback(
                                "a",
                                context -> Mono.from(subscriber -> {
                                    throw gone();
                                }))),
                arguments("fatal_error", WorkflowNode.tool("a", tool, state -> NOTHING)));
    }

    /** When it is asked for. */
    private static <T> Mono<T> thrown() {
        return Mono.fromSupplier(() -> {
            throw gone();
        });
    }

    @ParameterizedTest
    @MethodSource("brokenOnceSubscribed")
    void fatalErrorOfAPublisherFailsTheNodeAsAnyOther(String code, WorkflowNode node) {
        WorkflowNode limited = node.with(WorkflowNode.Settings.timeout(Duration.ofMillis(100)));

        assertThat(code(run(of(node)))).isEqualTo(code);
        assertThat(code(run(Workflow.define("limited").node(limited).build()))).isEqualTo(code);
        assertThat(code(run(Workflow.define("fan")
                        .parallel("p", Merge.all(), node, branch("b", 1))
                        .build())))
                .isEqualTo(code);
    }

    @Test
    void fatalErrorIsNotTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        run(of(WorkflowNode.callback("a", context -> {
                    attempts.incrementAndGet();
                    throw gone();
                })
                .with(WorkflowNode.Settings.retry(3, Duration.ZERO))));

        assertThat(attempts).hasValue(1);
    }

    @Test
    void branchThatThrowsAFatalErrorFailsItsNode() {
        WorkflowNode broken = WorkflowNode.callback("x", context -> {
            throw gone();
        });
        WorkflowResult result = run(Workflow.define("w")
                .parallel("p", Merge.all(), broken, branch("a", 1))
                .build());

        assertThat(code(result)).isEqualTo("fatal_error");
        assertThat(ran).containsExactly("a");
    }

    static Stream<Function<NodeContext, Mono<Void>>> compensations() {
        return Stream.of(
                context -> {
                    throw gone();
                },
                context -> thrown());
    }

    @ParameterizedTest
    @MethodSource("compensations")
    void compensationThatThrowsAFatalErrorIsRecordedAndTheRunEnds(Function<NodeContext, Mono<Void>> compensation) {
        WorkflowResult result = run(
                Workflow.define("w")
                        .callback("a", gives(1))
                        .callback("z", context -> Mono.error(new IllegalStateException("broken")))
                        .settings("a", WorkflowNode.Settings.compensation(compensation))
                        .edge("a", "z")
                        .build(),
                Map.of());

        assertThat(code(result)).isEqualTo("internal");
        assertThat(journal(result.runId()))
                .filteredOn(entry -> entry.kind() == JournalEntry.Kind.UNDO)
                .singleElement()
                .satisfies(entry -> assertThat(entry.error()).hasFieldOrPropertyWithValue("code", "fatal_error"));
    }
}
