package io.cortexreactive.tool;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

record DefaultToolExecutor(ToolRegistry tools, TenantManager tenants, Settings settings) implements ToolExecutor {

    /** What all views of an executor share. */
    record Settings(ToolConfig config, EventPublisher events, ToolThreads threads, PluginManager plugins) {}

    @Override
    public Mono<ToolResult> execute(ToolCall call, ToolRun run) {
        return stream(call, run).ofType(ToolResult.class).single();
    }

    @Override
    public Flux<ToolResult> executeAll(List<ToolCall> calls, ToolRun run) {
        return streamAll(calls, run)
                .filter(told -> told.update() instanceof ToolResult)
                .collectSortedList(Comparator.comparingInt(ToolCallUpdate::index))
                .flatMapIterable(results -> results)
                .map(told -> (ToolResult) told.update());
    }

    @Override
    public Flux<ToolUpdate> stream(ToolCall call, ToolRun run) {
        return streamAll(List.of(call), run).map(ToolCallUpdate::update);
    }

    @Override
    public Flux<ToolCallUpdate> streamAll(List<ToolCall> calls, ToolRun run) {
        List<ToolCall> asked = List.copyOf(calls);
        return tenants.run(tenant -> Flux.deferContextual(context -> start(asked, run, context)));
    }

    private Flux<ToolCallUpdate> start(List<ToolCall> calls, ToolRun run, ContextView context) {
        List<ToolInvocation> all = invocations(calls, run, context);
        for (ToolInvocation invocation : all) {
            if (invocation.hasNobodyToAsk()) {
                return Flux.error(
                        new ToolApprovalMissingException(invocation.call().name()));
            }
        }
        // Who waits for approval must not take the place of one that could run.
        return Flux.fromIterable(all)
                .flatMap(ToolInvocation::decided, Math.max(1, all.size()), 1)
                .flatMap(ToolInvocation::run, settings.config().maxConcurrent(), 1);
    }

    private List<ToolInvocation> invocations(List<ToolCall> calls, ToolRun run, ContextView context) {
        Map<String, Integer> seen = new HashMap<>();
        List<ToolInvocation> all = new ArrayList<>();
        for (ToolCall call : calls) {
            String name = run.nameOf(call);
            // A model may well give two calls one id, and they are two things to do all the same.
            int copy = seen.merge(name, 1, Integer::sum);
            String key = ToolContext.key(run, name, copy);
            ToolInvocation.Asked asked =
                    new ToolInvocation.Asked(call, all.size(), ToolContext.of(run, call, all.size(), key, context));
            all.add(new ToolInvocation(settings, tools, asked, run.approval()));
        }
        return all;
    }

    @Override
    public ToolExecutor withTools(ToolRegistry other) {
        return new DefaultToolExecutor(other, tenants, settings);
    }

    @Override
    public ToolExecutor forTenant(TenantContext tenant) {
        return new DefaultToolExecutor(tools, tenants.forTenant(tenant), settings);
    }

    @Override
    public Mono<Void> close() {
        return settings.threads().close();
    }
}
