package io.cortexreactive.workflow;

import static io.cortexreactive.workflow.NodeReturnedNothingException.requireInput;
import static io.cortexreactive.workflow.NodeRunner.finished;

import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter.Unsettled;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.resilience.FatalGuard;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.tool.ToolResult;
import io.cortexreactive.tool.ToolRun;
import io.cortexreactive.workflow.NodeRunner.Answer;
import io.cortexreactive.workflow.NodeRunner.Outcome;
import io.cortexreactive.workflow.NodeRunner.Puts;
import io.cortexreactive.workflow.RunImage.Control;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** What nodes of each kind do that have no others inside of them. Belongs to one step of one run. */
final class NodeBodies {

    private final NodeRunner runner;
    private final OpenRun run;
    private final int seq;

    NodeBodies(NodeRunner runner, OpenRun run, int seq) {
        this.runner = runner;
        this.run = run;
        this.seq = seq;
    }

    /**
     * Calls code of the application. Of errors of the virtual machine, which Reactor lets through to the thread, the
     * run would never hear.
     *
     * @throws FatalErrorException in their place
     */
    static <T> T call(String node, Supplier<T> code) {
        try {
            return code.get();
        } catch (LinkageError | VirtualMachineError e) {
            throw new FatalErrorException(node, e);
        }
    }

    /** Code of the application that goes on when it has been called, and fails in the same way then. */
    static <T> Mono<T> guarded(String node, Supplier<Mono<T>> code) {
        return FatalGuard.around(code, error -> new FatalErrorException(node, error));
    }

    Mono<Outcome> run(WorkflowNode node, String branch, NodeContext context) {
        if (node instanceof WorkflowNode.Callback callback) {
            return called(callback, branch, context);
        } else if (node instanceof WorkflowNode.AgentCall agent) {
            return agent(agent, context);
        } else if (node instanceof WorkflowNode.ToolCall tool) {
            return tool(tool, branch, context);
        } else if (node instanceof WorkflowNode.Condition condition) {
            String way =
                    call(node.id(), () -> condition.holds().test(context.state())) ? condition.yes() : condition.no();
            return finished(node, NodeResult.goTo(way, way), Puts.NONE);
        } else if (node instanceof WorkflowNode.HumanInput human) {
            return human(human, branch);
        } else if (node instanceof WorkflowNode.SubWorkflow sub) {
            return subWorkflow(sub, branch);
        } else if (node instanceof WorkflowNode.Delay delay) {
            return runner.isTimedNow()
                    ? finished(node, NodeResult.of(null), Puts.NONE)
                    : Mono.just(new Outcome.Sleeps(delay.delay()));
        }
        throw new IllegalStateException("Node '" + node.id() + "' cannot be inside of another.");
    }

    private Mono<Outcome> agent(WorkflowNode.AgentCall node, NodeContext context) {
        AgentContext as = AgentContext.NONE
                .withIdempotencyKey(context.idempotencyKey())
                .withVariables(Map.of("workflowRunId", run.run().key().runId()));
        return call(node.id(), () -> {
                    String input = requireInput(node.id(), node.input().apply(context.state()));
                    return run.runtime()
                            .callees()
                            .agents()
                            .apply(node.agentId())
                            .run(input, as);
                })
                .flatMap(response -> finished(node, NodeResult.of(response.output()), Puts.NONE));
    }

    private Mono<Outcome> called(WorkflowNode.Callback node, String branch, NodeContext context) {
        Answer answer = runner.answer(branch);
        if (answer != null && answer.late()) {
            return Mono.just(new Outcome.Failed(NodeRunner.RUN_TIMED_OUT));
        }
        Mono<NodeResult> given = call(node.id(), () -> node.body().apply(context));
        return (given == null ? Mono.<NodeResult>empty() : given)
                .switchIfEmpty(Mono.error(() -> new NodeReturnedNothingException(node.id())))
                .flatMap(result -> result.pause() == null
                        ? finished(node, result, Puts.NONE)
                        : Mono.just(new Outcome.Asks(branch, result.pause(), null, Puts.NONE)));
    }

    private Mono<Outcome> tool(WorkflowNode.ToolCall node, String branch, NodeContext context) {
        ToolExecutor tools =
                call(node.id(), () -> run.runtime().callees().tools().withTools(ToolRegistry.of(List.of(node.tool()))));
        ToolCall wanted = call(
                node.id(),
                () -> ToolCall.of(
                        branch,
                        node.tool().definition().name(),
                        requireInput(node.id(), node.input().apply(context.state()))));
        ToolRun as = ToolRun.of(run.run().key().runId() + "/" + (seq + 1));
        return tools.execute(wanted, as)
                .flatMap(result -> result.success()
                        ? finished(node, NodeResult.of(result.output()), Puts.NONE)
                        : Mono.just(failed(node, branch, result)));
    }

