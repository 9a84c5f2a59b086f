package io.cortexreactive;

import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.workflow.ResumeOptions;
import io.cortexreactive.workflow.RunOptions;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowEvent;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowState.HistoryEntry;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A workflow as a view's tenant has it, and whose calls closing knows. Its runs are the engine's. */
record OpenWorkflow(Workflow workflow, TenantManager tenants, OpenCalls open) implements Workflow {

    @Override
    public WorkflowDefinition definition() {
        return workflow.definition();
    }

    @Override
    public Mono<WorkflowResult> run(Map<String, Object> input, RunOptions options) {
        return ours(() -> workflow.run(input, options)).single();
    }

    @Override
    public Mono<WorkflowResult> resume(String runId, Map<String, Object> input, ResumeOptions options) {
        return ours(() -> workflow.resume(runId, input, options)).single();
    }

    @Override
    public Mono<Boolean> cancel(String runId) {
        return ours(() -> workflow.cancel(runId)).single();
    }

    @Override
    public Flux<WorkflowEvent> follow(String runId, @Nullable String afterPosition) {
        return ours(() -> workflow.follow(runId, afterPosition));
    }

    @Override
    public Flux<HistoryEntry> history(String runId) {
        return ours(() -> workflow.history(runId));
    }

    @Override
    public Mono<WorkflowResult> fork(String runId, long sequence, Map<String, Object> changes) {
        return ours(() -> workflow.fork(runId, sequence, changes)).single();
    }

    @Override
    public Workflow withoutWaiting() {
        return new OpenWorkflow(workflow.withoutWaiting(), tenants, open);
    }

    private <T> Flux<T> ours(Supplier<? extends Publisher<T>> call) {
        return open.known(tenants.run(tenant -> call.get()));
    }
}
