package io.cortexreactive.provider.openai;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.provider.openai.RequestMapper.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Maps tool definitions and the tool choice. */
final class ToolMapper {

    private static final int MAX_TOOLS = 256;

    private final Refusal refusal;

    ToolMapper(Refusal refusal) {
        this.refusal = refusal;
    }

    void addTo(Map<String, Object> body, ChatRequest request) {
        List<ToolDefinition> tools = request.tools();
        ToolChoice choice = request.options().toolChoice();
        if (tools.size() > MAX_TOOLS) {
            throw new LimitExceededException("Tools in a request", MAX_TOOLS, tools.size());
        }
        if (!tools.isEmpty()) {
            body.put("tools", tools.stream().map(ToolMapper::tool).toList());
        } else if (choice instanceof ToolChoice.Any || choice instanceof ToolChoice.Named) {
            throw refusal.because("The model is to call a tool, and the request has none.");
        }
        if (!tools.isEmpty() && choice != null) {
            body.put("tool_choice", choice(choice, tools));
        }
    }

    private static Map<String, Object> tool(ToolDefinition tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        if (!tool.description().isBlank()) {
            function.put("description", tool.description());
        }
        function.put("parameters", tool.inputSchema().toMap());
        return Map.of("type", "function", "function", function);
    }

    private Object choice(ToolChoice choice, List<ToolDefinition> tools) {
        if (choice instanceof ToolChoice.Named named) {
            requireOffered(named.name(), tools);
            return Map.of("type", "function", "function", Map.of("name", named.name()));
        }
        if (choice instanceof ToolChoice.Any) {
            return "required";
        }
        return choice instanceof ToolChoice.None ? "none" : "auto";
    }

    private void requireOffered(String name, List<ToolDefinition> tools) {
        List<String> names = tools.stream().map(ToolDefinition::name).toList();
        if (!names.contains(name)) {
            throw refusal.because(
                    "The tool choice names '" + name + "', and the request has only " + String.join(", ", names) + ".");
        }
    }
}
