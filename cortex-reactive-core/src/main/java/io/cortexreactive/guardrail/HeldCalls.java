package io.cortexreactive.guardrail;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Arguments of tool calls, which wait until they are whole: JSON that is cut anywhere cannot be judged. */
final class HeldCalls {

    private final String guardrail;
    private final Map<Integer, List<ToolCallDelta>> deltas = new HashMap<>(2);
    private int chars;

    HeldCalls(String guardrail) {
        this.guardrail = guardrail;
    }

    void add(ToolCallDelta delta) {
        chars += delta.json().length();
        if (chars > HeldText.LIMIT) {
            throw new LimitExceededException(
                    "Tool arguments that guardrail '" + guardrail + "' holds back, characters", HeldText.LIMIT, chars);
        }
        deltas.computeIfAbsent(delta.index(), index -> new ArrayList<>()).add(delta);
    }

    /** Releases a call, as it came or as it has become. */
    void release(ToolCallCompleted came, ToolCall checked, Consumer<ChatChunk> out) {
        List<ToolCallDelta> held = Objects.requireNonNullElse(deltas.remove(came.index()), List.of());
        held.forEach(delta -> chars -= delta.json().length());
        if (checked.equals(came.call())) {
            held.forEach(out);
            out.accept(came);
            return;
        }
        if (!held.isEmpty()) {
            String invalid = checked.invalidArguments();
            String json = invalid == null ? JsonTexts.write(checked.input()) : invalid;
            out.accept(new ToolCallDelta(came.index(), json));
        }
        out.accept(new ToolCallCompleted(came.index(), checked));
    }

    void clear() {
        deltas.clear();
        chars = 0;
    }
}
