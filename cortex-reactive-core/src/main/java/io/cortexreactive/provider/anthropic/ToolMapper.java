package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.provider.anthropic.RequestMapper.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Maps tool definitions and the tool choice. */
final class ToolMapper {

    private static final int MAX_TOOLS = 256;

    private final Refusal refusal;
    private final CachePoints cache;

    ToolMapper(Refusal refusal, CachePoints cache) {
        this.refusal = refusal;
        this.cache = cache;
    }

    void addTo(Map<String, Object> body, ChatRequest request) {
        List<ToolDefinition> tools = request.tools();
        ToolChoice choice = request.options().toolChoice();
        if (tools.size() > MAX_TOOLS) {
            throw new LimitExceededException("Tools in a request", MAX_TOOLS, tools.size());
        }
        if (!tools.isEmpty()) {
            body.put("tools", tools.stream().map(this::tool).toList());
        } else if (choice instanceof ToolChoice.Any || choice instanceof ToolChoice.Named) {
            throw refusal.because("The model is to call a tool, and the request has none.");
        }
        if (!tools.isEmpty() && choice != null) {
            body.put("tool_choice", choice(choice, tools));
        }
    }

    private Map<String, Object> tool(ToolDefinition tool) {
        Map<String, Object> mapped = new LinkedHashMap<>();
        mapped.put("name", tool.name());
        if (!tool.description().isBlank()) {
            mapped.put("description", tool.description());
        }
        mapped.put("input_schema", tool.inputSchema().toMap());
        return cache.passed(mapped);
    }

    private Map<String, Object> choice(ToolChoice choice, List<ToolDefinition> tools) {
        if (choice instanceof ToolChoice.Named named) {
            requireOffered(named.name(), tools);
            return Map.of("type", "tool", "name", named.name());
        }
        if (choice instanceof ToolChoice.Any) {
            return Map.of("type", "any");
        }
        return Map.of("type", choice instanceof ToolChoice.None ? "none" : "auto");
    }

    private void requireOffered(String name, List<ToolDefinition> tools) {
        List<String> names = tools.stream().map(ToolDefinition::name).toList();
        if (!names.contains(name)) {
            throw refusal.because(
                    "The tool choice names '" + name + "', and the request has only " + String.join(", ", names) + ".");
        }
    }
}
