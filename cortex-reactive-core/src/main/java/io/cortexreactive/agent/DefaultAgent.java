package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.Message;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

record DefaultAgent(AgentDefinition definition, AgentRuntime runtime) implements Agent {

    /** Narrows the runtime to what the agent has: a model may call no tool but those. */
    static DefaultAgent of(AgentDefinition definition, AgentRuntime runtime) {
        ChatClient chat =
                definition.provider() == null ? runtime.chat() : runtime.chat().using(definition.provider());
        ToolExecutor tools = runtime.tools().withTools(ToolRegistry.of(tools(definition, runtime)));
        return new DefaultAgent(definition, new AgentRuntime(chat, tools, runtime.tenants(), runtime.plugins()));
    }

    private static List<Tool> tools(AgentDefinition definition, AgentRuntime runtime) {
        List<Tool> tools = new ArrayList<>(definition.tools());
        definition.toolNames().forEach(name -> tools.add(runtime.tools().tools().get(name)));
        List<String> names =
                tools.stream().map(tool -> tool.definition().name()).toList();
        if (names.stream().distinct().count() != names.size()) {
            throw new AgentConfigurationException(
                    "Agent '" + definition.id() + "' has two tools of one name, among " + names + ".");
        }
        return tools;
    }

    @Override
    public Mono<AgentResponse> run(Message input, AgentContext context) {
        return stream(input, context)
                .ofType(AgentStep.Completed.class)
                .map(AgentStep.Completed::response)
                .single();
    }

    @Override
    public Flux<AgentStep> stream(Message input, AgentContext context) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(context, "context");
        return runtime.tenants().run(tenant -> steps(input, context));
    }

    private Flux<AgentStep> steps(Message input, AgentContext context) {
        Prompt prompt = definition.prompt();
        return prompt == null
                ? steps(input, context, definition.systemPrompt(), Map.of())
                : prompt.rendered(context.variables())
                        .flatMapMany(rendered -> steps(input, context, rendered.text(), rendered.metadata()));
    }

    /** @param about what the requests say of the instruction */
    private Flux<AgentStep> steps(
            Message input, AgentContext context, @Nullable String instruction, Map<String, Object> about) {
        return definition.loop().steps(new AgentRun(definition, runtime, instruction, about, input, context));
    }
}
