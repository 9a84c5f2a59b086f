package io.cortexreactive.workflow;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.NoticeRelay;
import io.cortexreactive.durable.Rounds;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.Worker;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.workflow.RunTelling.Position;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Tells of what happens with runs: those who listen in this process, who watches a run, and who hands it on from the
 * outbox. Thread-safe.
 */
final class RunEvents {

    private final RunStore store;
    private final EventPublisher events;
    private final TenantResolver tenants;
    private final Worker worker;
    private final Rounds rounds;
    private final NoticeRelay relay;

    RunEvents(WorkflowEngine.Parts runtime, Worker worker, Rounds rounds, NoticeRelay relay) {
        store = runtime.store();
        events = runtime.around().events();
        tenants = runtime.around().resolver();
        this.worker = worker;
        this.rounds = rounds;
        this.relay = relay;
    }

    void publish(Class<? extends WorkflowEvent> type, Supplier<WorkflowEvent> event) {
        if (events.wants(type)) {
            events.publish(event.get());
        }
    }

    /** Tells of an entry that was committed here. Never fails. */
    Mono<Void> tell(RunRecord run, RunImage before, JournalEntry entry) {
        worker.tell(run.key());
        if (!RunTelling.wanted(events, entry.kind())) {
            return Mono.empty();
        }
        RunTelling telling = new RunTelling(run, before);
        Mono<RunTelling> known = entry.kind() == JournalEntry.Kind.TERMINAL && entry.error() == null
                ? store.journal(run.key(), -1, 1).next().map(telling::begun)
                : Mono.just(telling);
        return known.doOnNext(ready -> RunTelling.publish(events, ready.next(entry)))
                .then()
                .onErrorResume(rounds::outage);
    }

    /** Tells of an entry that the store made, if somebody listens. */
    Mono<Void> tellStored(RunKey key, int seq, JournalEntry.Kind kind) {
        worker.tell(key);
        return told(key, seq, kind, entry -> true);
    }

    /** Tells of an answer, unless it is the repetition of one, of which was told when that was taken. */
    Mono<Void> tellAnswer(RunKey key, int seq, UUID commitId) {
        worker.tell(key);
        return told(
                key, seq, JournalEntry.Kind.INPUT, entry -> entry.commit().id().equals(commitId));
    }

    private Mono<Void> told(RunKey key, int seq, JournalEntry.Kind kind, Predicate<JournalEntry> which) {
        return RunTelling.wanted(events, kind) ? read(key, seq, which).onErrorResume(rounds::outage) : Mono.empty();
    }

    private Mono<Void> read(RunKey key, int seq, Predicate<JournalEntry> which) {
        return store.load(key)
                .flatMap(run -> store.journal(key, -1, seq + 1)
                        .collectList()
                        .doOnNext(entries -> tellLast(new RunTelling(run), entries, seq, which)))
                .then();
    }

    private void tellLast(RunTelling telling, List<JournalEntry> entries, int seq, Predicate<JournalEntry> which) {
        for (JournalEntry entry : entries) {
            List<WorkflowEvent> told = telling.next(entry);
            if (entry.seq() == seq && entry.branch().isEmpty() && which.test(entry)) {
                RunTelling.publish(events, told);
            }
        }
    }

    /** See {@link WorkflowEngine#relay}. */
    Mono<Void> relay(Function<? super WorkflowEvent, ? extends Publisher<?>> to) {
        return relay.run(notices -> {
            RunKey key = notices.get(0).key();
            return Mono.zip(
                    happened(key, notices),
                    tenant(key),
                    (events, tenant) -> notice -> handed(events.getOrDefault(at(notice), List.of()), to)
                            .contextWrite(tenant));
        });
    }

    private static Position at(Notice notice) {
        return new Position(notice.seq(), notice.branch(), 0);
    }

    private static Position at(JournalEntry entry) {
        return new Position(entry.seq(), entry.branch(), 0);
    }

    /** The events of a run's entries; none of a run that is gone. */
    private Mono<Map<Position, List<WorkflowEvent>>> happened(RunKey key, List<Notice> notices) {
        Set<Position> wanted = notices.stream().map(RunEvents::at).collect(Collectors.toSet());
        int first = notices.get(0).seq();
        int last = notices.get(notices.size() - 1).seq();
        return store.load(key)
                .flatMap(run -> {
                    int from = run.snapshot().seq() < first ? run.snapshot().seq() : -1;
                    return telling(run, from)
                            .flatMap(telling -> store.journal(key, from, last - from)
                                    .map(entry -> Map.entry(at(entry), telling.next(entry)))
                                    .filter(told -> wanted.contains(told.getKey()))
                                    .collectMap(Map.Entry::getKey, Map.Entry::getValue));
                })
                .defaultIfEmpty(Map.of());
    }

    /** What goes on from the snapshot, or from the beginning. */
    private Mono<RunTelling> telling(RunRecord run, int from) {
        if (from < 0) {
            return Mono.just(new RunTelling(run));
        }
        RunTelling telling =
                new RunTelling(run, RunImage.fromJson(run.snapshot().json()));
        return run.status().isTerminal()
                ? store.journal(run.key(), -1, 1).next().map(telling::begun).defaultIfEmpty(telling)
                : Mono.just(telling);
    }

    /** A tenant nobody knows is none, and never that of who relays. */
    private Mono<Function<Context, Context>> tenant(RunKey key) {
        Function<Context, Context> nobody =
                context -> context.delete(Tenancy.TENANT_KEY).delete(Tenancy.CORRELATION_KEY);
        return key.tenantId().isEmpty()
                ? Mono.just(nobody)
                : tenants.byId(key.tenantId())
                        .map(tenant -> nobody.andThen(Tenancy.as(tenant)))
                        .defaultIfEmpty(nobody);
    }

    private static Mono<Void> handed(
            List<WorkflowEvent> told, Function<? super WorkflowEvent, ? extends Publisher<?>> to) {
        return Flux.fromIterable(told)
                .concatMap(
                        event -> Mono.defer(() -> Flux.from(to.apply(event)).then())
                                .subscribeOn(Schedulers.boundedElastic())
                                .contextWrite(correlation(event.meta().correlationId())),
                        0)
                .then();
    }

    private static Function<Context, Context> correlation(@Nullable String id) {
        return id == null ? Function.identity() : Tenancy.correlation(id);
    }
}
