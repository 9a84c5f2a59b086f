package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.Stopping;
import org.jspecify.annotations.Nullable;

/** The engine of this process is stopped, so that nobody here would go on with what is waited for. */
public final class EngineStoppedException extends CortexException implements Lasting, Stopping {

    private final @Nullable String runId;

    /**
     * Says so.
     *
     * @param runId the run that was waited for; null for one that was not begun
     */
    public EngineStoppedException(@Nullable String runId) {
        super(
                "engine_stopped",
                runId == null
                        ? "The engine is stopped, and nothing was begun. Start it, or do not wait, which leaves the run to"
                                + " other processes."
                        : "The engine is stopped. Run '" + runId
                                + "' goes on in another process, or here once the engine"
                                + " is started: follow it then.",
                null);
        this.runId = runId;
    }

    /** The run that was waited for, and is not hurt; null if it was not begun. */
    public @Nullable String runId() {
        return runId;
    }
}
