package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.persistence.Onlooker.Figures;
import io.cortexreactive.workflow.WorkflowStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Processes that work on runs of one store, and are killed or held. The long runs have the tag {@code faults}; another
 * seed is given by {@code -Dfaults.seed=}.
 */
abstract class KilledWorkersContract {

    private static final Duration LEASE = Duration.ofSeconds(2);

    /** Where runs are kept, as {@link SharedStore#at} takes it. */
    abstract String address();

    @Test
    void runsOfKilledWorkersGoOnElsewhere() {
        kill(new Storm(6, 2), 6).assertGood();
    }

    @Test
    @Tag("faults")
    void noneOfManyRunsIsLostToManyKills() {
        Figures figures = kill(new Storm(200, 60), 16);

        System.out.println(getClass().getSimpleName() + ", kill -9: " + figures);
        figures.assertGood();
    }

    private Figures kill(Storm storm, int atATime) {
        try (Onlooker onlooker = new Onlooker(address());
                Crew crew = new Crew(name -> onlooker.worker(name, LEASE).fork())) {
            List<String> runs = storm.over(more -> onlooker.lead(atATime, more), crew::killOne);

            assertThat(onlooker.nodes(new HashSet<>(runs)))
                    .isEqualTo((long) FaultWorkflows.NODES_OF_LINE * runs.size());
            return onlooker.figures(runs, storm.faults());
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
