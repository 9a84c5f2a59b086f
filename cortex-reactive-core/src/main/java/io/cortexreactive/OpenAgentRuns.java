package io.cortexreactive;

import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.TenantManager;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The runs of a view's tenant, which closing ends.
 *
 * @param alone whether nobody else could take what is dispatched here, so that dispatching starts it
 */
record OpenAgentRuns(Engines engines, TenantManager tenants, OpenCalls open, boolean alone) implements AgentRuns {

    private AgentRuns runs() {
        return engines.agents();
    }

    private <T> Flux<T> ours(Supplier<? extends Publisher<T>> call) {
        return open.known(tenants.run(tenant -> call.get()));
    }

    @Override
    public Mono<String> dispatch(PendingAgentRun run) {
        Mono<Void> begun = alone ? start() : Mono.empty();
        return ours(() -> begun.then(runs().dispatch(run))).single();
    }

    @Override
    public Mono<AgentRunStatus> status(String runId) {
        return ours(() -> runs().status(runId)).next();
    }

    @Override
    public Mono<Info> info(String runId) {
        return ours(() -> runs().info(runId)).next();
    }

    @Override
    public Mono<Message> input(String runId) {
        return ours(() -> runs().input(runId)).next();
    }

    @Override
    public Mono<AgentResponse> result(String runId) {
        return ours(() -> runs().result(runId)).next();
    }

    @Override
    public Mono<AgentResponse> await(String runId) {
        return ours(() -> runs().await(runId)).single();
    }

    @Override
    public Mono<Boolean> cancel(String runId) {
        return ours(() -> runs().cancel(runId)).single();
    }

    @Override
    public Flux<Info> list(Filter filter, @Nullable String afterId) {
        return ours(() -> runs().list(filter, afterId));
    }

    @Override
    public Flux<ChannelMessage> messages(String runId, @Nullable String afterId) {
        return ours(() -> runs().messages(runId, afterId));
    }

    @Override
    public Flux<AgentStep.ApprovalRequested> approvals(String runId) {
        return ours(() -> runs().approvals(runId));
    }

    @Override
    public Mono<Void> approve(String runId, String callId, Approval approval) {
        return ours(() -> runs().approve(runId, callId, approval)).then();
    }

    @Override
    public Mono<String> redrive(String runId) {
        Mono<Void> begun = alone ? start() : Mono.empty();
        return ours(() -> begun.then(runs().redrive(runId))).single();
    }

    @Override
    public Mono<Void> start() {
        return engines.startAgents();
    }

    @Override
    public Mono<Void> stop() {
        return runs().stop();
    }
}
