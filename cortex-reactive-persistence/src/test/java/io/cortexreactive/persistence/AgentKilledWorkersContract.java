package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.durable.JournalEntry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@link KilledWorkersContract} says of workflows, of agents that wait in a queue. */
abstract class AgentKilledWorkersContract {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final long KEYS = FaultAgents.ANSWERS + (FaultAgents.ANSWERS - 1L) * FaultAgents.CALLS;

    /** Where runs are kept, as {@link SharedStore#at} takes it. */
    abstract String address();

    @Test
    void agentsOfKilledWorkersGoOnElsewhere() {
        kill(new Storm(6, 2), 6).assertGood();
    }

    @Test
    @Tag("faults")
    void noneOfManyAgentsIsLostToManyKills() {
        AgentFigures figures = kill(new Storm(200, 60), 16);

        System.out.println(getClass().getSimpleName() + ", kill -9: " + figures);
        figures.assertGood();
    }

    private AgentFigures kill(Storm storm, int atATime) {
        try (AgentOnlooker onlooker = new AgentOnlooker(address());
                Crew crew = new Crew(name -> onlooker.fork(name, LEASE))) {
            List<String> runs = storm.over(more -> onlooker.lead(atATime, more), crew::killOne);

            AgentFigures figures = onlooker.figures(runs, storm.faults(), crew.killed());
            assertThat(onlooker.begun(runs)).describedAs(figures.toString()).isEqualTo(KEYS * runs.size());
            return figures;
        }
    }

    @Test
    void workerThatWasHeldForTwoLeasesCommitsNothingOfAgents() {
        try (AgentOnlooker onlooker = new AgentOnlooker(address());
                ForkedJvm held = onlooker.fork("held", FaultWorkflows.SHORT);
                ForkedJvm heir = onlooker.fork("heir", FaultWorkflows.SHORT)) {
            held.tell("start");
            String calling = onlooker.begin(FaultAgents.GATED);
            String answering = onlooker.begin(FaultAgents.HALF);
            String cancelled = onlooker.begin(FaultAgents.GATED);
            held.await("ran gate " + calling);
            held.await("ran half " + answering);
            held.await("ran gate " + cancelled);
            held.stop();
            onlooker.cancel(cancelled);
            heir.tell("start");
            heir.await("ran gate " + calling);
            heir.await("ran half " + answering);
            onlooker.ended(onlooker.begin(FaultAgents.NAP));
            List<String> runs = List.of(calling, answering, cancelled);
            List<List<JournalEntry>> before =
                    runs.stream().map(onlooker::journal).toList();

            held.tell("open");
            held.tell("stop");
            held.proceed();
            held.await("stopped");

            assertThat(runs.stream().map(onlooker::journal).toList()).isEqualTo(before);
            heir.tell("open");
            onlooker.ended(calling);
            onlooker.ended(answering);
            assertThat(onlooker.steps(calling))
                    .filteredOn(AgentStep.ToolFinished.class::isInstance)
                    .singleElement()
                    .satisfies(step -> assertThat(
                                    ((AgentStep.ToolFinished) step).result().output())
                            .isEqualTo("heir"));
            assertThat(onlooker.steps(answering))
                    .filteredOn(AgentStep.Restarted.class::isInstance)
                    .hasSize(1);
            onlooker.figures(List.of(calling, answering), 1, Set.of("held")).assertGood();
        }
    }
}
