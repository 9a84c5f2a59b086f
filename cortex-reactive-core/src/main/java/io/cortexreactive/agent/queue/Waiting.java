package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.StateJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call with which a paused run waits until somebody decides.
 *
 * @param id the key of the call
 * @param content what it is to do
 * @param step as it was shown
 */
record Waiting(String id, String content, AgentStep.ApprovalRequested step) {

    /** Those of a run; none if it is not paused. */
    static List<Waiting> of(RunRecord run) {
        RunRecord.Waiting pause = run.pause();
        String spec = pause == null ? null : pause.spec();
        return spec == null ? List.of() : read(StateJson.read(spec).get("calls"));
    }

    private static List<Waiting> read(@Nullable Object plain) {
        List<Waiting> all = new ArrayList<>();
        for (Object call : StepJson.list(plain)) {
            Map<String, Object> one = StepJson.map(call);
            all.add(new Waiting(
                    StepJson.text(one.get("id")), StepJson.text(one.get("content")), (AgentStep.ApprovalRequested)
                            StepJson.read(one.get("step"), AgentStep.class)));
        }
        return all;
    }

    Map<String, Object> plain() {
        return Map.of("id", id, "content", content, "step", step);
    }

    /** The id of a decision, the same for the same one. */
    static String request(String callId, boolean granted) {
        return (granted ? "grant:" : "deny:") + callId;
    }
}
