package io.cortexreactive.examples.responder;

import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A call of a tool, and what it gave. */
record ToolAnswer(ToolCall call, ToolResultContent result) {

    /** What the tools gave that were called for the last question. */
    static List<ToolAnswer> all(List<Message> messages) {
        Map<String, ToolCall> calls = new LinkedHashMap<>();
        List<ToolAnswer> answers = new ArrayList<>();
        for (Message message : messages) {
            if (message.role() == Role.USER && !message.text().isBlank()) {
                answers.clear();
            }
            message.toolCalls().forEach(call -> calls.put(call.id(), call));
            for (Content content : message.content()) {
                if (content instanceof ToolResultContent result) {
                    ToolCall call = calls.get(result.callId());
                    answers.add(new ToolAnswer(
                            Objects.requireNonNull(call, "the protocols allow no result without a call"), result));
                }
            }
        }
        return answers;
    }

    String text() {
        return String.valueOf(result.result());
    }
}
