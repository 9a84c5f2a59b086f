package io.cortexreactive.workflow;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentRegistry;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.EngineStoppedException;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs workflows: those that this process begins, and after {@link #start()} also those of others. Nobody looks after
 * runs that are paused unless some engine on their store is started: what a question says of who does not answer in
 * time happens only then. Thread-safe.
 */
public interface WorkflowEngine {

    /**
     * Binds a definition; its runs can be claimed by this engine from then on. The same one, or an equal one, may be
     * bound again.
     *
     * @throws WorkflowDefinitionException if another one of this id and version is bound or registered: its runs may be
     *     under way, so give this one a new version
     */
    Workflow bind(WorkflowDefinition definition);

    /**
     * Begins to claim runs of registered definitions, to look after runs whose process is gone, to end pauses and runs
     * whose time is over, and once a minute to have the store forget what ended longer ago than it is kept.
     */
    Mono<Void> start();

    /**
     * Claims no more, lets nodes under way end for some time, gives the rest back, and completes. Runs go on elsewhere,
     * or here after {@link #start()}. Who waits for one or follows it gets an {@link EngineStoppedException}, and so
     * does who begins or answers one to wait for it. What is begun or answered {@linkplain Workflow#withoutWaiting
     * without waiting} is left to others, and can be followed.
     */
    Mono<Void> stop();

    /**
     * Hands on the events of all runs in the store, whichever process or tenant they are of, until it is cancelled: to
     * a message broker, or to subscribers that are nowhere near. Cold, and nothing to do with {@link #start()}.
     *
     * <p>The events of a run come one after the other, in the order of its journal, and at least once: they are made
     * anew of each entry that was committed, and an entry is told once {@code to} has completed for all of its events.
     * If that fails, or the store does, it is logged, and the entry comes again after a back-off of a minute at most;
     * other runs go on meanwhile, as many at a time as the engine's concurrency. The run's id and the {@code position}
     * in the metadata are the same each time.
     *
     * <p>Any number of relays may run, in any process: a run's events are told by one at a time. One that was cancelled
     * or is gone leaves the rest to others after 30 s at most. A store may forget what nobody tells for long.
     *
     * @param to is called on a thread that may block, with the run's correlation id in its Context, and the run's
     *     tenant if this process can find it; a publisher that never completes holds up its run
     * @return never completes; no error of {@code to} or of the store ends it
     */
    Mono<Void> relay(Function<? super WorkflowEvent, ? extends Publisher<?>> to);

    /**
     * How often a run was left to others so far, because its workflow, node or tenant is not known here, or what it
     * knows cannot be read; the log says which. One that comes again is counted again, but one that the store itself
     * cannot read is counted once. If it rises, a version may have been taken away too early.
     */
    long runsSetAside();

    /** Makes one. It holds no thread until it is used. */
    static WorkflowEngine create(Parts runtime) {
        return new DefaultWorkflowEngine(runtime);
    }

    /**
     * What workflows run on. Immutable and thread-safe.
     *
     * @param store where runs are kept
     * @param workflows those that sub-workflow nodes name
     * @param callees what nodes call
     * @param around everything that works by itself where nobody says otherwise
     * @param settings how the engine works
     */
    record Parts(RunStore store, WorkflowRegistry workflows, Callees callees, Around around, EngineSettings settings) {

        /** In this store, with no agents, no tools that need an executor's rules, and nothing around. */
        public static Parts of(RunStore store) {
            return new Parts(
                    store,
                    WorkflowRegistry.create(EventPublisher.none()),
                    Callees.none(),
                    Around.nothing(),
                    EngineSettings.DEFAULTS);
        }

        /** This, with other workflows to name. */
        public Parts withWorkflows(WorkflowRegistry value) {
            return new Parts(store, value, callees, around, settings);
        }

        /** This, with something to call. */
        public Parts withCallees(Callees value) {
            return new Parts(store, workflows, value, around, settings);
        }

        /** This, with something else around. */
        public Parts with(Around value) {
            return new Parts(store, workflows, callees, value, settings);
        }

        /** This, working otherwise. */
        public Parts with(EngineSettings value) {
            return new Parts(store, workflows, callees, around, value);
        }

        /**
         * What nodes call.
         *
         * @param agents finds agents by id; throws its own error for one that is not there
         * @param tools runs tools
         */
        public record Callees(Function<String, Agent> agents, ToolExecutor tools) {

            /** No agents; tools by the executor's defaults, on threads that need not be closed. */
            public static Callees none() {
                AgentRegistry nobody = AgentRegistry.of(List.of());
                return new Callees(
                        id -> {
                            throw new IllegalStateException(
                                    "There is an agent " + nobody.get(id).id());
                        },
                        ToolExecutor.builder(ToolRegistry.of(List.of()))
                                .scheduler(Schedulers.boundedElastic())
                                .build());
            }
        }

        /**
         * What is around runs.
         *
         * @param tenants decides whom a run is for, when it begins
         * @param resolver gives a worker the tenant of a run by its id
         * @param plugins whose {@link WorkflowHooks} are applied
         * @param events where {@link WorkflowEvent}s go
         * @param timer what counts time in this process; the store's clock decides what matters
         */
        public record Around(
                TenantManager tenants,
                TenantResolver resolver,
                PluginManager plugins,
                EventPublisher events,
                Scheduler timer) {

            /** The tenant of the Context, no plugins, nobody who listens. */
            public static Around nothing() {
                return new Around(
                        TenantManager.contextOnly(),
                        TenantResolver.none(),
                        PluginManager.create(PluginSettings.DEFAULTS),
                        EventPublisher.none(),
                        Schedulers.parallel());
            }

            /** This, with somebody who listens. */
            public Around withEvents(EventPublisher value) {
                return new Around(tenants, resolver, plugins, value, timer);
            }

            /** This, with tenants. */
            public Around withTenants(TenantManager manager, TenantResolver byId) {
                return new Around(manager, byId, plugins, events, timer);
            }

            /** This, with plugins. */
            public Around withPlugins(PluginManager value) {
                return new Around(tenants, resolver, value, events, timer);
            }
        }
    }
}
