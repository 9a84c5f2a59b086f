package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.RunRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt at it a run was in when it was written last, which its row keeps as the node: the store counts only
 * those that have written nothing since.
 *
 * @param number from 1; 0 before the first
 * @param open whether that attempt goes on once the run is taken: it was given back, or waited for somebody
 */
record Tries(int number, boolean open) {

    /** The node of a run that was never written. */
    static final String NONE = "agent";

    private static final String ATTEMPT = "attempt ";
    private static final String OPEN = "+";

    private static Tries kept(@Nullable String node) {
        if (node == null || !node.startsWith(ATTEMPT)) {
            return new Tries(0, false);
        }
        boolean open = node.endsWith(OPEN);
        return new Tries(Integer.parseInt(node, ATTEMPT.length(), node.length() - (open ? 1 : 0), 10), open);
    }

    /** The number of the attempt that a run is in, or was in at last. */
    static int of(RunRecord run) {
        Tries kept = kept(run.progress().node());
        int taken = run.progress().attempts();
        int number = kept.number() + (kept.open() && taken > 0 ? taken - 1 : taken);
        return run.times().startedAt() == null ? number : Math.max(1, number);
    }

    String node() {
        return ATTEMPT + number + (open ? OPEN : "");
    }
}
