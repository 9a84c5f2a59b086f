package io.cortexreactive.provider.openai;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.openai.RequestMapper.Refusal;
import io.cortexreactive.provider.wire.WireJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Maps the conversation. Each tool result becomes a message, and system messages become the first one. */
final class MessageMapper {

    private static final String DETAILS = "reasoning_details";

    private final Refusal refusal;
    private final @Nullable String reasoningField;

    MessageMapper(Refusal refusal, @Nullable String reasoningField) {
        this.refusal = refusal;
        this.reasoningField = reasoningField;
    }

    List<Map<String, Object>> messages(ChatRequest request) {
        List<Map<String, Object>> mapped = new ArrayList<>();
        for (Message message : request.messages()) {
            switch (message.role()) {
                case SYSTEM -> requireTextOnly(message);
                case ASSISTANT -> addAssistant(mapped, message);
                case USER, TOOL -> addUser(mapped, message);
            }
        }
        if (mapped.isEmpty()) {
            throw refusal.because("The request has no message to answer. Add one with ChatRequest.builder().user(..).");
        }
        String system = request.systemText();
        if (system != null && !system.isBlank()) {
            mapped.add(0, message("system", system));
        }
        return mapped;
    }

    private static Map<String, Object> message(String role, Object content) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    private void requireTextOnly(Message system) {
        for (Content part : system.content()) {
            if (!(part instanceof TextContent || part instanceof CachePoint)) {
                throw refusal.because("A system message carries text only, not "
                        + part.getClass().getSimpleName() + ".");
            }
        }
    }

    private void addUser(List<Map<String, Object>> mapped, Message message) {
        List<Map<String, Object>> parts = new ArrayList<>();
        ContentMapper content = new ContentMapper(refusal);
        boolean answered = false;
        for (Content part : message.content()) {
            if (part instanceof ToolResultContent result) {
                mapped.add(toolResult(result));
                answered = true;
            } else {
                content.addTo(parts, message.role(), part);
            }
        }
        if (!parts.isEmpty()) {
            mapped.add(message("user", ContentMapper.compact(parts)));
        } else if (!answered) {
            throw refusal.because("A user message is empty. Give it text, an image, a document or a tool result.");
        }
    }

    /** There is no field that says a tool failed, so the text has to. */
    private static Map<String, Object> toolResult(ToolResultContent result) {
        String text = result.result() instanceof CharSequence said ? said.toString() : WireJson.text(result.result());
        Map<String, Object> message = message("tool", result.error() ? "Error: " + text : text);
        message.put("tool_call_id", result.callId());
        return message;
    }

    /** An empty answer of the model says nothing and is left out. */
    private void addAssistant(List<Map<String, Object>> mapped, Message message) {
        message.content().forEach(this::requireAssistants);
        String text = message.text();
        List<Map<String, Object>> calls =
                message.toolCalls().stream().map(MessageMapper::toolCall).toList();
        if (text.isEmpty() && calls.isEmpty()) {
            return;
        }
        Map<String, Object> turn = new LinkedHashMap<>();
        turn.put("role", "assistant");
        turn.put("content", text.isEmpty() ? null : text);
        if (!calls.isEmpty()) {
            turn.put("tool_calls", calls);
        }
        addReasoning(turn, message);
        mapped.add(turn);
    }

    private void requireAssistants(Content part) {
        boolean fits = part instanceof TextContent
                || part instanceof ToolCall
                || part instanceof ReasoningContent
                || part instanceof CachePoint;
        if (!fits) {
            throw refusal.because("A message of role " + Role.ASSISTANT + " cannot carry "
                    + part.getClass().getSimpleName() + ".");
        }
    }

    private static Map<String, Object> toolCall(ToolCall call) {
        // Some servers parse what the model wrote, and fail the whole call where it is no JSON object.
        Map<String, Object> input =
                call.invalidArguments() == null ? call.input() : Map.of("invalid_arguments", call.invalidArguments());
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", call.name());
        function.put("arguments", WireJson.text(input));
        Map<String, Object> mapped = new LinkedHashMap<>();
        mapped.put("id", call.id());
        mapped.put("type", "function");
        mapped.put("function", function);
        return mapped;
    }

    private void addReasoning(Map<String, Object> turn, Message message) {
        List<ReasoningContent> thoughts = message.content().stream()
                .filter(ReasoningContent.class::isInstance)
                .map(ReasoningContent.class::cast)
                .toList();
        if (reasoningField == null || thoughts.isEmpty()) {
            return;
        }
        turn.put(
                reasoningField,
                reasoningField.equals(DETAILS)
                        ? thoughts.stream().map(ReasoningDetail::fields).toList()
                        : thoughts.stream()
                                .filter(thought -> !thought.redacted())
                                .map(ReasoningContent::text)
                                .collect(Collectors.joining()));
    }
}
