package io.cortexreactive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example with its simulated model, as somebody runs it. */
class ResearchIT {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void iterationsOfBothAgentsAndTheSourcesAreTold() {
        List<String> told = new ArrayList<>();

        Simulation.run(
                (cortex, server) -> Research.told(cortex).doOnNext(told::add).blockLast(LONG));

        assertThat(String.join("", told))
                .containsSubsequence(
                        "- research > searcher 1\n",
                        "docs/plugins/events.md",
                        "- research > searcher 2\n",
                        "- research 1\n",
                        "- research 2\n",
                        "Sources: [",
                        "docs/plugins/events.md");
    }
}
