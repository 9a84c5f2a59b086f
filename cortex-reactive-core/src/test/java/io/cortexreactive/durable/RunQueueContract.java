package io.cortexreactive.durable;

import static io.cortexreactive.durable.RunSteps.LONG;
import static io.cortexreactive.durable.RunSteps.id;
import static io.cortexreactive.durable.RunSteps.value;
import static io.cortexreactive.durable.RunSteps.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Fairness;
import io.cortexreactive.durable.RunLog.QueueLoad;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.WorkerInfo;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.Transition.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The part of {@link RunStoreContract} about queues: who waits for how long, how many may, and whose turn it is. */
abstract class RunQueueContract extends RunOwnershipContract {

    private static final int NOISE = 60;

    private RunRecord startAs(String tenant, Terms terms) {
        return steps.start(steps.run(new RunKey(tenant, id("run")), null, Lineage.NONE, terms));
    }

    private Terms terms(int priority) {
        return new Terms(UUID.randomUUID(), steps.queue, priority, null, null, null);
    }

    private RunRecord startAs(String tenant) {
        return startAs(tenant, terms(100));
    }

    private Claim fair(String worker, @Nullable RunKey only, int limit, int perTenant) {
        return new Claim(worker, steps.queue, Set.of(steps.code), only, limit, new Fairness(perTenant));
    }

    private List<RunRecord> claimFairly(String worker, int limit, int perTenant) {
        return values(log().claim(fair(worker, null, limit, perTenant)));
    }

    private static Map<String, Long> byTenant(List<RunRecord> runs) {
        return runs.stream().collect(Collectors.groupingBy(run -> run.key().tenantId(), Collectors.counting()));
    }

    private QueueLoad load(String tenant) {
        return value(log().load()
                .filter(load ->
                        load.queue().equals(steps.queue) && load.tenantId().equals(tenant))
                .single());
    }

    @Test
    public void delayedRunIsClaimedOnlyLater() {
        NewRun run = steps.run(steps.key(), null, Lineage.NONE, terms(100).withDelay(shortTime()));

        RunRecord begun = steps.start(run);

        assertThat(begun.status()).isEqualTo(RunStatus.PENDING);
        assertThat(steps.tryClaim(steps.worker(), run.key())).isEmpty();
        assertThat(steps.start(run)).isEqualTo(begun);
        Mono<List<Swept>> sweep =
                log().sweep(ALL).filter(swept -> swept.key().equals(run.key())).collectList();
        List<Swept> swept = value(afterShortTime()
                .then(sweep)
                .repeat()
                .filter(list -> !list.isEmpty())
                .next());
        assertThat(swept).extracting(Swept::change).containsExactly(Change.WOKEN);
        assertThat(steps.claim(run.key()).progress().epoch()).isEqualTo(1);
    }

    @Test
    public void delayedRunIsNotTakenByWhoBeginsIt() {
        Terms terms = steps.terms(null, steps.worker()).withDelay(Duration.ofHours(1));

        RunRecord begun = steps.start(steps.run(steps.key(), null, Lineage.NONE, terms));

        assertThat(begun.status()).isEqualTo(RunStatus.PENDING);
        assertThat(begun.progress().epoch()).isZero();
        assertThat(steps.cancel(begun.key()).accepted()).isTrue();
    }

