package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cortexreactive.examples.database.RunDatabase;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;

/** What somebody reads whose application does not start. */
class StartFailureAnalyzerTests {

    private static FailureAnalysis analysis(Throwable cause) {
        return Objects.requireNonNull(new StartFailureAnalyzer().analyze(new IllegalStateException("deep", cause)));
    }

    @Test
    void aDatabaseThatCannotBeUsedIsSaidWithWhatToDo() {
        FailureAnalysis said = analysis(catchThrowable(() -> RunDatabase.at("jdbc:postgresql://localhost/runs")));

        assertThat(said.getDescription()).startsWith("CORTEX_POSTGRES_URL takes an address such as r2dbc:postgresql:");
        assertThat(said.getAction()).contains("CORTEX_RUNS_IN_MEMORY=true");
    }

    @Test
    void aPortThatIsTakenIsSaidWithWhatToDo() {
        FailureAnalysis said = analysis(new PortInUseException(8080));

        assertThat(said.getDescription()).isEqualTo("Port 8080 is already in use.");
        assertThat(said.getAction()).contains("SERVER_PORT=8081");
    }

    @Test
    void whatIsNotKnownIsLeftToOthers() {
        assertThat(new StartFailureAnalyzer().analyze(new IllegalStateException("other")))
                .isNull();
    }
}
