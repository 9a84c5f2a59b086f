package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentCheckpoint.Answer;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.tool.ToolApproval;
import io.cortexreactive.tool.ToolResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a run had come to before this attempt, as its journal tells. */
final class History {

    private final Map<String, Answer> answers = new HashMap<>();
    private final CallNames calls = new CallNames();
    private final Map<String, RetrievedContent> found = new HashMap<>();
    private final Map<String, ToolResult> results = new HashMap<>();
    private final Map<String, Decision> decisions = new HashMap<>();
    private final Set<String> begun = new HashSet<>();

    /** What was told, and in which run of an agent. */
    private final Map<String, List<String>> told = new HashMap<>();

    private final Map<String, AgentStep> unfinished = new LinkedHashMap<>();
    private final Map<String, Integer> restarts = new HashMap<>();
    private final Set<Long> vain = new HashSet<>();
    private final Map<String, Long> begins = new HashMap<>();
    private long worked;
    private StagedConversations.Noted conversationAt = StagedConversations.Noted.NOWHERE;
    private @Nullable String lost;

    /**
     * What somebody decided on a call.
     *
     * @param content what the call was to do
     */
    private record Decision(String content, ToolApproval.Decision made) {}

    /** Adds what was kept by a run of which this one is a repetition. */
    void addEarlier(JournalEntry entry) {
        if (entry.payload() != null && entry.kind() == JournalEntry.Kind.NODE) {
            kept(StateJson.read(entry.payload()));
            conversationAt = conversationAt.byEarlier();
        }
    }

    /** Remembers that a run of which this one is a repetition is kept no longer. */
    void lose(String runId) {
        lost = runId;
    }

    /** The run whose work would be done again; null if everything is here. */
    @Nullable
    String lost() {
        return lost;
    }

    void add(JournalEntry entry) {
        if (entry.payload() == null || entry.kind() == JournalEntry.Kind.START) {
            return;
        }
        Map<String, Object> payload = StateJson.read(entry.payload());
        steps(payload).forEach(this::told);
        timed(payload);
        boolean further = kept(payload);
        if (further) {
            vain.clear();
        } else if (payload.containsKey("released")) {
            vain.remove(entry.commit().epoch());
        } else {
            vain.add(entry.commit().epoch());
        }
    }

    /** A repetition has all its time: only what attempts at this run took counts. */
    private void timed(Map<String, Object> payload) {
        if (payload.get("worked") instanceof Number millis) {
            worked = Math.max(worked, millis.longValue());
        }
        Map<String, Object> answer = StepJson.map(payload.get("answer"));
        if (answer.get("begun") instanceof Number millis) {
            String id = StepJson.text(answer.get("id"));
            begins.putIfAbsent(id.substring(0, id.lastIndexOf('/')), millis.longValue());
        }
        Map<String, Object> retrieved = StepJson.map(payload.get("found"));
        if (retrieved.get("begun") instanceof Number millis) {
            begins.putIfAbsent(StepJson.text(retrieved.get("id")), millis.longValue());
        }
    }

    static List<AgentStep> steps(Map<String, Object> payload) {
        return StepJson.list(payload.get("steps")).stream()
                .map(step -> StepJson.read(step, AgentStep.class))
                .toList();
    }

    private void told(AgentStep step) {
        String id = Told.id(step);
        if (id != null) {
            tell(id, step);
        } else if (Told.isOfAnswer(step)) {
            unfinished.put(Told.place(step.path(), step.iteration()), step);
        } else if (step instanceof AgentStep.Restarted) {
            unfinished.remove(Told.place(step.path(), step.iteration()));
            restarts.merge(Told.place(step.path(), step.iteration()), 1, Integer::sum);
        }
    }