    private Outcome failed(WorkflowNode.ToolCall node, String branch, ToolResult result) {
        Optional<ToolErrorKind> kind = result.errorKind();
        boolean mayPass = Boolean.TRUE.equals(result.metadata().get(ToolResult.TRANSIENT))
                || kind.filter(ToolErrorKind.TIMEOUT::equals).isPresent();
        String code = "tool_" + kind.orElse(ToolErrorKind.FAILED).code();
        ErrorInfo error = new ErrorInfo(code, String.valueOf(result.error()), mayPass);
        return runner.failed(node, branch, error, mayPass ? Duration.ZERO : null);
    }

    private Mono<Outcome> human(WorkflowNode.HumanInput node, String branch) {
        WorkflowNode.Question question = node.question();
        Answer answer = runner.answer(branch);
        if (answer == null) {
            return Mono.just(new Outcome.Asks(branch, question.message(), question, Puts.NONE));
        } else if (!answer.late()) {
            return finished(node, NodeResult.of(answer.input()), Puts.NONE);
        } else if (answer.ofRun()) {
            return Mono.just(new Outcome.Failed(NodeRunner.RUN_TIMED_OUT));
        } else if (question.onTimeout() instanceof OnTimeout.UseDefault instead) {
            return finished(node, NodeResult.of(instead.input()), Puts.NONE);
        } else if (question.onTimeout() instanceof OnTimeout.Cancel) {
            return Mono.just(new Outcome.Cancels());
        }
        return Mono.just(new Outcome.Failed(
                new ErrorInfo("input_timed_out", "Nobody answered '" + node.id() + "' in time.", false)));
    }

    private Mono<Outcome> subWorkflow(WorkflowNode.SubWorkflow node, String branch) {
        Object known = runner.children().get(branch);
        Mono<Outcome> outcome = known == null
                ? begun(node, branch)
                : load(sibling(known.toString())).flatMap(run -> of(node, branch, run));
        return outcome.onErrorMap(Unsettled::isBy, Unsettled::new);
    }

    private Mono<RunRecord> load(RunKey key) {
        return run.runtime()
                .store()
                .load(key)
                .switchIfEmpty(Mono.error(() -> WorkflowNotFoundException.forRunId(key.runId())));
    }

    private RunKey sibling(String runId) {
        return new RunKey(run.run().key().tenantId(), runId);
    }

    /** A run that is waited for in vain begins no other: each would begin the next before its own cancel has come. */
    private Mono<Outcome> begun(WorkflowNode.SubWorkflow node, String branch) {
        RunRecord.Parent parent = new RunRecord.Parent(run.run().key().runId(), seq + 1, branch);
        return awaitedBy(node, run.run().key(), 1)
                .flatMap(above -> run.child(node, runner.state(), parent, runner.left(node)))
                .flatMap(child -> of(node, branch, child))
                .defaultIfEmpty(new Outcome.Cancels());
    }

    /** How many runs wait one for the next, from the first one to this; empty if one of them has ended or ends. */
    private Mono<Integer> awaitedBy(WorkflowNode.SubWorkflow node, RunKey key, int count) {
        int most = run.runtime().settings().maxDepth();
        return count >= most
                ? Mono.error(() -> new SubWorkflowDepthException(node, most))
                : run.runtime()
                        .store()
                        .load(key)
                        .filter(one ->
                                !one.status().isTerminal() && one.progress().outcome() == null)
                        .flatMap(one -> one.lineage().parent() == null
                                ? Mono.just(count)
                                : awaitedBy(node, sibling(one.lineage().parent().runId()), count + 1));
    }

    /** What comes of a node whose run has come so far. */
    Mono<Outcome> of(WorkflowNode node, String branch, RunRecord child) {
        String childId = child.key().runId();
        if (child.status() == RunStatus.COMPLETED) {
            String last = child.progress().node();
            Object output = RunImage.fromJson(child.snapshot().json()).data().get(String.valueOf(last));
            return finished(
                    node, NodeResult.of(RunTelling.output(last, output)), NodeRunner.forgetting(Control.CHILDREN));
        } else if (child.status().isTerminal()) {
            String why =
                    child.error() == null ? "it was cancelled" : child.error().message();
            return Mono.just(new Outcome.Failed(new ErrorInfo(
                    "sub_workflow_failed",
                    "Run '" + childId + "' of '" + child.code().definition() + "' did not complete: " + why,
                    false)));
        }
        return Mono.just(new Outcome.Waits(Map.of(branch, childId)));
    }
}