    @Test
    public void noDelayIsNone() {
        Terms terms = steps.terms(null, steps.worker()).withDelay(Duration.ZERO);

        RunRecord begun = steps.start(steps.run(steps.key(), null, Lineage.NONE, terms.withMostWaiting(1)));

        assertThat(begun.status()).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    public void fullQueueRefusesRuns() {
        RunRecord first = steps.start();
        startAs(id("tenant"), terms(1).withDelay(Duration.ofHours(1)));
        NewRun refused = steps.run(steps.key(), null, Lineage.NONE, terms(1).withMostWaiting(2));

        assertThatThrownBy(() -> steps.start(refused))
                .isInstanceOfSatisfying(QueueFullException.class, error -> {
                    assertThat(error.queue()).isEqualTo(steps.queue);
                    assertThat(error.limit()).isEqualTo(2);
                })
                .hasMessageContaining(steps.queue)
                .hasMessageContaining("2");

        assertThat(log().load(refused.key()).block(LONG)).isNull();
        assertThat(steps.journal(refused.key())).isEmpty();
        steps.claim(first.key());
        assertThat(steps.start(refused).key()).isEqualTo(refused.key());
        assertThat(steps.start(refused).key()).isEqualTo(refused.key());
    }

    @Test
    public void fullQueueStillGivesTheFirstRunOfAKey() {
        Once once = new Once(id("key"), "hash");
        RunRecord first = steps.start(steps.run(steps.key(), once, Lineage.NONE, terms(1).withMostWaiting(1)));

        Started again = value(log().start(steps.run(steps.key(), once, Lineage.NONE, terms(1).withMostWaiting(1))));

        assertThat(again).isEqualTo(new Started(first, false));
        assertThatThrownBy(() -> steps.start(
                        steps.run(steps.key(), new Once(id("key"), "hash"), Lineage.NONE, terms(1).withMostWaiting(1))))
                .isInstanceOf(QueueFullException.class);
    }

    @Test
    public void runsOfOtherQueuesAreNotCounted() {
        steps.start();
        Terms elsewhere = new Terms(UUID.randomUUID(), id("queue"), 1, null, null, null).withMostWaiting(1);

        assertThat(startAs(steps.tenant, elsewhere).status()).isEqualTo(RunStatus.PENDING);
    }

    @Test
    public void noisyTenantDoesNotStarveOthers() {
        String noisy = id("noisy");
        String quiet = id("quiet");
        IntStream.range(0, NOISE).forEach(i -> startAs(noisy, terms(1)));
        startAs(quiet);
        startAs(quiet);
        startAs(steps.tenant);

        assertThat(byTenant(claimFairly(steps.worker(), 5, NOISE)))
                .containsEntry(quiet, 2L)
                .containsEntry(steps.tenant, 1L)
                .containsEntry(noisy, 2L);
        startAs(steps.tenant);
        assertThat(byTenant(claimFairly(steps.worker(), 1, NOISE))).containsExactly(Map.entry(steps.tenant, 1L));
        assertThat(byTenant(claimFairly(steps.worker(), 9, NOISE))).containsExactly(Map.entry(noisy, 9L));
    }

    /** Where each run ends before the next one is claimed, nobody ever has more running. */
    @Test
    public void tenantWithAnEndlessBacklogLeavesOthersTheirTurn() {
        String noisy = id("noisy");
        IntStream.range(0, NOISE).forEach(i -> startAs(noisy, terms(1)));
        RunRecord other = startAs(id("quiet"));
        String worker = steps.worker();

        for (int i = 0; i < NOISE && steps.load(other.key()).status() == RunStatus.PENDING; i++) {
            steps.after(claimFairly(worker, 1, 5).get(0), Move.COMPLETE);
        }

        assertThat(steps.load(other.key()).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    public void priorityCountsWithinATenant() {
        String other = id("tenant");
        RunRecord later = startAs(other, terms(500));
        RunRecord first = startAs(steps.tenant, terms(2));
        RunRecord urgent = startAs(steps.tenant, terms(1));

        assertThat(claimFairly(steps.worker(), 2, 9))
                .extracting(RunRecord::key)
                .containsExactlyInAnyOrder(urgent.key(), later.key());
        assertThat(claimFairly(steps.worker(), 2, 9)).extracting(RunRecord::key).containsExactly(first.key());
    }

    @Test
    public void tenantHasSoManyRunningAtMost() {
        List<RunRecord> begun =
                IntStream.range(0, 5).mapToObj(i -> startAs(steps.tenant)).toList();
        String worker = steps.worker();

        List<RunRecord> taken = claimFairly(worker, 9, 2);
        RunRecord last = begun.stream()
                .filter(run -> taken.stream().noneMatch(other -> other.key().equals(run.key())))
                .findFirst()
                .orElseThrow();

        assertThat(taken).hasSize(2);
        assertThat(claimFairly(steps.worker(), 9, 2)).isEmpty();
        assertThat(values(log().claim(fair(worker, last.key(), 1, 2)))).isEmpty();
        steps.after(taken.get(0), Move.COMPLETE);
        assertThat(values(log().claim(fair(worker, last.key(), 1, 2))))
                .extracting(RunRecord::key)
                .containsExactly(last.key());
        assertThat(claimFairly(steps.worker(), 9, 2)).isEmpty();
        assertThat(claimFairly(steps.worker(), 9, 3)).hasSize(1);
    }

    @Test
    public void racingClaimsKeepToTheMostOfATenant() {
        List<String> tenants = List.of(id("tenant"), id("tenant"), id("tenant"));
        tenants.forEach(tenant -> IntStream.range(0, 20).forEach(i -> startAs(tenant)));

        List<List<RunRecord>> claimed = race(Mono.fromCallable(steps::worker)
                .flatMapMany(worker -> log().claim(fair(worker, null, 4, 3)))
                .collectList());

        Map<String, Long> running =
                byTenant(claimed.stream().flatMap(List::stream).toList());
        assertThat(running.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(3));
        List<RunRecord> rest = claimFairly(steps.worker(), ALL, 3);
        List<RunRecord> all = Stream.concat(claimed.stream().flatMap(List::stream), rest.stream())
                .toList();
        assertThat(byTenant(all))
                .containsOnlyKeys(tenants)
                .allSatisfy((tenant, count) -> assertThat(count).isEqualTo(3));
    }

    @Test
    public void fairClaimTakesOnlyWhatCanBeRun() {
        RunRecord run = startAs(steps.tenant);
        startAs(steps.tenant, terms(1).withDelay(Duration.ofHours(1)));
        Set<Code> others = Set.of(new Code(steps.code.definition(), "2"));

        assertThat(values(log().claim(new Claim(steps.worker(), steps.queue, others, null, 9, new Fairness(9)))))
                .isEmpty();
        assertThat(claimFairly(id("nobody"), 9, 9)).isEmpty();
        assertThat(claimFairly(steps.worker(), 9, 9)).extracting(RunRecord::key).containsExactly(run.key());
    }

    @Test
    public void loadSaysWhatThereIsToDo() {
        Instant before = steps.start().times().createdAt();
        steps.start();
        startAs(steps.tenant, terms(1).withDelay(Duration.ofHours(1)));
        RunRecord running = steps.startOn(steps.worker());
        RunRecord paused = steps.startOn(steps.worker());
        steps.after(paused, Move.PAUSE);
        RunRecord parked = steps.startOn(steps.worker());
        steps.after(parked, Move.PARK);
        String other = id("tenant");
        steps.claim(startAs(other).key());

        assertThat(load(steps.tenant)).isEqualTo(new QueueLoad(steps.queue, steps.tenant, 2, 2, 1, 1, before));
        assertThat(load(other)).isEqualTo(new QueueLoad(steps.queue, other, 0, 0, 1, 0, null));

        steps.after(running, Move.COMPLETE);
        steps.cancel(values(log().page(new RunLog.Query(other, null, null, null, 1)))
                .get(0)
                .key());
        assertThat(load(steps.tenant).running()).isZero();
        assertThat(values(log().load())).extracting(QueueLoad::tenantId).doesNotContain(other);
    }

    @Test
    public void workersThatLiveAreListed() {
        String busy = steps.worker();
        String draining = steps.worker();
        String gone = steps.worker();
        RunRecord held = steps.startOn(busy);
        log().beat(draining, Duration.ofHours(1), true, Map.of()).block(LONG);
        log().leave(gone).block(LONG);

        Map<String, WorkerInfo> workers = value(log().workers().collectMap(WorkerInfo::id));

        assertThat(workers).doesNotContainKey(gone);
        assertThat(workers.get(busy)).satisfies(worker -> {
            assertThat(worker.draining()).isFalse();
            assertThat(worker.runs()).isEqualTo(1);
            assertThat(worker.until()).isAfter(held.times().createdAt().plus(Duration.ofHours(40)));
        });
        assertThat(workers.get(draining)).satisfies(worker -> {
            assertThat(worker.draining()).isTrue();
            assertThat(worker.runs()).isZero();
        });
    }
}
