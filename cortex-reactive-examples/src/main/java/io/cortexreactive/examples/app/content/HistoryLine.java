package io.cortexreactive.examples.app.content;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.workflow.WorkflowState.HistoryEntry;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A transition in a table; see {@link HistoryEntry}. */
record HistoryLine(
        long sequence,
        String kind,
        @Nullable String node,
        @Nullable Object output,
        @Nullable ErrorInfo error,
        Instant at) {

    static HistoryLine of(HistoryEntry entry) {
        return new HistoryLine(
                entry.sequence(),
                entry.kind().value(),
                entry.node(),
                entry.output(),
                Optional.ofNullable(entry.error()).map(ErrorInfo::shown).orElse(null),
                entry.at());
    }
}
