package io.cortexreactive.persistence;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.workflow.NodeContext;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.ResumeOptions;
import io.cortexreactive.workflow.RunOptions;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeExited;
import io.cortexreactive.workflow.WorkflowResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A process that works on runs, says what it does, and does what it is told. Each node writes its idempotency key to
 * the ledger first, and gives the name of its worker. It ends with its input, so that it outlives no test.
 */
final class FaultWorker {

    private static final List<String> OPTIONS = List.of(
            "-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dio.netty.leakDetection.level=disabled");

    private static final Duration SCAN = Duration.ofMillis(200);
    private static final Duration DRAIN = Duration.ofMinutes(1);
    private static final int LONGEST_WORK_MILLIS = 15;

    private final Setup setup;
    private final SharedStore store;
    private final WorkflowEngine engine;
    private final Map<String, Workflow> workflows = new HashMap<>();
    private final Sinks.Empty<Void> gate = Sinks.empty();

    /**
     * What makes a worker.
     *
     * @param address of the store
     * @param queue whose runs it takes
     * @param name which nodes give as their output
     * @param version of the workflows it has
     * @param lease how long it lives without a beat
     * @param open whether it goes through gates without being told to
     */
    record Setup(String address, String queue, String name, String version, Duration lease, boolean open) {

        /** With workflows of the first version. */
        static Setup of(String address, String queue, String name, Duration lease) {
            return new Setup(address, queue, name, "1", lease, false);
        }

        Setup opened() {
            return new Setup(address, queue, name, version, lease, true);
        }

        Setup withVersion(String value) {
            return new Setup(address, queue, name, value, lease, open);
        }

        static Setup parse(String... arguments) {
            return new Setup(
                    arguments[0],
                    arguments[1],
                    arguments[2],
                    arguments[3],
                    Duration.parse(arguments[4]),
                    Boolean.parseBoolean(arguments[5]));
        }

        /**
         * The process, which begins to take runs when it is told to {@code start}.
         *
         * @param options more of its JVM
         */
        ForkedJvm fork(String... options) {
            return forkAs(FaultWorker.class, options);
        }

        /** The same with another main class, which parses the same arguments. */
        ForkedJvm forkAs(Class<?> main, String... options) {
            return ForkedJvm.start(
                    Stream.concat(OPTIONS.stream(), Stream.of(options)).toList(),
                    main,
                    address,
                    queue,
                    name,
                    version,
                    lease.toString(),
                    Boolean.toString(open));
        }

        EngineSettings settings() {
            EngineSettings.Lease owner = new EngineSettings.Lease(
                    lease, lease.dividedBy(8), lease.multipliedBy(2).dividedBy(3));
            return new EngineSettings(queue, 16, owner, SCAN, DRAIN, EngineSettings.DEFAULTS.maxStateBytes());
        }
    }

    private FaultWorker(Setup setup) {
        this.setup = setup;
        store = SharedStore.at(setup.address());
        engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store.runs())
                .with(WorkflowEngine.Parts.Around.nothing().withEvents(new Committed()))
                .with(setup.settings()));
        new FaultWorkflows(setup.version(), this::node)
                .all()
                .forEach(definition -> workflows.put(definition.id(), engine.bind(definition)));
        if (setup.open()) {
            gate.tryEmitEmpty();
        }
    }

    /** Arguments: as {@link Setup#fork()} gives them. */
    public static void main(String[] arguments) throws IOException {
        FaultWorker worker = new FaultWorker(Setup.parse(arguments));
        Runtime.getRuntime().addShutdownHook(new Thread(worker::drain));
        say("ready " + Instant.now());
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            orders.lines().forEach(order -> worker.obey(order.split(" ")));
        }
        Runtime.getRuntime().halt(0);
    }

    static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private void drain() {
        say("draining");
        engine.stop().block();
        say("drained");
    }

    private void obey(String... order) {
        switch (order[0]) {
            case "start" -> begin(engine.start().doOnSuccess(nothing -> say("started")));
            case "stop" -> begin(engine.stop().doOnSuccess(nothing -> say("stopped")));
            case "open" -> gate.tryEmitEmpty();
            case "run" -> begin(told(workflow(order[1]).run(Map.of(), new RunOptions(order[2], null))));
            case "resume" ->
                begin(told(workflow(order[1]).resume(order[2], Map.of("by", setup.name()), ResumeOptions.DEFAULTS)));
            default -> throw new IllegalArgumentException(order[0]);
        }
    }

    private Workflow workflow(String id) {
        return Objects.requireNonNull(workflows.get(id), id);
    }

    private static Mono<WorkflowResult> told(Mono<WorkflowResult> work) {
        return work.doOnNext(result -> say("result " + result.status() + " " + result.runId()));
    }

    static void begin(Mono<?> work) {
        Disposable unused = work.subscribe(done -> {}, error -> say("failed " + error));
    }

    private Mono<NodeResult> node(NodeContext context) {
        return store.write(context.idempotencyKey(), setup.name())
                .then(Mono.fromRunnable(() -> say("ran " + context.node() + " " + context.idempotencyKey())))
                .then(Mono.defer(() -> work(context.node())))
                .thenReturn(NodeResult.of(setup.name()));
    }

    private Mono<Void> work(String node) {
        if (node.startsWith("gate")) {
            return gate.asMono();
        } else if (node.equals("die")) {
            Runtime.getRuntime().halt(1);
        } else if (node.equals("hang") && !setup.open()) {
            return hang();
        }
        return Mono.delay(Duration.ofMillis(ThreadLocalRandom.current().nextInt(LONGEST_WORK_MILLIS)))
                .then();
    }

    /** Nothing in this process can say any more that the time is over; only its beats go on. */
    private static Mono<Void> hang() {
        for (int i = 0; i < Schedulers.DEFAULT_POOL_SIZE; i++) {
            Schedulers.parallel().schedule(() -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        return Mono.never();
    }

    /** Says which nodes are committed. */
    private static final class Committed implements EventPublisher {

        @Override
        public boolean wants(Class<? extends CortexEvent> type) {
            return type == WorkflowNodeExited.class;
        }

        @Override
        public void publish(CortexEvent event) {
            if (event instanceof WorkflowNodeExited exited) {
                say("committed " + exited.node() + " " + exited.meta().runId());
            }
        }
    }
}