    /** Whether the run has come further by it. */
    private boolean kept(Map<String, Object> payload) {
        Map<String, Object> answer = StepJson.map(payload.get("answer"));
        if (!answer.isEmpty()) {
            String id = StepJson.text(answer.get("id"));
            ChatResponse response = StepJson.read(answer.get("response"), ChatResponse.class);
            answers.put(id, new Answer(response, StepJson.map(answer.get("memo"))));
            List<String> path = path(answer);
            calls.add(id, path, response);
            unfinished.remove(Told.place(path, StepJson.number(answer.get("iteration"))));
        }
        Map<String, Object> retrieved = StepJson.map(payload.get("found"));
        if (!retrieved.isEmpty()) {
            found.put(
                    StepJson.text(retrieved.get("id")),
                    StepJson.read(retrieved.get("content"), RetrievedContent.class));
        }
        Map<String, Object> result = StepJson.map(payload.get("result"));
        if (!result.isEmpty()) {
            results.put(StepJson.text(result.get("id")), StepJson.read(result.get("result"), ToolResult.class));
        }
        Map<String, Object> decision = StepJson.map(payload.get("decision"));
        if (!decision.isEmpty()) {
            decisions.put(
                    StepJson.text(decision.get("id")),
                    new Decision(StepJson.text(decision.get("content")), decision(decision)));
        }
        if (payload.containsKey("begun")) {
            begun.add(StepJson.text(payload.get("begun")));
        }
        if (payload.get("conversation") instanceof Number at) {
            conversationAt = conversationAt.at(at.longValue());
        }
        return !answer.isEmpty() || !retrieved.isEmpty() || !result.isEmpty() || !decision.isEmpty();
    }

    private static List<String> path(Map<String, Object> answer) {
        return StepJson.list(answer.get("path")).stream().map(String::valueOf).toList();
    }

    /** Takes in what this attempt has kept, in the order of the journal. */
    void landed(Map<String, Object> kept) {
        Map<String, Object> answer = StepJson.map(kept.get("answer"));
        if (answer.get("response") instanceof ChatResponse response) {
            calls.add(StepJson.text(answer.get("id")), path(answer), response);
        }
    }

    private static ToolApproval.Decision decision(Map<String, Object> plain) {
        Object reason = plain.get("reason");
        return new ToolApproval.Decision(
                Boolean.TRUE.equals(plain.get("granted")), reason == null ? "" : reason.toString());
    }

    /** For how many milliseconds attempts before this one have worked. */
    long worked() {
        return worked;
    }

    /** What had been worked when the run under this key began; now, if it does now. */
    long begun(String key, long now) {
        return begins.getOrDefault(key, now);
    }

    @Nullable
    Answer answer(String id) {
        return answers.get(id);
    }

    /** What the retriever of the run under this key found. */
    @Nullable
    RetrievedContent found(String key) {
        return found.get(key);
    }

    @Nullable
    ToolResult result(String id) {
        return results.get(id);
    }

    /** Whether a call that must not be made again was about to be made. */
    boolean hasBegun(String id) {
        return begun.contains(id);
    }

    /** What was decided on a call that is to do this; null if nothing was. */
    ToolApproval.@Nullable Decision decision(String id, String content) {
        Decision decision = decisions.get(id);
        return (decision == null || !decision.content().equals(content)) ? null : decision.made();
    }

    /** What is asked of people of a call; the same in each attempt. */
    AgentStep.ApprovalRequested request(CallPlace place, ToolCall call) {
        return calls.request(place, call);
    }

    /** Remembers that a step is told; false if it was before. */
    boolean tell(String id, AgentStep step) {
        boolean first = told.putIfAbsent(id, step.path()) == null;
        if (first && step instanceof AgentStep.IterationCompleted) {
            forgetWithin(step.path());
        }
        return first;
    }

    /** What ran in an iteration that is over never comes again, and the next one may call the same agents. */
    private void forgetWithin(List<String> path) {
        told.values()
                .removeIf(inner -> inner.size() > path.size()
                        && inner.subList(0, path.size()).equals(path));
    }

    /** What has to be told of answers that broke off. */
    List<AgentStep> restarted() {
        return unfinished.values().stream().map(this::restarted).toList();
    }

    private AgentStep restarted(AgentStep step) {
        int attempt = restarts.getOrDefault(Told.place(step.path(), step.iteration()), 0) + 2;
        return new AgentStep.Restarted(step.path(), step.iteration(), attempt, "Another worker goes on with the run.");
    }

    /** How many attempts have told something, and came no further. */
    int vainAttempts() {
        return vain.size();
    }

    /** Where in the conversation is what this run said, or those that it repeats. */
    StagedConversations.Noted conversationAt() {
        return conversationAt;
    }
}
