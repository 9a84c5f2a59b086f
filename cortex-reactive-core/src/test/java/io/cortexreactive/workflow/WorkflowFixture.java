package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.LastingTime;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Workflows on a store in memory, all in virtual time and on the thread of the test. */
abstract class WorkflowFixture {

    static final Duration SCAN = Duration.ofSeconds(1);
    static final Map<String, Object> NOTHING = Map.of();

    final List<CortexEvent> events = new CopyOnWriteArrayList<>();
    final List<String> ran = new CopyOnWriteArrayList<>();
    final PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);

    Function<String, Agent> agents = WorkflowEngine.Parts.Callees.none().agents();
    VirtualTimeScheduler time;
    RunLog log;
    WorkflowRegistry workflows;
    DefaultWorkflowEngine engine;

    @BeforeEach
    void beginTime() {
        time = LastingTime.begin();
        log = RunLog.inMemory(clock(), Duration.ofDays(7));
        workflows = WorkflowRegistry.create(EventPublisher.none());
        engine = engine(log);
    }

    @AfterEach
    void endTime() {
        VirtualTimeScheduler.reset();
    }

    private Clock clock() {
        VirtualTimeScheduler now = time;
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(now.now(TimeUnit.MILLISECONDS));
            }
        };
    }

    /** One process. */
    DefaultWorkflowEngine engine(RunLog on) {
        return engine(on, EngineSettings.DEFAULTS, TenantResolver.none());
    }

    DefaultWorkflowEngine engine(RunLog on, EngineSettings settings, TenantResolver tenants) {
        return engine(on, settings, tenants, Schedulers.parallel());
    }

    DefaultWorkflowEngine engine(RunLog on, EngineSettings settings, TenantResolver tenants, Scheduler timer) {
        ToolExecutor tools = ToolExecutor.builder(ToolRegistry.of(List.of()))
                .scheduler(Schedulers.immediate())
                .build();
        WorkflowEngine.Parts runtime = WorkflowEngine.Parts.of(RunStore.of(on))
                .withWorkflows(workflows)
                .withCallees(new WorkflowEngine.Parts.Callees(id -> agents.apply(id), tools))
                .with(new WorkflowEngine.Parts.Around(TenantManager.contextOnly(), tenants, plugins, listener(), timer))
                .with(settings);
        return new DefaultWorkflowEngine(runtime);
    }

    private EventPublisher listener() {
        return new EventPublisher() {
            @Override
            public boolean wants(Class<? extends CortexEvent> type) {
                return true;
            }

            @Override
            public void publish(CortexEvent event) {
                events.add(event);
            }
        };
    }

    /** The names of the events that were told, without those of nodes that are entered. */
    List<String> told() {
        return events.stream()
                .map(event -> event.getClass().getSimpleName().replace("Workflow", ""))
                .filter(name -> !name.equals("NodeEntered"))
                .toList();
    }

    Function<NodeContext, Mono<NodeResult>> gives(@Nullable Object output) {
        return context -> Mono.fromSupplier(() -> {
            ran.add(context.node());
            return NodeResult.of(output);
        });
    }

    WorkflowNode branch(String id, Object output) {
        return WorkflowNode.callback(id, gives(output));
    }

    void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** What happens in a moment. */
    void settle() {
        pass(Duration.ofMillis(1));
    }

    /** What it gives within some time; its error is thrown. */
    <T> T await(Mono<T> mono, Duration within) {
        return begin(mono).await(within);
    }

    <T> T await(Mono<T> mono) {
        return await(mono, Duration.ofSeconds(5));
    }

    WorkflowResult run(WorkflowDefinition definition, Map<String, Object> input) {
        return await(engine.bind(definition).run(input));
    }

    WorkflowResult run(WorkflowDefinition definition) {
        return run(definition, NOTHING);
    }

    <T> Begun<T> begin(Mono<T> mono) {
        Begun<T> begun = new Begun<>();
        begun.subscription = mono.doFinally(begun.end::set).subscribe(begun.value::set, begun.error::set);
        settle();
        return begun;
    }

    List<JournalEntry> journal(String runId) {
        return Objects.requireNonNull(
                log.journal(new RunKey("", runId), -1, 100_000).collectList().block());
    }

    List<String> kinds(String runId) {
        return journal(runId).stream().map(entry -> entry.kind().name()).collect(Collectors.toList());
    }

    RunLog.Query all() {
        return new RunLog.Query("", null, null, null, 1_000);
    }

    WorkflowState stored(String runId) {
        return Objects.requireNonNull(RunStore.of(log).find(runId).block());
    }

    RunRecord record(RunKey key) {
        return Objects.requireNonNull(log.load(key).block());
    }

    RunKey newest(String tenantId, String workflow) {
        RunLog.Query query = new RunLog.Query(tenantId, workflow, null, null, 1);
        return Objects.requireNonNull(log.page(query).blockFirst()).key();
    }

    /** Why a run has failed. */
    static String code(WorkflowResult result) {
        assertThat(result.status()).isEqualTo(WorkflowStatus.FAILED);
        return Objects.requireNonNull(result.error()).code();
    }

    /** Why a run is paused. */
    static String reason(WorkflowResult result) {
        return Objects.requireNonNull(result.state().pause()).reason();
    }

    String onlyRun() {
        return Objects.requireNonNull(log.page(all()).blockFirst()).key().runId();
    }

    /** Something under way. */
    final class Begun<T> {

        final AtomicReference<T> value = new AtomicReference<>();
        final AtomicReference<Throwable> error = new AtomicReference<>();
        final AtomicReference<SignalType> end = new AtomicReference<>();
        private Disposable subscription = Disposables.disposed();

        @SuppressWarnings("NullAway") // nobody uses the value of a Mono<Void>
        T await(Duration within) {
            Duration step = Duration.ofMillis(50);
            for (Duration left = within; end.get() == null && !left.isNegative(); left = left.minus(step)) {
                pass(step);
            }
            if (error.get() instanceof RuntimeException thrown) {
                throw thrown;
            }
            if (end.get() == null) {
                throw new AssertionError("Nothing came of it within " + within);
            }
            return value.get();
        }

        void leave() {
            subscription.dispose();
        }
    }
}
