package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.durable.Ids;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.ToolCall;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * By what people know calls that wait for them. A name follows from the answers in the journal alone, so a call has the
 * same in each attempt, whatever else is decided, and in whichever order calls come. Thread-safe.
 *
 * <p>A model chooses the ids of its calls: it may give several one id, or one that no store can keep.
 */
final class CallNames {

    private static final String PLACE = "#";

    /** The first call of each id, in the order of the journal. */
    private final Map<String, String> firsts = new ConcurrentHashMap<>();

    private final Map<String, List<String>> paths = new ConcurrentHashMap<>();

    /** Takes in an answer; answers come in the order of the journal. */
    void add(String answer, List<String> path, ChatResponse response) {
        if (paths.putIfAbsent(answer, path) != null) {
            return;
        }
        List<ToolCall> calls = response.toolCalls();
        for (int i = 0; i < calls.size(); i++) {
            firsts.putIfAbsent(calls.get(i).id(), answer + "-" + i);
        }
    }

    /** What is asked of people of a call. */
    AgentStep.ApprovalRequested request(CallPlace place, ToolCall call) {
        List<String> path = paths.getOrDefault(place.answer(), List.of());
        return new AgentStep.ApprovalRequested(path, place.iteration(), name(place, call.id()), call);
    }

    /** The call's own id, if no other call has it; else with its place behind it, which no own id can look like. */
    private String name(CallPlace place, String id) {
        if (Ids.problem(id + PLACE + place.within()) != null) {
            return "call" + PLACE + place.within();
        }
        boolean own = !id.contains(PLACE) && place.key().equals(firsts.get(id));
        return own ? id : id + PLACE + place.within();
    }
}
