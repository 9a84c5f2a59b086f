package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantResolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

class WorkflowRelayTests extends WorkflowFixture {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final List<WorkflowEvent> relayed = new CopyOnWriteArrayList<>();

    private final WorkflowDefinition asking = Workflow.define("asking")
            .callback("a", gives("a"))
            .parallel("p", Merge.all(), branch("x", 1), branch("y", 2))
            .humanInput("h", "ok?", null, null, OnTimeout.fail())
            .edge("a", "p")
            .edge("p", "h")
            .build();

    /** Goes through its node so many times. */
    private WorkflowDefinition looping(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return Workflow.define("looping")
                .loop("l", branch("b", 1), state -> left.getAndDecrement() > 0, times)
                .build();
    }

    private Mono<Void> keep(WorkflowEvent event) {
        return Mono.fromRunnable(() -> relayed.add(event));
    }

    private Begun<Void> relay(WorkflowEngine by, Function<WorkflowEvent, Publisher<?>> to) {
        return begin(by.relay(to));
    }

    private List<WorkflowEvent> followed(String runId) {
        return followed(asking, runId);
    }

    private List<WorkflowEvent> followed(WorkflowDefinition definition, String runId) {
        return await(engine.bind(definition).follow(runId, null).collectList());
    }

    private static List<String> positions(List<WorkflowEvent> events) {
        return events.stream().map(WorkflowRelayTests::position).toList();
    }

    private static String position(WorkflowEvent event) {
        return event.meta().runId() + " " + event.meta().metadata().get("position");
    }

    private List<String> positionsOf(String runId) {
        return positions(relayed.stream()
                .filter(event -> runId.equals(event.meta().runId()))
                .toList());
    }

    private List<RunLog.Notice> left() {
        return await(log.notices("another", 1_000).collectList());
    }

    private String ended(WorkflowEngine on) {
        Workflow workflow = on.bind(asking);
        String runId = await(workflow.run(NOTHING)).runId();
        await(workflow.resume(runId, Map.of("ok", true)));
        return runId;
    }

    @Test
    void eventsAreThoseThatFollowersSeeInTheirOrder() {
        String runId = ended(engine(log));
        relay(engine, this::keep);
        pass(SCAN);

        assertThat(relayed).isEqualTo(followed(runId));
        assertThat(left()).isEmpty();
    }

    @Test
    void whatHappensLaterIsToldLater() {
        relay(engine, this::keep);
        pass(SCAN.multipliedBy(60));
        assertThat(relayed).isEmpty();
        String runId = ended(engine(log));
        pass(SCAN.multipliedBy(2));

        assertThat(relayed).isEqualTo(followed(runId));
    }

    @Test
    void enteringANodeIsToldAlsoByWhoDoesNotKnowTheWorkflow() {
        ended(engine);
        relay(engine(log), this::keep);
        pass(SCAN);

        assertThat(relayed.stream()
                        .filter(WorkflowEvent.WorkflowNodeEntered.class::isInstance)
                        .map(event -> ((WorkflowEvent.WorkflowNodeEntered) event).node()))
                .containsExactly("a", "p", "x", "y", "h");
    }

    @Test
    void oneEventIsToldAfterTheOther() {
        String first = ended(engine);
        String second = ended(engine);
        AtomicInteger ofFirst = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        List<Integer> most = new CopyOnWriteArrayList<>();
        relay(
                engine,
                event -> Mono.defer(() -> {
                    if (first.equals(event.meta().runId())) {
                        assertThat(ofFirst.incrementAndGet()).isEqualTo(1);
                    }
                    most.add(atOnce.incrementAndGet());
                    return Mono.delay(Duration.ofMillis(10)).doOnNext(tick -> {
                        atOnce.decrementAndGet();
                        if (first.equals(event.meta().runId())) {
                            ofFirst.decrementAndGet();
                        }
                        relayed.add(event);
                    });
                }));
        pass(SCAN.multipliedBy(2));

        assertThat(positionsOf(first)).isEqualTo(positions(followed(first)));
        assertThat(positionsOf(second)).isEqualTo(positions(followed(second)));
        assertThat(most).contains(2);
    }

