package io.cortexreactive.tool;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs the tools that a model calls. Each call is checked before its tool runs, and ends with one {@link ToolResult}:
 * whatever goes wrong with a call is an error result, whose {@link ToolErrorKind} is in its metadata. What fails is the
 * whole: a tenant that is missing, nobody to approve, or an error of whoever approves.
 *
 * <p>Every publisher is cold: nothing runs before it is subscribed, and each subscription runs the tools again. Cancel
 * cancels the tools under way. Tools start on threads of the executor, never on the caller's; results come on whichever
 * thread ends them. Demand reaches the tools. Thread-safe.
 */
public interface ToolExecutor {

    /** Runs one call, as {@link #stream} does, without its progress. */
    Mono<ToolResult> execute(ToolCall call, ToolRun run);

    /** Runs one call that belongs to nothing else. Trying it again keeps its idempotency key. */
    default Mono<ToolResult> execute(ToolCall call) {
        return execute(call, ToolRun.create());
    }

    /**
     * Runs all calls, so many at a time as {@link ToolConfig#maxConcurrent()} says.
     *
     * @return a result for each call, in the order of the calls, once all have ended
     */
    Flux<ToolResult> executeAll(List<ToolCall> calls, ToolRun run);

    /** Runs all calls, which belong to nothing else. */
    default Flux<ToolResult> executeAll(List<ToolCall> calls) {
        return executeAll(calls, ToolRun.create());
    }

    /** Runs one call: any number of {@link ToolProgress}, then its {@link ToolResult}. */
    Flux<ToolUpdate> stream(ToolCall call, ToolRun run);

    /** Runs one call that belongs to nothing else. */
    default Flux<ToolUpdate> stream(ToolCall call) {
        return stream(call, ToolRun.create());
    }

    /** Runs all calls, and tells what each does as it happens. The result of a call is the last that it tells. */
    Flux<ToolCallUpdate> streamAll(List<ToolCall> calls, ToolRun run);

    /** The tools that it runs; any other is unknown to it. */
    ToolRegistry tools();

    /** The same executor, on the same threads, for other tools. */
    ToolExecutor withTools(ToolRegistry other);

    /** The same executor, all of whose calls are this tenant's, whatever their Context says. */
    ToolExecutor forTenant(TenantContext tenant);

    /** Ends its threads, on subscription, and interrupts what is left on them. A view shares them with its origin. */
    Mono<Void> close();

    /** Starts an executor of these tools. */
    static Builder builder(ToolRegistry tools) {
        return new Builder(tools);
    }

    /** An executor of these tools, everything else by default. */
    static ToolExecutor create(ToolRegistry tools) {
        return builder(tools).build();
    }

    /** Collects an executor; not thread-safe. */
    final class Builder {

        private final ToolRegistry tools;
        private ToolConfig config = ToolConfig.DEFAULTS;
        private TenantManager tenants = TenantManager.contextOnly();
        private EventPublisher events = EventPublisher.none();
        private PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);
        private @Nullable Scheduler scheduler;

        private Builder(ToolRegistry tools) {
            this.tools = tools;
        }

        /** How tools are run; {@link ToolConfig#DEFAULTS} by default. */
        public Builder config(ToolConfig value) {
            config = value;
            return this;
        }

        /** Decides whom calls are for; the Context alone by default. */
        public Builder tenants(TenantManager value) {
            tenants = value;
            return this;
        }

        /** Where its events go; nowhere by default. */
        public Builder events(EventPublisher value) {
            events = value;
            return this;
        }

        /** Whose {@link ToolHooks} are applied; nobody's by default. */
        public Builder plugins(PluginManager value) {
            plugins = value;
            return this;
        }

        /** Where all tools start, those that block as well; by default on threads of the executor's own. */
        public Builder scheduler(Scheduler value) {
            scheduler = value;
            return this;
        }

        /** The executor. */
        public ToolExecutor build() {
            ToolThreads threads = scheduler == null ? ToolThreads.own(config) : ToolThreads.on(scheduler);
            return new DefaultToolExecutor(
                    tools, tenants, new DefaultToolExecutor.Settings(config, events, threads, plugins));
        }
    }
}
