package io.cortexreactive;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tool.ToolCallUpdate;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.tool.ToolResult;
import io.cortexreactive.tool.ToolRun;
import io.cortexreactive.tool.ToolUpdate;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An executor whose running tools closing knows. */
record OpenTools(ToolExecutor executor, OpenCalls open) implements ToolExecutor {

    @Override
    public Mono<ToolResult> execute(ToolCall call, ToolRun run) {
        return open.known(executor.execute(call, run).flux()).single();
    }

    @Override
    public Flux<ToolResult> executeAll(List<ToolCall> calls, ToolRun run) {
        return open.known(executor.executeAll(calls, run));
    }

    @Override
    public Flux<ToolUpdate> stream(ToolCall call, ToolRun run) {
        return open.known(executor.stream(call, run));
    }

    @Override
    public Flux<ToolCallUpdate> streamAll(List<ToolCall> calls, ToolRun run) {
        return open.known(executor.streamAll(calls, run));
    }

    @Override
    public ToolRegistry tools() {
        return executor.tools();
    }

    @Override
    public ToolExecutor withTools(ToolRegistry other) {
        return new OpenTools(executor.withTools(other), open);
    }

    @Override
    public ToolExecutor forTenant(TenantContext tenant) {
        return new OpenTools(executor.forTenant(tenant), open);
    }

    @Override
    public Mono<Void> close() {
        return executor.close();
    }
}
