package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.anthropic.RequestMapper.Refusal;
import io.cortexreactive.provider.wire.WireJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps one part of a message. */
final class ContentMapper {

    private final Refusal refusal;
    private final CachePoints cache;
    private final MediaMapper media;

    ContentMapper(Refusal refusal, CachePoints cache) {
        this.refusal = refusal;
        this.cache = cache;
        media = new MediaMapper(refusal);
    }

    /** The block, or null for a part that has nothing to send. */
    @Nullable
    Map<String, Object> map(Role role, Content part) {
        if (part instanceof CachePoint point) {
            cache.mark(point);
            return null;
        }
        if (part instanceof ReasoningContent reasoning && role == Role.ASSISTANT) {
            // Reasoning takes no cache mark.
            return reasoning(reasoning);
        }
        Map<String, Object> block = block(role, part);
        return block == null ? null : cache.passed(block);
    }

    private @Nullable Map<String, Object> block(Role role, Content part) {
        boolean assistant = role == Role.ASSISTANT;
        if (part instanceof TextContent text) {
            return text(text.text());
        }
        if (part instanceof ImageContent image && !assistant) {
            return media.image(image);
        }
        if (part instanceof DocumentContent document && !assistant) {
            return media.document(document);
        }
        if (part instanceof ToolCall call && assistant) {
            return toolUse(call);
        }
        if (part instanceof ToolResultContent result && !assistant) {
            return toolResult(result);
        }
        throw refusal.because("A message of role " + role + " cannot carry "
                + part.getClass().getSimpleName()
                + ": tool calls and reasoning are the assistant's, all else but text is the user's.");
    }

    /** The service refuses blank text, and a model may well answer with some beside its tool calls. */
    static @Nullable Map<String, Object> text(String text) {
        if (text.isBlank()) {
            return null;
        }
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "text");
        block.put("text", text);
        return block;
    }

    /** The service checks the signature, and so refuses reasoning that has none. */
    private static @Nullable Map<String, Object> reasoning(ReasoningContent reasoning) {
        Map<String, Object> block = new LinkedHashMap<>();
        if (reasoning.redacted()) {
            block.put("type", "redacted_thinking");
            block.put("data", reasoning.text());
            return block;
        }
        if (reasoning.signature() == null) {
            return null;
        }
        block.put("type", "thinking");
        block.put("thinking", reasoning.text());
        block.put("signature", reasoning.signature());
        return block;
    }

    private static Map<String, Object> toolUse(ToolCall call) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "tool_use");
        block.put("id", call.id());
        block.put("name", call.name());
        // The service takes nothing but an object.
        block.put(
                "input",
                call.invalidArguments() == null ? call.input() : Map.of("invalid_arguments", call.invalidArguments()));
        return block;
    }

    private static Map<String, Object> toolResult(ToolResultContent result) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "tool_result");
        block.put("tool_use_id", result.callId());
        String text = result.result() instanceof CharSequence said ? said.toString() : WireJson.text(result.result());
        if (!text.isBlank()) {
            block.put("content", text);
        }
        if (result.error()) {
            block.put("is_error", true);
        }
        return block;
    }
}
