package io.cortexreactive.examples.app.queue;

import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.error.ErrorInfo;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as pages show it; see {@link AgentRuns.Info}.
 *
 * @param attempt which one it is at, or was at last; 0 if nobody has taken it yet
 */
record RunLine(
        String id,
        String agent,
        String status,
        int attempt,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable ErrorInfo error,
        @Nullable String redriveOf) {

    static RunLine of(AgentRuns.Info run) {
        return new RunLine(
                run.runId(),
                run.agentId(),
                run.status().name().toLowerCase(Locale.ROOT),
                run.attempt(),
                run.createdAt(),
                run.startedAt(),
                run.completedAt(),
                Optional.ofNullable(run.error()).map(ErrorInfo::shown).orElse(null),
                run.redriveOf());
    }
}
