package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.persistence.Onlooker.Figures;
import io.cortexreactive.workflow.WorkflowStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Processes that work on runs of one store, and are killed or held. The long runs have the tag {@code faults}; another
 * seed is given by {@code -Dfaults.seed=}.
 */
abstract class KilledWorkersContract {

    private static final long SEED = Long.getLong("faults.seed", 20_261_126L);
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration VERY_LONG = Duration.ofMinutes(20);
    private static final int WORKERS = 3;
    private static final int MOST_NODES = 8;
    private static final int LONGEST_WAIT_MILLIS = 15;

    /** Where runs are kept, as {@link SharedStore#at} takes it. */
    abstract String address();

    @Test
    void runsOfKilledWorkersGoOnElsewhere() {
        kill(6, 2, 6).assertGood();
    }

    @Test
    @Tag("faults")
    void noneOfManyRunsIsLostToManyKills() {
        Figures figures = kill(200, 60, 16);

        System.out.println(getClass().getSimpleName() + ", kill -9: " + figures);
        figures.assertGood();
    }

    /** Runs go on beginning until enough was killed. */
    private Figures kill(int least, int kills, int atATime) {
        try (Onlooker onlooker = new Onlooker(address());
                Crew crew = new Crew(onlooker)) {
            AtomicBoolean killed = new AtomicBoolean();
            CompletableFuture<@Nullable List<String>> ended = onlooker.lead(
                            atATime, number -> number < least || !killed.get())
                    .collectList()
                    .toFuture();
            for (int i = 0; i < kills; i++) {
                crew.killOne();
            }
            killed.set(true);
            List<String> runs = Objects.requireNonNull(Mono.fromFuture(ended).block(VERY_LONG));

            assertThat(runs).hasSizeGreaterThanOrEqualTo(least).doesNotHaveDuplicates();
            assertThat(onlooker.nodes(new HashSet<>(runs)))
                    .isEqualTo((long) FaultWorkflows.NODES_OF_LINE * runs.size());
            return onlooker.figures(runs, kills);
        }
    }

    /** Workers, of whom one after the other is killed and replaced. */
    private static final class Crew implements AutoCloseable {

        private final Random random = new Random(SEED);
        private final Onlooker onlooker;
        private final ForkedJvm[] workers = new ForkedJvm[WORKERS];
        private int hired;

        Crew(Onlooker onlooker) {
            this.onlooker = onlooker;
            for (int i = 0; i < WORKERS; i++) {
                workers[i] = hire();
            }
        }

        private ForkedJvm hire() {
            ForkedJvm worker = onlooker.worker("w" + hired++, LEASE).fork();
            worker.tell("start");
            return worker;
        }

        /** Anywhere: after so many nodes, and then some time, which is in the middle of others. */
        void killOne() {
            int place = random.nextInt(WORKERS);
            workers[place]
                    .lines()
                    .filter(line -> line.startsWith("ran "))
                    .skip(random.nextInt(MOST_NODES))
                    .next()
                    .delayElement(Duration.ofMillis(random.nextInt(LONGEST_WAIT_MILLIS)))
                    .block(SharedStore.PATIENCE);
            workers[place].kill();
            workers[place] = hire();
        }

        @Override
        public void close() {
            for (ForkedJvm worker : workers) {
                worker.close();
            }
        }
    }

    @Test
    void workerThatWasHeldForTwoLeasesCommitsNothing() {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm held = onlooker.worker("held", FaultWorkflows.SHORT).fork();
                ForkedJvm heir = onlooker.worker("heir", FaultWorkflows.SHORT).fork()) {
            held.tell("start");
            String taken = onlooker.begin(FaultWorkflows.GATED);
            String cancelled = onlooker.begin(FaultWorkflows.GATED);
            held.await("ran gate " + taken);
            held.await("ran gate " + cancelled);
            held.stop();
            onlooker.cancel(FaultWorkflows.GATED, cancelled);
            heir.tell("start");
            heir.await("ran gate " + taken);
            onlooker.ended(FaultWorkflows.NAP, onlooker.begin(FaultWorkflows.NAP));
            List<JournalEntry> before = onlooker.journal(taken);
            List<JournalEntry> end = onlooker.journal(cancelled);

            held.tell("open");
            held.tell("stop");
            held.proceed();
            held.await("stopped");

            assertThat(onlooker.journal(taken)).isEqualTo(before);
            assertThat(onlooker.journal(cancelled)).isEqualTo(end);
            heir.tell("open");
            assertThat(onlooker.ended(FaultWorkflows.GATED, taken)).satisfies(state -> {
                assertThat(state.status()).isEqualTo(WorkflowStatus.COMPLETED);
                assertThat(state.data()).containsEntry("gate", "heir").containsEntry("end", "heir");
            });
            onlooker.figures(List.of(taken), 1).assertGood();
        }
    }
}
