package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
import org.junit.jupiter.api.Test;

class ProblemTests {

    @Test
    void aStoreThatDoesNotAnswerMayAnswerLater() {
        assertThat(Problem.of(new StoreUnavailableException("No answer.", null)).status())
                .isEqualTo(503);
    }

    @Test
    void aStoreThatFailsIsNotTheCallersMistake() {
        assertThat(Problem.of(new StoreFailedException("Disk full.", null)).status())
                .isEqualTo(500);
    }

    @Test
    void whatNoStoreKeepsIsTheCallersMistake() {
        assertThat(Problem.of(new StateNotStorableException("It has a NUL.", null)))
                .isEqualTo(new Problem("Bad Request", 400, "It has a NUL.", "state_not_storable"));
    }

    @Test
    void aStoreThatIsAwaySaysWhatToDoIfItIsTheApplicationsOwn() {
        assertThat(Problem.of(new StoreUnavailableException("No answer.", null)).detail())
                .startsWith("No answer. ")
                .contains("start the application again");
    }
}
