package io.cortexreactive.agent;

import io.cortexreactive.message.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest of what a run did. A run may be broken off from another thread while a signal of it is still under way;
 * what that signal brings no longer counts.
 */
final class RunTrace {

    private final int limit;
    private final List<Message> before = new ArrayList<>();
    private final Deque<Kept> kept = new ArrayDeque<>();
    private @Nullable AgentTurn current;
    private boolean brokenOff;

    RunTrace(int limit) {
        this.limit = limit;
    }

    /** @param said what was said in the iteration, and after it */
    private record Kept(AgentIteration iteration, List<Message> said) {}

    synchronized void current(AgentTurn turn) {
        current = turn;
    }

    synchronized void keep(AgentIteration iteration, List<Message> said) {
        if (brokenOff) {
            return;
        }
        current = null;
        if (kept.size() == limit) {
            kept.removeFirst();
        }
        kept.addLast(new Kept(iteration, new ArrayList<>(said)));
    }

    synchronized void said(List<Message> messages) {
        (kept.isEmpty() ? before : kept.getLast().said).addAll(messages);
    }

    /** What was said in the iteration under way, as far as it came; nothing counts after this. */
    synchronized List<Message> breakOff() {
        brokenOff = true;
        AgentTurn turn = current;
        current = null;
        return turn == null ? List.of() : turn.breakOff();
    }

    synchronized AgentResponse response(
            AgentRun run, AgentStopReason reason, Map<String, Object> about, RunBudget budget) {
        List<Message> messages = new ArrayList<>(before);
        kept.forEach(one -> messages.addAll(one.said));
        Map<String, Object> metadata = new LinkedHashMap<>(about);
        metadata.put("runId", run.id());
        metadata.put("iterations", budget.iterations());
        return new AgentResponse(
                run.output(),
                kept.stream().map(Kept::iteration).toList(),
                messages,
                budget.usage(),
                budget.taken(),
                reason,
                metadata);
    }
}
