package io.cortexreactive.memory;

import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run that failed or was cancelled leaves in its conversation, so that the next run can go on from there. */
public final class Interruption {

    /** Metadata of messages that are not what they would have become: {@code true}. */
    public static final String KEY = "interrupted";

    /** What the model reads in place of a result. */
    private static final String NO_RESULT = "The run was interrupted before this tool had ended.";

    private Interruption() {}

    /**
     * What to append: the answer, marked, and where it calls tools, a message with a result for each call, in their
     * order. A thought at the end of the answer was cut, and is left out, since services refuse one that is not whole.
     *
     * @param answer what the model had said; may call tools
     * @param results those there are, in any order; of calls that share an id, the first result goes to the first
     * @return empty if there is neither text nor a call in the answer
     */
    public static List<Message> of(Message answer, List<ToolResultContent> results) {
        Message left = marked(Role.ASSISTANT, whole(answer.content()), answer.metadata());
        List<ToolCall> calls = left.toolCalls();
        if (calls.isEmpty()) {
            return left.content().isEmpty() ? List.of() : List.of(left);
        }
        return List.of(left, marked(Role.TOOL, paired(calls, results), Map.of()));
    }

    /** Whether an interrupted run left this message. */
    public static boolean marks(Message message) {
        return Boolean.TRUE.equals(message.metadata().get(KEY));
    }

    private static List<Content> whole(List<Content> content) {
        List<Content> whole = new ArrayList<>(content);
        whole.removeIf(part -> part instanceof TextContent text && text.text().isBlank());
        while (!whole.isEmpty() && whole.get(whole.size() - 1) instanceof ReasoningContent) {
            whole.remove(whole.size() - 1);
        }
        return whole;
    }

    private static List<Content> paired(List<ToolCall> calls, List<ToolResultContent> results) {
        Map<String, Deque<ToolResultContent>> byId = new HashMap<>();
        results.forEach(result ->
                byId.computeIfAbsent(result.callId(), id -> new ArrayDeque<>()).add(result));
        List<Content> paired = new ArrayList<>();
        for (ToolCall call : calls) {
            ToolResultContent result =
                    byId.getOrDefault(call.id(), new ArrayDeque<>()).poll();
            paired.add(result == null ? new ToolResultContent(call.id(), NO_RESULT, true) : result);
        }
        return paired;
    }

    private static Message marked(Role role, List<Content> content, Map<String, Object> metadata) {
        Map<String, Object> marked = new LinkedHashMap<>(metadata);
        marked.put(KEY, true);
        return new Message(role, content, marked);
    }
}
