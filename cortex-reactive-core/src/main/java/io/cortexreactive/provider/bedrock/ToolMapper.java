package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.provider.bedrock.RequestMapper.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.SpecificToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;

/** Maps tool definitions and the tool choice. Bedrock has no "none": the tools are left out instead. */
final class ToolMapper {

    private static final int MAX_TOOLS = 256;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private final Refusal refusal;

    ToolMapper(Refusal refusal) {
        this.refusal = refusal;
    }

    /** Whether the model gets to see any tools. */
    static boolean offered(ChatRequest request) {
        return !request.tools().isEmpty() && !(request.options().toolChoice() instanceof ToolChoice.None);
    }

    @Nullable
    ToolConfiguration map(ChatRequest request, @Nullable CachePointBlock lastPoint) {
        if (!offered(request)) {
            refuseChoiceWithoutTools(request.options().toolChoice());
            return null;
        }
        if (request.tools().size() > MAX_TOOLS) {
            throw new LimitExceededException(
                    "Tools in a request", MAX_TOOLS, request.tools().size());
        }
        List<Tool> tools = new ArrayList<>();
        request.tools().forEach(tool -> tools.add(tool(tool)));
        if (lastPoint != null) {
            tools.add(Tool.fromCachePoint(lastPoint));
        }
        return ToolConfiguration.builder()
                .tools(tools)
                .toolChoice(choice(request))
                .build();
    }

    private void refuseChoiceWithoutTools(@Nullable ToolChoice choice) {
        if (choice instanceof ToolChoice.Any || choice instanceof ToolChoice.Named) {
            throw refusal.because("The model is to call a tool, and the request has none.");
        }
    }

    private Tool tool(ToolDefinition tool) {
        if (!NAME.matcher(tool.name()).matches()) {
            throw refusal.because(
                    "Tool name '" + tool.name() + "' does not suit Bedrock: 1 to 64 letters, digits, '_' and '-'.");
        }
        return Tool.fromToolSpec(ToolSpecification.builder()
                .name(tool.name())
                .description(tool.description().isBlank() ? null : tool.description())
                .inputSchema(ToolInputSchema.fromJson(
                        SdkJson.document(tool.inputSchema().toMap())))
                .build());
    }

    private software.amazon.awssdk.services.bedrockruntime.model.@Nullable ToolChoice choice(ChatRequest request) {
        ToolChoice choice = request.options().toolChoice();
        if (choice instanceof ToolChoice.Any) {
            return software.amazon.awssdk.services.bedrockruntime.model.ToolChoice.fromAny(any -> {});
        }
        if (choice instanceof ToolChoice.Named named) {
            requireOffered(request, named.name());
            return software.amazon.awssdk.services.bedrockruntime.model.ToolChoice.fromTool(
                    SpecificToolChoice.builder().name(named.name()).build());
        }
        return choice == null
                ? null
                : software.amazon.awssdk.services.bedrockruntime.model.ToolChoice.fromAuto(auto -> {});
    }

    private void requireOffered(ChatRequest request, String name) {
        List<String> names = request.tools().stream().map(ToolDefinition::name).toList();
        if (!names.contains(name)) {
            throw refusal.because(
                    "The tool choice names '" + name + "', and the request has only " + String.join(", ", names) + ".");
        }
    }
}
