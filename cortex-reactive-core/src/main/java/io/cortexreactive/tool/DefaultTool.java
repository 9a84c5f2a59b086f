package io.cortexreactive.tool;

import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.schema.Schema;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

record DefaultTool(
        ToolDefinition definition,
        ToolHandler handler,
        @Nullable Duration timeout,
        boolean requiresApproval,
        boolean blocking,
        boolean atMostOnce,
        @Nullable Schema outputSchema)
        implements Tool {

    @Override
    public Mono<ToolResult> execute(Map<String, Object> input, ToolContext context) {
        return stream(input, context).ofType(ToolResult.class).reduce((first, later) -> first);
    }

    @Override
    public Flux<ToolUpdate> stream(Map<String, Object> input, ToolContext context) {
        return Flux.defer(() -> ToolFailures.caught(() -> HandlerAnswer.updates(handler.handle(input, context))));
    }
}
