package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The texts in a request that guardrails have a say about: what users and tools say, and what the model had answered.
 * Not the system prompt and the tools, which the application wrote; not reasoning, which providers want back unchanged.
 */
final class RequestTexts {

    private RequestTexts() {}

    /** Changes texts, or leaves them. Is shown them in the same order each time. */
    interface Visitor {

        String text(Part part, String text);

        /**
         * The value, changed or not.
         *
         * @param value made of JSON types
         */
        Object json(Part part, Object value);
    }

    /**
     * The request with each text changed; the request itself if none is.
     *
     * @param from the first message to look at
     */
    static ChatRequest map(ChatRequest request, int from, Visitor visitor) {
        List<Message> changed = new ArrayList<>(request.messages());
        boolean same = true;
        for (int i = from; i < changed.size(); i++) {
            Message before = changed.get(i);
            Message after = map(before, visitor);
            same &= after.equals(before);
            changed.set(i, after);
        }
        return same ? request : request.toBuilder().messages(changed).build();
    }

    /** The first message after the model's last answer. */
    static int newFrom(ChatRequest request) {
        List<Message> messages = request.messages();
        int from = messages.size();
        while (from > 0 && messages.get(from - 1).role() != Role.ASSISTANT) {
            from--;
        }
        return from;
    }

    private static Message map(Message message, Visitor visitor) {
        if (message.role() == Role.SYSTEM) {
            return message;
        }
        Part text = message.role() == Role.ASSISTANT ? Part.EARLIER_ANSWER : Part.TEXT;
        List<Content> changed = new ArrayList<>();
        boolean same = true;
        for (Content before : message.content()) {
            Content after = map(before, text, visitor);
            same &= after.equals(before);
            changed.add(after);
        }
        return same ? message : new Message(message.role(), changed, message.metadata());
    }

    private static Content map(Content content, Part part, Visitor visitor) {
        if (content instanceof TextContent said) {
            String after = visitor.text(part, said.text());
            return after.equals(said.text()) ? content : new TextContent(after);
        }
        if (content instanceof ToolResultContent result) {
            Object after = result.result() instanceof String text
                    ? visitor.text(Part.TOOL_RESULT, text)
                    : visitor.json(Part.TOOL_RESULT, result.result());
            return after.equals(result.result())
                    ? content
                    : new ToolResultContent(result.callId(), after, result.error());
        }
        return content instanceof ToolCall call ? map(call, visitor) : content;
    }

    @SuppressWarnings("unchecked") // an object stays one, or the visitor fails
    static ToolCall map(ToolCall call, Visitor visitor) {
        String invalid = call.invalidArguments();
        String afterInvalid = invalid == null ? null : visitor.text(Part.TOOL_ARGUMENTS, invalid);
        Object input = call.input().isEmpty() ? call.input() : visitor.json(Part.TOOL_ARGUMENTS, call.input());
        return input.equals(call.input()) && Objects.equals(invalid, afterInvalid)
                ? call
                : new ToolCall(call.id(), call.name(), (Map<String, Object>) input, afterInvalid);
    }
}
