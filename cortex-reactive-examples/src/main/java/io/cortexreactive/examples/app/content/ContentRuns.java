package io.cortexreactive.examples.app.content;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.Cortex;
import io.cortexreactive.examples.content.ContentPipeline;
import io.cortexreactive.examples.content.Publications;
import io.cortexreactive.examples.content.Publications.Publication;
import io.cortexreactive.examples.database.RunDatabase;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.workflow.ResumeOptions;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowEvent;
import io.cortexreactive.workflow.WorkflowNotFoundException;
import io.cortexreactive.workflow.WorkflowResult;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The runs of the content pipeline, those of the caller's tenant. Nobody waits for their end. */
@Component
final class ContentRuns {

    private static final int LATEST = 20;

    private final Workflow workflow;
    private final RunDatabase runs;
    private final Publications publications;

    ContentRuns(Cortex cortex, RunDatabase runs, Publications publications) {
        this.workflow = cortex.workflow(ContentPipeline.ID).withoutWaiting();
        this.runs = runs;
        this.publications = publications;
    }

    Graph graph() {
        return Graph.of(workflow.definition(), runs.isLasting());
    }

    Mono<RunView> start(String topic) {
        return workflow.run(Map.of(ContentPipeline.TOPIC, topic)).map(ContentRuns::view);
    }

    Flux<RunLine> latest() {
        return ours(tenant -> runs.store().findByWorkflow(ContentPipeline.ID))
                .take(LATEST)
                .map(RunLine::of);
    }

    Mono<RunView> find(String id) {
        return ours(tenant -> runs.store().find(id))
                .map(RunView::of)
                .next()
                .switchIfEmpty(Mono.error(() -> WorkflowNotFoundException.forRunId(id)));
    }

    Flux<WorkflowEvent> follow(String id, @Nullable String after) {
        return workflow.follow(id, after);
    }

    Mono<RunView> decide(String id, Decision decision) {
        return workflow.resume(id, decision.toAnswer(), new ResumeOptions(decision.token(), null))
                .map(ContentRuns::view);
    }

    Mono<Boolean> cancel(String id) {
        return workflow.cancel(id);
    }

    Flux<HistoryLine> history(String id) {
        return workflow.history(id).map(HistoryLine::of);
    }

    Mono<RunView> fork(String id, long sequence, Map<String, Object> changes) {
        return workflow.fork(id, sequence, changes).map(ContentRuns::view);
    }

    Mono<List<Publication>> published() {
        return ours(tenant -> Mono.fromSupplier(() -> publications.of(String.valueOf(tenant.id()))))
                .single();
    }

    private static RunView view(WorkflowResult result) {
        return RunView.of(result.state());
    }

    /** A repository looks for the runs of nobody where there is no tenant; here that is a mistake. */
    private static <T> Flux<T> ours(Function<TenantContext, Publisher<T>> look) {
        return Flux.deferContextual(view -> Tenancy.tenant(view)
                .map(look)
                .orElseGet(
                        () -> Flux.error(invalid("tenant_missing", "Say for whom this is, in the header X-Tenant."))));
    }
}