    @Test
    void entryComesAgainAfterAnErrorWhileOtherRunsGoOn() {
        String failing = ended(engine);
        String other = ended(engine);
        List<String> all = positions(followed(failing));
        AtomicInteger failures = new AtomicInteger();
        relay(
                engine,
                event -> keep(event)
                        .then(
                                position(event).equals(all.get(2)) && failures.getAndIncrement() < 2
                                        ? Mono.error(new IllegalStateException("The broker is away."))
                                        : Mono.empty()));
        assertThat(positionsOf(failing)).isEqualTo(all.subList(0, 3));
        assertThat(positionsOf(other)).isEqualTo(positions(followed(other)));
        pass(SCAN.multipliedBy(5));

        List<String> told = new ArrayList<>(all.subList(0, 3));
        told.add(all.get(2));
        told.addAll(all.subList(2, all.size()));
        assertThat(positionsOf(failing)).isEqualTo(told);
        assertThat(left()).isEmpty();
    }

    @Test
    void errorThatIsThrownIsLikeAnyOther() {
        String runId = ended(engine);
        AtomicInteger calls = new AtomicInteger();
        relay(engine, event -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("The broker is away.");
            }
            return keep(event);
        });
        pass(SCAN.multipliedBy(3));

        assertThat(relayed).isEqualTo(followed(runId));
    }

    @Test
    void runThatFailsDoesNotHideOthersHoweverMuchItHas() {
        String failing = await(engine.bind(looping(400)).run(NOTHING)).runId();
        String other = ended(engine);
        relay(
                engine,
                event -> failing.equals(event.meta().runId())
                        ? Mono.error(new IllegalStateException("The broker is away."))
                        : keep(event));
        pass(SCAN.multipliedBy(2));

        assertThat(positionsOf(other)).isEqualTo(positions(followed(other)));
    }

    @Test
    void longRunIsToldToItsEnd() {
        WorkflowDefinition looping = looping(300);
        String runId = await(engine.bind(looping).run(NOTHING)).runId();
        relay(engine, this::keep);
        pass(SCAN.multipliedBy(2));

        assertThat(positions(relayed))
                .isEqualTo(positions(followed(looping, runId)))
                .hasSizeGreaterThan(300);
    }

    @Test
    void relaysShareAndNoneTellsWhatAnotherDoes() {
        List<String> runIds =
                IntStream.range(0, 40).mapToObj(i -> ended(engine)).toList();
        List<WorkflowEvent> first = new CopyOnWriteArrayList<>();
        List<WorkflowEvent> second = new CopyOnWriteArrayList<>();
        relay(engine, event -> Mono.delay(Duration.ofMillis(10)).doOnNext(tick -> first.add(event)));
        relay(engine(log), event -> Mono.delay(Duration.ofMillis(10)).doOnNext(tick -> second.add(event)));
        pass(SCAN.multipliedBy(10));
        relayed.addAll(first);
        relayed.addAll(second);

        assertThat(first).isNotEmpty();
        assertThat(second).isNotEmpty();
        assertThat(runIds).allSatisfy(runId -> assertThat(positionsOf(runId)).isEqualTo(positions(followed(runId))));
    }

    @Test
    void runStaysWithTheRelayThatTakesLong() {
        String runId = ended(engine);
        AtomicInteger calls = new AtomicInteger();
        relay(
                engine,
                event -> calls.getAndIncrement() == 0
                        ? Mono.delay(LEASE.multipliedBy(4)).then(keep(event))
                        : keep(event));
        List<WorkflowEvent> others = new CopyOnWriteArrayList<>();
        relay(engine(log), event -> Mono.fromRunnable(() -> others.add(event)));
        pass(LEASE.multipliedBy(5));

        assertThat(relayed).isEqualTo(followed(runId));
        assertThat(others).isEmpty();
    }

    @Test
    void relayThatCannotBeSureOfARunLeavesItToOthers() {
        String runId = ended(engine);
        Line line = new Line(log);
        List<WorkflowEvent> late = new CopyOnWriteArrayList<>();
        relay(engine(line.store()), event -> Mono.delay(LEASE).doOnNext(tick -> late.add(event)));
        line.cut("notices");
        pass(LEASE.multipliedBy(2));
        relay(engine, this::keep);
        pass(LEASE.multipliedBy(4));

        assertThat(late).isEqualTo(followed(runId).subList(0, 2));
        assertThat(positions(relayed))
                .isEqualTo(positions(followed(runId).subList(2, followed(runId).size())));
    }

    @Test
    void cancelStopsAndLosesNothing() {
        String runId = ended(engine);
        AtomicInteger cancelled = new AtomicInteger();
        List<WorkflowEvent> before = new ArrayList<>();
        Begun<Void> relaying = relay(engine, event -> {
            before.add(event);
            return before.size() < 3 ? Mono.empty() : Mono.never().doOnCancel(cancelled::incrementAndGet);
        });
        assertThat(relaying.end.get()).isNull();
        relaying.leave();
        assertThat(cancelled).hasValue(1);
        pass(SCAN.multipliedBy(2));
        assertThat(before).hasSize(3);
        relay(engine(log), this::keep);
        pass(LEASE.plus(SCAN));

        assertThat(relayed).isEqualTo(followed(runId).subList(2, followed(runId).size()));
    }

    @Test
    void storeThatIsAwayIsWaitedFor() {
        Line line = new Line(log);
        relay(engine(line.store()), this::keep);
        line.cutAll();
        String runId = ended(engine);
        pass(LEASE.multipliedBy(4));
        assertThat(relayed).isEmpty();
        line.mend();
        pass(LEASE.multipliedBy(2));

        assertThat(relayed).isEqualTo(followed(runId));
    }

    @Test
    void storeThatDoesNotTakeOffIsToldTheSameAgain() {
        String runId = ended(engine);
        Line line = new Line(log);
        line.cut("settle");
        relay(engine(line.store()), this::keep);
        line.mend();
        pass(SCAN.multipliedBy(5));
        List<WorkflowEvent> all = followed(runId);

        assertThat(relayed.subList(0, 2)).isEqualTo(all.subList(0, 2));
        assertThat(relayed.subList(2, relayed.size())).isEqualTo(all);
    }

    @Test
    void tenantAndCorrelationIdAreThoseOfTheRun() {
        TenantContext acme = TenantContext.builder("acme").build();
        WorkflowEngine knows = engine(log, EngineSettings.DEFAULTS, new TenantResolver() {
            @Override
            public Mono<TenantContext> resolve() {
                return Mono.empty();
            }

            @Override
            public Mono<TenantContext> byId(String tenantId) {
                return tenantId.equals("acme") ? Mono.just(acme) : Mono.empty();
            }
        });
        await(engine.bind(WorkflowRunTests.single(branch("a", 1)))
                .run(NOTHING)
                .contextWrite(Tenancy.as(acme))
                .contextWrite(Tenancy.correlation("order-42")));
        List<String> seen = contexts(knows);

        assertThat(seen).isNotEmpty().containsOnly("acme order-42 acme order-42");
    }

    @Test
    void relayingForAnUnknownTenantIsForNobody() {
        TenantContext acme = TenantContext.builder("acme").build();
        await(engine.bind(WorkflowRunTests.single(branch("a", 1)))
                .run(NOTHING)
                .contextWrite(Tenancy.as(acme))
                .contextWrite(Tenancy.correlation("order-42")));
        List<String> seen = contexts(engine);

        assertThat(seen).isNotEmpty().containsOnly("nobody order-42 acme order-42");
    }

    private List<String> contexts(WorkflowEngine by) {
        List<String> seen = new CopyOnWriteArrayList<>();
        begin(by.relay(event -> Mono.deferContextual(view -> {
                    String tenant = Tenancy.tenant(view).map(TenantContext::id).orElse("nobody");
                    String correlation = Tenancy.correlationId(view).orElse("none");
                    String meta = event.meta().tenantId() + " " + event.meta().correlationId();
                    seen.add(tenant + " " + correlation + " " + meta);
                    return Mono.empty();
                }))
                .contextWrite(Tenancy.as(TenantContext.builder("relaying").build()))
                .contextWrite(Tenancy.correlation("relaying")));
        pass(SCAN);
        return seen;
    }
}
