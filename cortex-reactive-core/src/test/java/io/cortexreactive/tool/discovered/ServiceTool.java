package io.cortexreactive.tool.discovered;

import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolContext;
import io.cortexreactive.tool.ToolResult;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Found as a service. */
public final class ServiceTool implements Tool {

    @Override
    public ToolDefinition definition() {
        return new ToolDefinition("service", "Serves", Schema.object());
    }

    @Override
    public Mono<ToolResult> execute(Map<String, Object> input, ToolContext context) {
        return Mono.just(ToolResult.success("served"));
    }
}
