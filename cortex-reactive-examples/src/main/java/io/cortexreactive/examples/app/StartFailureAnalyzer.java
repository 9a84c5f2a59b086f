package io.cortexreactive.examples.app;

import io.cortexreactive.examples.backend.ModelSetupException;
import io.cortexreactive.examples.database.DatabaseSetupException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says in two lines why the application did not start, instead of a stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureAnalyzer implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PortInUseException taken) {
                return new FailureAnalysis(
                        "Port " + taken.getPort() + " is already in use.",
                        "Stop what uses it, or choose another port: SERVER_PORT=8081 in front of the command.",
                        taken);
            }
            if (cause instanceof ModelSetupException unusable) {
                return new FailureAnalysis(
                        unusable.getMessage(),
                        "Correct it, or set CORTEX_SIMULATE=true to run on simulated providers.",
                        unusable);
            }
            if (cause instanceof DatabaseSetupException unusable) {
                return new FailureAnalysis(
                        unusable.getMessage(),
                        "Correct it. CORTEX_POSTGRES_URL and CORTEX_REDIS_URL name servers, and without them the application"
                                + " starts its own; CORTEX_RUNS_IN_MEMORY=true keeps runs only as long as it runs, and"
                                + " CORTEX_QUEUE_IN_MEMORY=true those of agents alone.",
                        unusable);
            }
        }
        return null;
    }
}
