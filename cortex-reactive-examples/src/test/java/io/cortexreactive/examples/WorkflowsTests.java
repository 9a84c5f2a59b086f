package io.cortexreactive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example, as somebody runs it. */
class WorkflowsTests {

    @Test
    void theRunGoesOnBehindAnotherFrontDoor() {
        List<String> told = new ArrayList<>();

        Workflows.show(told::add);

        assertThat(told).hasSize(2);
        assertThat(told.get(0)).isEqualTo("PAUSED at approve: The sea is wide.");
        assertThat(told.get(1)).startsWith("COMPLETED: published as ");
    }
}
